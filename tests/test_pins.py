"""What must not change, whatever becomes of the code: digests, manifest and card, written down here
once more, apart from the package."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from ising_bench.releases.digest import digest_of
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.simulation.simulate import simulate
from sets import generated

RELEASED = """
510d5f23fbc0ed6a66ddea9bd28aa3c08e8cb1edff4d75335868d60670d0aa9d periodic_ferro
7ad47ca5d9ce3a94123a035c901c00787d43a7725d25ea2338b6e16251cc0c07 periodic_antiferro
e8ec6711c1b2edad1518bc329bf8b3d35058442e8335dfee0c4635f1d9b2f49c skewed_ferro
fc43ef0fd2a3ab15e162bee600d8f52547d88f8407296563a0f8482e799c4cd7 antiperiodic_ferro
02ec354cd2f0cc72f7d454b0e731edc4b7466c3322e741af6fd3fff7407a9913 periodic_ferro_equilibrium
0aa53f4410be168ec6909c60f827355326dcdb3f3c175524b4d6caaa32394d4c periodic_antiferro_equilibrium
4d4673c9468164b4febf15b5766275552a39a59df30065c9c511805d6daac421 skewed_ferro_equilibrium
1b1c32e5d1367765f4b788b901da01ad4b7d3d85352c3efa3e3ccbaeedac2e7f antiperiodic_ferro_equilibrium
"""
ADDED = """
b37d315ccc7bd8f68e8ab6ce824dd51c2345534902bb9c5725abb31ed8bc964a potts_q3
67f456b67c4fafa5811c2c39fbf24283cce44a1cdfffbf137050d9243a581473 potts_q10
12b6709edc86cfce6d97cb6656f251ca12f293ccc39159896087be6194537e2c blume_capel
90c35019c9d9051cef45e8cad5b2f72c59214fd68a7176b28a23c18759ac13d8 xy
ae288cd1e2b2e5889ff429446a84b83cee7c23c050112529f916ee6a5db8ad85 potts_q3_equilibrium
929cb224f38bfb7dbcfe2faad254173de0bd41e9379092dd8bd659689fd97633 potts_q10_equilibrium
b7de1710d97f6d97f8ff43ab3b5b1d2831e80d5ab790a8757a9fe4db566fae1e blume_capel_equilibrium
faaee06e22304309f7999f7ea414bb8324c4a708dc4f65d57d9274cff4f833d1 xy_equilibrium
f88a5d0c4b6e628448f66238c8da52b3228e2c277e801ba15766e82a52a4d62f quantum_ising
"""
DRAWN = "9ff8ec6295e4a5e1835a13263b6b20ff1bbaf426a2261f71a6b285d9060efa3b"
GENERATED = "b597b77d3614c0a76dcfeca3fd61eff0ec619588a4c140e78fd8f0754477fea8"
GENERATED_V1 = "48dd2b49881e385bc3e307b1a2e0eed9ab4fd51aa9090b60e2682f2caa39e3c6"  # format 1
MANIFEST = "88ca2f21be2237922a0b78a526eaedaa6646af231f06377e9c2c8196c8230e26"
# what it says of the configs of release 1.0.0
MANIFEST_V1 = "905ec592540c7b705f2b5e5bb7196ceedfd093168e77b8bdcb7b430b3778a617"
CARD = "193831edcf465889769a746cb94c20ed3dc282467261087438839736ad3f8508"

# of every fortieth image of each split, packed: tells in seconds what the digests above tell of all
SAMPLED = """
eb17c014f4aae54cbeb8f5b880ac3231d44b6d0a8a8192d26735f65aaddb0337 periodic_ferro
70f2d0ff2b96d3308b08c89427d8e7912ed1ca24bf69a26901a8a16e0560ba36 periodic_antiferro
9221d0c83cdaf8eb2ff314a2c74118339119cfdad5466003bee6cd196c5b18ee skewed_ferro
a1c33091dae4ea5a7b43684d5d5157e86a80eee4c932b108bb060ca5d896bbef antiperiodic_ferro
22d1f17e7c58a6a9d454f4441423a47b75b47946131c4a479210e765e9f238ba periodic_ferro_equilibrium
8f94c0940f10d7afc01d480fad805997fabf17090ca227f023c5e518040928e4 periodic_antiferro_equilibrium
a19af7921064d4fd273be2319ad31fde44f7382ed4326ba67d0c1fa3305b1e22 skewed_ferro_equilibrium
2b44f3d5d1e4ac20f03402d350e77eee7207f282b103311b7e5d08e9075438f2 antiperiodic_ferro_equilibrium
beeff4e998d36bea41fe08862bde167bf143f4838a1b9821a0bf25e0a3ddd70b potts_q3
acc312fb21fc3651d45f90b36ae2ca5e0515b192682a808f214d3cbcc7bdc1c0 potts_q10
9505671c09f60a32f5bd5b68622c4c45f3714fb792997c0a63ccf120f13c82d8 blume_capel
0e7c6b545301dd13ce2555e25d4cd76528c75efed929fd8fb3407d62c87e08c1 xy
e58fa822e4a19dc9d02e8bfcdad8197dcb93f4b4778caeb7093f00214390cd44 potts_q3_equilibrium
8069e30aad4f10425ce2c60fecd6b1e932e19865c1585ca0b005bba3c2ae0454 potts_q10_equilibrium
f539373efeaa406087136003e67ba0a897f946cf21b3bd2e313f9f5b755f643c blume_capel_equilibrium
9afa59d9a5ff84cc41c1ab12c9e6b4c192f7d565d20d136f360797b195ae8258 xy_equilibrium
4682ca27f0e7a7f2a641db7c51c12e4d63a450c5a859bbfbfaa1c777e8267ce5 quantum_ising
"""

ENTROPY = "ab" * 32


def test_every_fortieth_image_of_the_releases() -> None:
    found = []
    for config in V1_1.configs:
        text = hashlib.sha256()
        for split in config.task.splits:
            spins = simulate(V1_1.chains(config, split)[::40])
            text.update(config.system.symbols.packed(spins).tobytes())
        found.append(f"{text.hexdigest()} {config.name}\n")
    assert "".join(found) == SAMPLED.lstrip()


def test_the_digests_of_the_releases(whole: Path) -> None:
    """Release 1.1.0 holds all of 1.0.0 as it was."""
    configs = json.loads((whole / "manifest.json").read_text())["configs"]
    found = [f"{config['content_digest']} {name}\n" for name, config in configs.items()]
    assert "".join(found) == RELEASED.lstrip() + ADDED.lstrip()
    assert V1.digests == {
        name: digest for digest, name in map(str.split, RELEASED.split("\n")[1:-1])
    }
    assert V1_1.digests == {n: configs[n]["content_digest"] for n in configs}


def test_the_digest_of_a_fresh_draw() -> None:
    assert digest_of(V1.redrawn(ENTROPY), V1.config("periodic_ferro")) == DRAWN


def test_the_digest_of_a_generated_set(tmp_path: Path) -> None:
    made = generated(V1, "skewed_ferro", 4, tmp_path / "more", ENTROPY)
    assert made.configs["skewed_ferro"].content_digest == GENERATED
    drawn, config = V1.redrawn(ENTROPY), V1.config("skewed_ferro")
    assert digest_of(drawn, config, 16) == GENERATED_V1
    assert digest_of(replace(drawn, content=2), config, 16) == GENERATED


def test_the_manifest_of_the_release(whole: Path) -> None:
    """But for the bytes of its parquet files, which other versions of Arrow write otherwise."""
    found = json.loads((whole / "manifest.json").read_text())
    for config in found["configs"].values():
        for split in config["splits"].values():
            for file in split["files"]:
                del file["bytes"], file["sha256"]
    assert sha256(json.dumps(found)) == MANIFEST
    of_v1 = {name: found["configs"][name] for name in V1.config_names}
    assert sha256(json.dumps(of_v1)) == MANIFEST_V1


def test_the_card_of_the_release(whole: Path) -> None:
    """A sentence that is mended changes this number: then it is set anew, on purpose."""
    assert sha256((whole / "README.md").read_text()) == CARD


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
