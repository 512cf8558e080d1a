"""Building: the same data on any machine in any way, and a folder that is never half written."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from command_line import CommandLine, Running
from conftest import Cli, only_line
from ising_bench.dataset.build import build
from ising_bench.dataset.samples import arrays
from ising_bench.dataset.verify import verify
from ising_bench.errors import FolderError, VerificationError
from ising_bench.paper import TASK
from ising_bench.publishing.publication import tag_for
from ising_bench.releases import manifest
from ising_bench.releases.digest import digest_of
from ising_bench.releases.release import Release
from ising_bench.releases.v1_1 import V1_1
from ising_bench.simulation.simulate import simulate
from ising_bench.tasks import Split

NAMES = V1_1.config_names[:2]
RELEASED = {name: V1_1.digests[name] for name in V1_1.sets["paper"]}


def digests(folder: Path) -> dict[str, str]:
    return {name: c.content_digest for name, c in manifest.read(folder).configs.items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_every_config_comes_out_as_released(built: Path, whole: Path) -> None:
    assert digests(whole) == V1_1.digests
    assert digests(built) == RELEASED


@pytest.mark.parametrize("name", V1_1.sets["paper"])
@pytest.mark.parametrize("threads", [1, 7])
def test_thread_count_does_not_change_the_dataset(threads: int, name: str) -> None:
    assert digest_of(V1_1, V1_1.config(name), threads=threads) == V1_1.digests[name]


@pytest.mark.parametrize("name", V1_1.sets["equilibrium"])
def test_thread_count_does_not_change_long_chains(name: str) -> None:
    chains = V1_1.chains(V1_1.config(name), TASK.test)[:40]
    np.testing.assert_array_equal(simulate(chains, 1), simulate(chains, 7))


def test_two_processes_in_any_order_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """The fixture built all configs in order; this builds two of them backwards, one by one."""
    out = tmp_path / "other"
    for name in reversed(NAMES[:2]):
        subprocess.run(
            [sys.executable, "-m", "ising_bench", "build", name, "--out", str(out)],
            check=True,
            capture_output=True,
        )
    found, whole = manifest.read(out).configs, manifest.read(built).configs
    assert list(found) == NAMES[:2]
    for name in NAMES[:2]:  # size and hash of every file
        assert found[name] == whole[name]


def test_manifest_and_card_name_no_time_host_or_path(built: Path) -> None:
    text = (built / "manifest.json").read_text() + (built / "README.md").read_text()
    for word in (os.uname().nodename, str(built.parent), str(time.localtime().tm_year) + "-"):
        assert word not in text


def test_building_one_config_keeps_the_others(copied: Path) -> None:
    before = contents(copied)
    build(V1_1, NAMES[:1], copied)
    assert contents(copied) == before


def test_a_kept_config_that_does_not_verify_stops_the_build(copied: Path) -> None:
    victim = copied / "skewed_ferro/test-00000-of-00001.parquet"
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    before = contents(copied)
    with pytest.raises(VerificationError, match=r"skewed_ferro/test.*sha256") as raised:
        build(V1_1, NAMES, copied)
    assert "rebuild these too: ising-bench build skewed_ferro" in str(raised.value)
    assert contents(copied) == before
    build(V1_1, ["skewed_ferro"], copied)
    assert digests(copied) == RELEASED


def test_a_result_that_is_not_the_release_stops_the_build(tmp_path: Path) -> None:
    wrong = replace(V1_1, digests={**V1_1.digests, NAMES[0]: "0" * 64})
    with pytest.raises(VerificationError, match="does not reproduce the release"):
        build(wrong, NAMES[:1], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_fresh_draw_is_marked_and_does_not_mix_with_the_release(tmp_path: Path) -> None:
    out = tmp_path / "fresh"
    fresh = V1_1.redrawn("ab" * 32)
    result = build(fresh, NAMES[:1], out)
    assert result.kind == "fresh draw"
    assert "not release 1.1.0" in (out / "README.md").read_text()
    assert digests(out)[NAMES[0]] != V1_1.digests[NAMES[0]]
    assert verify(out) == (result, [])
    before = contents(out)
    with pytest.raises(FolderError, match="fresh draw"):
        build(V1_1, NAMES, out)
    assert contents(out) == before


def small_draw(entropy: str) -> Release:
    """A fresh draw of V1_1's protocol, one lattice of each class."""
    task = replace(TASK, splits=(Split("test", (1, 1, 1, 1)),))
    configs = tuple(replace(config, task=task) for config in V1_1.configs)
    return replace(V1_1.redrawn(entropy), configs=configs)


