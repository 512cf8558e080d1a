import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conftest import Cli, only_line
from ising_bench.cli import app
from ising_bench.dataset.generate import generate
from ising_bench.dataset.verify import verify
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.paper import TASK
from ising_bench.releases import digest, manifest, release, table
from ising_bench.releases.v1 import V1
from ising_bench.simulation.simulate import simulate_all

CONFIG = V1.config("periodic_ferro")


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
    result = generate(V1, "periodic_ferro", 45, out, "ab" * 32)
    split = result.configs["periodic_ferro"].splits["generated"]
    assert [file.path.rsplit("/")[-1] for file in split.files] == [
        f"generated-0000{i}-of-00003.parquet" for i in range(3)
    ]
    sizes = []
    for file in split.files:
        labels = table.read(out / file.path, CONFIG).column("label").to_pylist()
        sizes.append(len(labels))
        assert abs(labels.count(0) - labels.count(3)) <= 1
    assert sizes == at_once == [64, 64, 52]
    assert verify(out) == (result, [])


def test_shard_size_does_not_change_what_is_drawn(tmp_path: Path, monkeypatch) -> None:
    found = []
    for rows in (16, 64):
        small_shards(monkeypatch, rows)
        result = generate(V1, "periodic_ferro", 16, tmp_path / str(rows), "ab" * 32)
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
    generate(V1, "periodic_ferro", 10, tmp_path / "more", V1.entropy)
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
        generate(V1, "periodic_ferro", 2, copied, "ab" * 32)
    assert manifest.read(copied).kind == "release"


def test_at_least_one_lattice_a_class(tmp_path: Path) -> None:
    with pytest.raises(IsingBenchError, match="1 or more"):
        generate(V1, "periodic_ferro", 0, tmp_path / "more", "ab" * 32)


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
    generate(V1, "periodic_ferro", 2, out, "ab" * 32)
    text = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(text.replace("ab" * 32, "cd" * 32))
    assert any("content digest" in problem for problem in verify(out)[1])


def test_a_name_with_a_colon_is_no_address(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("run:1")
    made = generate(V1, "periodic_ferro", 2, out, "ab" * 32)
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
