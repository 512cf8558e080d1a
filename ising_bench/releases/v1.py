"""Release 1.0.0: the constants that everything else follows from.

Nothing here changes once it is published; a change is a new release.
"""

from ising_bench.paper import TASK
from ising_bench.releases.release import Config, Protocol, Release
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
)


def digests_of(table: str) -> dict[str, str]:
    """Lines of digest and config, as sha256sum writes them."""
    lines = (line.split() for line in table.strip().splitlines())
    return {config: digest for digest, config in lines}


PAPER = Protocol("paper", sweeps=750)

# At least 20 times the largest autocorrelation time of energy and order parameter (relative to the
# interface where there is one) that was measured in any system at the temperature: see
# data/measured/1.0.0.json. The one exception are the steps of a cold interface between fixed rows,
# which live longer below T = 0.60 (116 sweeps at 0.50): those the start draws from equilibrium.
EQUILIBRIUM = Protocol(
    "equilibrium",
    sweeps=750,
    longer=((range(210, 250), 15_000),),
    starts=((range(200), "rough"),),
    in_equilibrium=True,
)

_V1_DIGESTS = """
510d5f23fbc0ed6a66ddea9bd28aa3c08e8cb1edff4d75335868d60670d0aa9d  periodic_ferro
7ad47ca5d9ce3a94123a035c901c00787d43a7725d25ea2338b6e16251cc0c07  periodic_antiferro
e8ec6711c1b2edad1518bc329bf8b3d35058442e8335dfee0c4635f1d9b2f49c  skewed_ferro
fc43ef0fd2a3ab15e162bee600d8f52547d88f8407296563a0f8482e799c4cd7  antiperiodic_ferro
02ec354cd2f0cc72f7d454b0e731edc4b7466c3322e741af6fd3fff7407a9913  periodic_ferro_equilibrium
0aa53f4410be168ec6909c60f827355326dcdb3f3c175524b4d6caaa32394d4c  periodic_antiferro_equilibrium
4d4673c9468164b4febf15b5766275552a39a59df30065c9c511805d6daac421  skewed_ferro_equilibrium
1b1c32e5d1367765f4b788b901da01ad4b7d3d85352c3efa3e3ccbaeedac2e7f  antiperiodic_ferro_equilibrium
"""

V1 = Release(
    version="1.0.0",
    description="100 x 100 Ising lattices under four boundary conditions, to be sorted into four "
    "temperature classes",
    # SHA-256 of the ASCII text "ising-bench 1.0.0", so that nobody chose it
    entropy="92d468dbea967ff45905c22c756c090b2baf23cf1f8e2c714adaf22c0a72302a",
    configs=(
        Config("periodic_ferro", PERIODIC_FERRO, PAPER, 100, TASK),
        Config("periodic_antiferro", PERIODIC_ANTIFERRO, PAPER, 100, TASK),
        Config("skewed_ferro", SKEWED_FERRO, PAPER, 100, TASK),
        Config("antiperiodic_ferro", ANTIPERIODIC_FERRO, PAPER, 100, TASK),
        Config("periodic_ferro_equilibrium", PERIODIC_FERRO, EQUILIBRIUM, 100, TASK),
        Config("periodic_antiferro_equilibrium", PERIODIC_ANTIFERRO, EQUILIBRIUM, 100, TASK),
        Config("skewed_ferro_equilibrium", SKEWED_FERRO, EQUILIBRIUM, 100, TASK),
        Config("antiperiodic_ferro_equilibrium", ANTIPERIODIC_FERRO, EQUILIBRIUM, 100, TASK),
    ),
    digests=digests_of(_V1_DIGESTS),
    content=1,
)