def test_a_fresh_draw_grows_config_by_config(tmp_path: Path) -> None:
    fresh = small_draw("ab" * 32)
    build(fresh, NAMES, tmp_path / "together")
    for name in reversed(NAMES):
        made = build(fresh, [name], tmp_path / "one by one")
    assert list(made.configs) == NAMES
    assert contents(tmp_path / "one by one") == contents(tmp_path / "together")
    for other in (small_draw("cd" * 32), V1_1):
        with pytest.raises(FolderError, match=r"fresh draw with entropy abababab.* does not mix"):
            build(other, NAMES[:1], tmp_path / "together")
    assert contents(tmp_path / "one by one") == contents(tmp_path / "together")


def test_a_broken_config_of_a_fresh_draw_stops_the_build_and_names_its_entropy(
    tmp_path: Path,
) -> None:
    fresh, out = small_draw("ab" * 32), tmp_path / "out"
    build(fresh, NAMES[:1], out)
    (out / f"{NAMES[0]}/test-00000-of-00001.parquet").write_bytes(b"")
    mend = f"ising-bench build {NAMES[0]} --entropy {fresh.entropy} --out {out}"
    with pytest.raises(VerificationError, match=mend):
        build(fresh, NAMES[1:], out)
    with pytest.raises(FolderError, match=f"build skewed_ferro --entropy {fresh.entropy} --out"):
        arrays("skewed_ferro", "test", out)
    with pytest.raises(FolderError, match=f"build all --entropy {fresh.entropy} --out"):
        tag_for(out, "fresh-1")


def test_a_fresh_draw_under_the_release_s_name_stops_the_build(tmp_path: Path) -> None:
    fresh, out = small_draw("ab" * 32), tmp_path / "out"
    build(fresh, NAMES[:1], out)
    path = out / "manifest.json"
    path.write_text(path.read_text().replace('"fresh draw"', '"release"'))
    with pytest.raises(VerificationError, match=r"kind is release, but .* it is a fresh draw"):
        build(fresh, NAMES[1:], out)


def test_foreign_folders_and_files_are_left_alone(single: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter1.tex").write_text("precious")
    with pytest.raises(FolderError, match="did not write it"):
        build(V1_1, NAMES[:1], foreign)
    assert contents(foreign) == {"chapter1.tex": b"precious"}

    (single / "notes.txt").write_text("precious")
    with pytest.raises(FolderError, match=r"did not write: notes\.txt"):
        build(V1_1, NAMES[:1], single)
    assert (single / "notes.txt").read_text() == "precious"

    with pytest.raises(FolderError, match="is a file"):
        build(V1_1, NAMES[:1], foreign / "chapter1.tex")


def test_a_symbolic_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    build(V1_1, NAMES[:1], link)
    assert link.is_symlink()
    assert verify(real)[1] == []


def test_the_current_directory_is_not_replaced(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FolderError, match="current directory"):
        build(V1_1, NAMES[:1], Path())


def start_build(line: CommandLine, out: Path) -> Running:
    """Begin to build one config; returns once its work has begun."""
    running = line.start(["build", NAMES[0], "--threads", "1", "--out", str(out)], Path.cwd())
    until = time.monotonic() + 60
    while not (out.parent / f".{out.name}.build" / "new").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    return running


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_a_killed_build_leaves_the_old_folder_or_the_new_one(
    single: Path, seconds: float, command_line: CommandLine
) -> None:
    """So many seconds after its work has begun."""
    before = contents(single)
    process = start_build(command_line, single)
    time.sleep(seconds)
    with suppress(ProcessLookupError):  # it was done
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait().returncode in (0, -signal.SIGKILL)
    assert contents(single) == before  # the new one has the same bytes
    build(V1_1, NAMES[:1], single)
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]
    assert verify(single)[1] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_build_that_is_asked_to_end_clears_up(
    single: Path, number: signal.Signals, command_line: CommandLine
) -> None:
    process = start_build(command_line, single)
    os.kill(process.pid, number)
    assert process.wait().returncode == 128 + number
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]
    assert verify(single)[1] == []


