import hashlib
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import load_dataset
from typer.testing import CliRunner

from conftest import Cli, only_line
from hub_server import HubServer, Repo
from ising_bench.cli import app
from ising_bench.dataset import shards
from ising_bench.dataset.samples import samples
from ising_bench.dataset.shards import ORDER
from ising_bench.dataset.stores import store_of
from ising_bench.dataset.verify import verify
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.paper import TASK
from ising_bench.releases import digest, manifest, release, table
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.releases.variant import decimals, varied
from ising_bench.simulation.simulate import simulate, simulate_all
from sets import generated

CONFIG = V1.config("periodic_ferro")
NAME = "periodic_ferro"
ENTROPY = "ab" * 32


def small_shards(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Files of so many rows, to see several of them."""
    for place in (table, release):
        monkeypatch.setattr(place, "SHARD_ROWS", rows)


def test_no_more_than_a_shard_is_in_memory_and_each_holds_every_class(
    tmp_path: Path, monkeypatch
) -> None:
    small_shards(monkeypatch, 64)
    at_once: list[int] = []

    def counting(chains, threads, progress):
        at_once.append(len(chains))
        return simulate_all(chains, threads, progress)

    monkeypatch.setattr(digest, "simulate_all", counting)
    out = tmp_path / "more"
    result = generated(V1, "periodic_ferro", 45, out, "ab" * 32)
    split = result.configs["periodic_ferro"].splits["generated"]
    assert [file.path.rsplit("/")[-1] for file in split.files] == [
        f"generated-0000{i}-of-00003.parquet" for i in range(3)
    ]
    sizes = []
    for file in split.files:
        labels = table.read(out / file.path, CONFIG).column("label").to_pylist()
        sizes.append(len(labels))
        assert abs(labels.count(0) - labels.count(3)) <= 1
    assert sizes == [64, 64, 52]
    assert sorted(at_once) == [52, 64, 64]
    assert verify(out) == (result, [])


def test_shard_size_does_not_change_what_is_drawn(tmp_path: Path, monkeypatch) -> None:
    found = []
    for rows in (16, 64):
        small_shards(monkeypatch, rows)
        result = generated(V1, "periodic_ferro", 16, tmp_path / str(rows), "ab" * 32)
        files = result.configs["periodic_ferro"].splits["generated"].files
        tables = [table.read(tmp_path / str(rows) / f.path, CONFIG) for f in files]
        found.append(
            {
                (i, e)
                for t in tables
                for i, e in zip(t["sample_id"].to_pylist(), t["energy"].to_pylist(), strict=True)
            }
        )
    assert found[0] == found[1]


def test_generated_rows_share_no_chain_with_the_release(tmp_path: Path) -> None:
    generated(V1, "periodic_ferro", 10, tmp_path / "more", V1.entropy)
    path = tmp_path / "more/periodic_ferro/generated-00000-of-00001.parquet"
    rows = table.read(path, CONFIG)
    config = V1.config("periodic_ferro")
    made = [V1.chain(config, release.GENERATED, i, i % 4) for i in range(40)]
    assert rows.column("sample_id").to_pylist() == sorted(chain.sample_id for chain in made)
    released = [chain for split in TASK.splits for chain in V1.chains(config, split)]
    for purpose in ("temperature", "start", "stream", "order"):
        keys = {chain.key(purpose) for chain in made}
        assert keys.isdisjoint(chain.key(purpose) for chain in released)


def test_generate_does_not_replace_a_release(copied: Path) -> None:
    with pytest.raises(FolderError, match="already holds a release"):
        generated(V1, "periodic_ferro", 2, copied, "ab" * 32)
    assert manifest.read(copied).kind == "release"


def test_at_least_one_lattice_a_class(tmp_path: Path) -> None:
    with pytest.raises(IsingBenchError, match="1 or more"):
        generated(V1, "periodic_ferro", 0, tmp_path / "more", "ab" * 32)


def test_a_build_does_not_replace_generated_data(cli: Cli) -> None:
    assert cli("generate", "periodic_ferro", "--per-class", "2", "--out", "more").returncode == 0
    done = cli("build", "periodic_ferro", "--out", "more")
    assert done.returncode == 1
    assert "holds a generated set with entropy" in only_line(done.stderr)


def test_generated_data_cannot_hide_another_origin(copied: Path, tmp_path: Path) -> None:
    """A release that calls itself generated, and generated data of other entropy."""
    record = json.loads((copied / "manifest.json").read_text())
    record["kind"] = "generated"
    (copied / "manifest.json").write_text(json.dumps(record))
    assert any("that of a generated set" in problem for problem in verify(copied)[1])
    out = tmp_path / "more"
    generated(V1, "periodic_ferro", 2, out, "ab" * 32)
    text = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(text.replace("ab" * 32, "cd" * 32))
    assert any("content digest" in problem for problem in verify(out)[1])


def test_a_name_with_a_colon_is_no_address(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("run:1")
    made = generated(V1, "periodic_ferro", 2, out, "ab" * 32)
    assert verify(out) == (made, [])


@pytest.mark.parametrize(
    "args",
    [
        ["generate", "periodic_ferro", "--per-class", "1", "--out"],
        ["build", "periodic_ferro", "--entropy", "new", "--out"],
    ],
    ids=["generate", "build"],
)
def test_the_entropy_is_told_before_the_work(
    args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is killed can be repeated."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(digest, "simulate_all", killed)
    done = CliRunner().invoke(app, [*args, str(tmp_path / "x")])
    assert done.exit_code == 130
    assert re.search(r"^the same again: --entropy [0-9a-f]{64}$", done.stderr, re.MULTILINE)
    assert not (tmp_path / "x").exists()


WORDS = [
    (["--per-class", "2", "--size", "33"], "cannot have size 33: L is even and from 4 to 1024"),
    (
        ["--per-class", "2", "--classes", "2.251,2.252"],
        "no temperature of the grid lies from 2.251",
    ),
    (["--per-class", "2", "--classes", "1,4"], "ascend, above 0 and below 4"),
    (["--per-class", "2", "--classes", "hot"], "'hot' is not a decimal"),
    (["--per-class", "2", "--sweeps", "0"], "sweeps is 0: it must be 1 or more"),
    (["--per-class", "2", "--per-point", "2"], "say how many: --per-class N, or --temperatures"),
    (["--temperatures", "2.2"], "say how many"),
    ([], "say how many"),
    (["--temperatures", "2.3:2.2:0.1", "--per-point", "1"], "is an empty range"),
    (["--temperatures", "2.2:2.3:0", "--per-point", "1"], "is an empty range"),
    (["--temperatures", "2.2:2.3", "--per-point", "1"], "is not a range FIRST:LAST:STEP"),
    (["--temperatures", "warm", "--per-point", "1"], "'warm' is not a decimal such as 2.27"),
    (["--temperatures", "-1", "--per-point", "1"], "'-1' is not from 0 up"),
    (["--temperatures", "2.2,2.20000000000000000001", "--per-point", "1"], "has more than 20"),
    (["--temperatures", "2.2,2.2000000000000000001", "--per-point", "1"], "are the same in double"),
    (["--temperatures", "nan", "--per-point", "1"], "'nan' is not from 0 up"),
    (["--temperatures", "1e40", "--per-point", "1"], "'1e40' is not from 0 up"),
    (["--temperatures", "0:9:1e-9", "--per-point", "1"], "is more than 65536 values"),
    (["--temperatures", "2.2", "--per-point", "0"], "--per-point is 0: it must be 1 or more"),
    (
        ["--fields", "1", "--per-point", "1"],
        "has a temperature: --temperatures instead of --fields",
    ),
]


@pytest.mark.parametrize(("options", "said"), WORDS, ids=[" ".join(o) or "none" for o, _ in WORDS])
def test_what_cannot_be_had_is_one_line(options: list[str], said: str, tmp_path: Path) -> None:
    out = tmp_path / "more"
    done = CliRunner().invoke(app, ["generate", "periodic_ferro", *options, "--out", str(out)])
    assert done.exit_code == 1
    assert said in str(done.exception or only_line(done.stderr))
    assert not out.exists()


def test_spins_alone(tmp_path: Path, cli: Cli) -> None:
    """The same lattices, read like any others; the table and the card know of no image."""
    asked = ("periodic_ferro", "--per-class", "3", "--size", "16", "--entropy", ENTROPY)
    assert cli("generate", *asked, "--no-images", "--out", "bare").returncode == 0
    whole = generated(V1_1, NAME, 3, tmp_path / "whole", ENTROPY, size=16)
    made, problems = verify(tmp_path / "bare")
    assert not problems
    assert made.configs[NAME].content_digest == whole.configs[NAME].content_digest
    bare, full = (samples(V1_1, NAME, "generated", tmp_path / name) for name in ("bare", "whole"))
    np.testing.assert_array_equal(bare.spins, full.spins)
    loaded = load_dataset(str(tmp_path / "bare"), NAME, split="generated")
    assert loaded.column_names == [
        "spins", "label", "temperature", "energy", "magnetization", "sample_id",
    ]  # fmt: skip
    text = (tmp_path / "bare" / "README.md").read_text()
    assert "The task is `spins` to `label`" in text
    assert 'ds[0]["spins"]' in text
    assert "--no-images --entropy" in text
    assert "| `image`" not in text
    assert cli("show", NAME, "--dir", "bare", "-n", "1").returncode == 0
    said = only_line(cli("generate", *asked, "--out", "bare", "--resume").stderr)
    assert "already holds a generated set" in said


def test_large_lattices_are_verified_without_their_density_of_states(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which takes minutes, and tells only which repeats are honest; of some it is not known."""
    from ising_bench.systems.ising import statistic

    out = tmp_path / "wide"
    cold = {"size": 300, "sweeps": 1, "values": ("0.1",)}
    made = generated(V1_1, NAME, 5, out, ENTROPY, **cold)  # five of two ground states
    with monkeypatch.context() as patched:
        patched.setattr(statistic, "log_density", lambda *_: pytest.fail("was asked for"))
        assert verify(out) == (made, [])
    generated(V1_1, "skewed_ferro", 2, tmp_path / "walls", ENTROPY, **cold)
    assert cli("verify", "walls").returncode == 0
    said = only_line(cli("verify", "walls", "--physics").stderr)
    assert "skewed_ferro: no density of states for L = 300" in said


def test_classes_of_ones_own(tmp_path: Path) -> None:
    """With the grid's temperatures, or with others, among which a class may have none."""
    out, edges = tmp_path / "more", ("1", "2.269", "2.3")
    made = generated(V1_1, NAME, 3, out, ENTROPY, size=16, sweeps=5, classes=edges)
    assert verify(out) == (made, [])
    task = made.config_of(NAME, V1_1).task
    assert task.names == ["0 to 1", "1 to 2.269", "2.269 to 2.3", "2.3 to 4"]
    rows = samples(V1_1, NAME, "generated", out)
    assert rows.labels.tolist() == np.searchsorted([1, 2.269, 2.3], rows.values, "right").tolist()
    assert np.bincount(rows.labels).tolist() == [3] * 4
    assert "`periodic_ferro --per-class 3 --size 16 --sweeps 5 --classes 1,2.269,2.3" in (
        (out / "README.md").read_text().replace("generate periodic", "`periodic")
    )
    with pytest.raises(FolderError, match="already holds"):
        generated(V1_1, NAME, 3, out, ENTROPY, size=16, sweeps=5, classes=("1", "2.269", "2.4"))

    other = tmp_path / "other"
    values = ("2.2", "2.31")
    made = generated(V1_1, NAME, 2, other, ENTROPY, size=16, values=values, classes=edges)
    assert verify(other) == (made, [])
    assert made.configs[NAME].splits["generated"].class_counts == (0, 2, 0, 2)
    own = tuple(str(region.high) for region in TASK.regions[:-1])
    same = varied(CONFIG, classes=own)
    assert same == CONFIG


def test_values_of_ones_own(tmp_path: Path) -> None:
    """Off the grid, each in its class, in another size, after other sweeps; read as anything is."""
    out = tmp_path / "more"
    values = decimals("2.26918531,0,1.055,1.0549,2.30:2.32:0.01,7")
    assert values == ("0", "1.0549", "1.055", "2.26918531", "2.3", "2.31", "2.32", "7")
    result = generated(V1_1, NAME, 3, out, ENTROPY, size=16, sweeps=20, values=values)
    assert verify(out) == (result, [])
    rows = samples(V1_1, NAME, "generated", out)
    assert rows.spins.shape == (24, 16, 16)
    at = {float(v): int(label) for v, label in zip(rows.values, rows.labels, strict=True)}
    assert at == {0: 0, 1.0549: 0, 1.055: 1, 2.26918531: 2, 2.3: 2, 2.31: 2, 2.32: 3, 7: 3}
    assert sorted(rows.values.tolist()) == sorted([float(v) for v in values] * 3)
    # the same lattices as anybody makes who knows no folder
    config = varied(V1_1.config(NAME), 16, 20, values)
    chains = {
        c.sample_id: c
        for part in release.parts_of(V1_1.redrawn(ENTROPY), config, 24)
        for c in part.chains
    }
    made = simulate([chains[i] for i in rows.ids], kernel="reference")
    np.testing.assert_array_equal(rows.spins, made)
    assert {c.sweeps for c in chains.values()} == {20}


def test_decimals_are_written_in_one_way() -> None:
    assert decimals("-0,0.0,2.20,1e1,2.2") == ("0", "2.2", "10")
    assert decimals("0.1:0.4:0.1") == ("0.1", "0.2", "0.3", "0.4")


def test_an_interrupt_does_not_wait_for_what_is_being_made(tmp_path: Path, monkeypatch) -> None:
    """Of two files, one fails at once; the other, which would take most of a minute, gives up."""
    small_shards(monkeypatch, 1024)
    write_shard = shards.write

    def one_fails(order, index, *rest):
        if index == 1:
            raise KeyboardInterrupt
        return write_shard(order, index, *rest)

    monkeypatch.setattr(shards, "write", one_fails)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        generated(V1_1, NAME, 512, tmp_path / "more", ENTROPY, sweeps=30_000, threads=2)
    assert time.monotonic() - begun < 20
    assert not (tmp_path / "more").exists()


def test_sweeps_and_starts_of_a_protocol_are_those_of_the_nearest_point() -> None:
    config = varied(
        V1_1.config("periodic_ferro_equilibrium"), values=("1.99", "2.094", "2.096", "9")
    )
    chains = [V1_1.chain_at(config, "x", 0, point) for point in config.task.grid.points]
    assert [chain.sweeps for chain in chains] == [750, 750, 15_000, 750]
    assert [chain.start for chain in chains] == ["rough", "ground", "ground", "ground"]
    assert config.protocol.in_equilibrium
    assert not varied(config, size=32).protocol.in_equilibrium


def test_more_of_the_same_begins_with_the_same(tmp_path: Path) -> None:
    values, found = ("2.2", "2.3"), []
    for each in (2, 5):
        out = tmp_path / str(each)
        generated(V1_1, NAME, each, out, ENTROPY, size=8, values=values)
        rows = samples(V1_1, NAME, "generated", out)
        found.append({i: s.tobytes() for i, s in zip(rows.ids, rows.spins, strict=True)})
    assert found[0].items() < found[1].items()


def digests(place: Path | str) -> dict[str, str]:
    store = store_of(place)
    return {name: hashlib.sha256(store.read(name)).hexdigest() for name in store.names()}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An order of five small files."""
    small_shards(monkeypatch, 8)
    return {"release": V1_1, "name": NAME, "each": 10, "entropy": ENTROPY, "size": 8, "sweeps": 9}


def test_the_same_bytes_from_any_executor_in_any_place(small: dict, tmp_path: Path) -> None:
    memory = f"memory://{tmp_path.name}"
    generated(**small, out=tmp_path / "a", threads=1)
    generated(**small, out=tmp_path / "b", threads=7)
    with ThreadPoolExecutor(3) as pool:
        generated(**small, out=memory, executor=pool)
    generated(**small, out=f"file://{tmp_path}/c")
    assert len(digests(tmp_path / "a")) == 7
    assert digests(tmp_path / "a") == digests(tmp_path / "b") == digests(memory)
    assert digests(tmp_path / "a") == digests(tmp_path / "c")


@pytest.mark.parametrize("place", ["folder", "memory"])
def test_what_is_finished_stays_finished(
    place: str, small: dict, tmp_path: Path, monkeypatch
) -> None:
    """Interrupted after two files, of which one is then damaged: that and three more are made."""
    out = tmp_path / "set" if place == "folder" else f"memory://{tmp_path.name}-resumed"
    generated(**small, out=tmp_path / "whole")
    done: list[int] = []

    def two(order, index, *rest):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(index)
        return write_shard(order, index, *rest)

    write_shard = shards.write
    monkeypatch.setattr(shards, "write", two)
    with pytest.raises(KeyboardInterrupt):
        generated(**small, out=out, threads=1)
    store = store_of(out)
    assert ORDER in store.names()
    assert "manifest.json" not in store.names()
    monkeypatch.setattr(shards, "write", write_shard)
    with pytest.raises(FolderError, match="unfinished set; go on with it by --resume"):
        generated(**small, out=out)
    with pytest.raises(FolderError, match="unfinished set of another order"):
        generated(**small | {"each": 11}, out=out, resume=True)
    store.write(f"{NAME}/generated-00001-of-00005.parquet", b"half")
    made: list[int] = []

    def counted(order, index, *rest):
        made.append(index)
        return write_shard(order, index, *rest)

    monkeypatch.setattr(shards, "write", counted)
    generated(**small, out=out, resume=True)
    assert sorted(made) == [1, 2, 3, 4]
    assert digests(out) == digests(tmp_path / "whole")
    generated(**small, out=out, resume=True)  # whole: nothing is left to do
    assert len(made) == 4
    with pytest.raises(FolderError, match="already holds a generated set"):
        generated(**small, out=out)


def test_a_killed_run_goes_on(cli: Cli, tmp_path: Path) -> None:
    """By SIGKILL, at a moment when some files are there; the entropy is that of what is resumed."""
    order = ["generate", NAME, "--per-class", "2100", "--size", "8", "--no-images"]
    order += ["--threads", "1", "--out", "more"]
    with subprocess.Popen(
        [sys.executable, "-m", "ising_bench", *order], cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("more/unfinished/0*.json")):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()

    def files() -> set[tuple[str, int]]:
        return {(p.name, p.stat().st_mtime_ns) for p in tmp_path.glob(f"more/{NAME}/*.parquet")}

    kept = files()
    done = cli(*order, "--resume")
    assert done.returncode == 0, done.stderr
    assert re.search("[1-3] files? of 3 are there already", done.stderr.replace(" is ", " are "))
    assert not (tmp_path / "more/unfinished").exists()
    assert files() & kept
    assert cli("verify", "more").returncode == 0


def test_a_full_disk_is_one_line_and_nothing_is_lost(cli: Cli, tmp_path: Path) -> None:
    order = ["generate", NAME, "--per-class", "4", "--size", "128", "--out", "more"]
    done = cli(*order, largest_file=8192)
    assert done.returncode == 1
    assert "run this again with --resume" in only_line(done.stderr)
    assert not (tmp_path / "more").exists()  # no file was finished


def test_two_at_once(small: dict, tmp_path: Path) -> None:
    out = tmp_path / "set"
    with store_of(out).alone(), pytest.raises(FolderError, match="another ising-bench is"):
        generated(**small, out=out)


def test_a_place_that_refuses_is_one_line(small: dict, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderError, match="is a file; choose another folder with --out"):
        generated(**small, out=tmp_path / "file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("x")
    with pytest.raises(FolderError, match="is not empty and ising-bench did not write it"):
        generated(**small, out=tmp_path / "full")
    with pytest.raises(FolderError, match="cannot use nowhere://set: Protocol not known"):
        generated(**small, out="nowhere://set")


@pytest.mark.filterwarnings("ignore:Use 'content")  # what the Hub's client does itself
def test_a_set_comes_together_on_the_hub(hub: HubServer, small: dict, tmp_path: Path) -> None:
    """In a repository that is new, and holds what the Hub puts there."""
    hub.repos["ORG/more"] = Repo()
    generated(**small, out=tmp_path / "more")
    generated(**small, out="hf://datasets/ORG/more", threads=1)
    found = digests("hf://datasets/ORG/more")
    del found[".gitattributes"]
    assert found == digests(tmp_path / "more")
    with pytest.raises(FolderError, match=r"cannot use hf://datasets/ORG/none: .*\(repo"):
        generated(**small, out="hf://datasets/ORG/none")