@pytest.mark.parametrize("moment", ["staged", "moved", "exchanged"])
def test_killed_around_the_exchange(single: Path, moment: str) -> None:
    """The states that SIGKILL can leave behind, also without an exchange in one step."""
    before = contents(single)
    work = single.parent / ".ising-bench.build"
    work.mkdir()
    (work / "lock").touch()
    shutil.copytree(single, work / "new")
    if moment == "moved":
        single.rename(work / "old")
    if moment == "exchanged":
        (work / "new" / "README.md").write_text("the old card")
    build(V1_1, NAMES[:1], single)
    assert contents(single) == before
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]


def test_verify_puts_back_what_a_killed_build_had_moved(single: Path, cli: Cli) -> None:
    work = single.parent / ".ising-bench.build"
    work.mkdir()
    single.rename(work / "old")
    done = cli("verify", str(single))
    assert done.returncode == 0, done.stderr
    assert "is back in its place" in done.stderr
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]


def test_without_exchange_two_renames_do_it(single: Path, monkeypatch) -> None:
    from ising_bench import folder

    monkeypatch.setattr(folder, "_renameat2_exchange", lambda *_: False)
    before = contents(single)
    build(V1_1, NAMES[:1], single)
    assert contents(single) == before
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]


def test_two_builds_into_one_folder_at_once(tmp_path: Path, command_line: CommandLine) -> None:
    out = tmp_path / "ising-bench"
    first = start_build(command_line, out)
    with pytest.raises(FolderError, match="another ising-bench is writing"):
        build(V1_1, NAMES[:1], out)
    assert first.wait().returncode == 0
    assert verify(out)[1] == []
    assert [p.name for p in tmp_path.iterdir()] == ["ising-bench"]


def test_a_full_disk_is_one_line_and_changes_nothing(single: Path, cli: Cli) -> None:
    before = contents(single)

    done = cli("build", "periodic_ferro", "--out", str(single), largest_file=200_000)
    assert done.returncode == 1
    assert "nothing was changed" in only_line(done.stderr)
    assert contents(single) == before
    assert [p.name for p in single.parent.iterdir()] == ["ising-bench"]


def test_an_unwritable_path_is_one_line(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "file").touch()
    done = cli("build", "periodic_ferro", "--out", str(tmp_path / "file" / "x"))
    assert done.returncode == 1
    assert "Not a directory" in only_line(done.stderr)


def test_a_broken_manifest_is_one_line(single: Path, cli: Cli) -> None:
    path = single / "manifest.json"
    for text in (
        "",
        "{",
        "[]",
        '{"kind": 3}',
        path.read_text().replace('"size": 100', '"size": "100"'),
    ):
        path.write_text(text)
        for command in (["build", "--out"], ["verify"]):
            done = cli(*command, str(single))
            assert done.returncode == 1
            assert "is damaged" in only_line(done.stderr)


def test_the_manifest_refuses_keys_that_it_does_not_know(copied: Path) -> None:
    path = copied / "manifest.json"
    record = json.loads(path.read_text())
    record["configs"]["periodic_ferro"]["colour"] = "blue"
    path.write_text(json.dumps(record))
    with pytest.raises(FolderError, match=r"configs\.periodic_ferro\.colour"):
        manifest.read(copied)


def _digest(name: str) -> str:
    return digest_of(V1_1, V1_1.config(name))


def test_another_process_gives_the_same_digest() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_digest, ["periodic_antiferro"]) == [V1_1.digests["periodic_antiferro"]]
