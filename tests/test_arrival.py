"""An entry comes to its folder whole or not at all, in the one form that is hashed, under a name
of its own."""

import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.leaderboard import details, new
from ising_bench.leaderboard.arrival import arriving
from ising_bench.leaderboard.board import files
from ising_bench.leaderboard.check import check
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.scoring import predictions
from ising_bench.scoring.truth import sample_ids
from test_leaderboard_check import CONFIG, DETAILS, noisy, spelt_otherwise, submit

ROOT = Path(__file__).parent.parent
TWO = {"a.csv": "predictions of a", "a.json": "a", "b.csv": "predictions of b", "b.json": "b"}


def enter(root: Path, contents: dict[str, str]) -> None:
    with arriving("mine", root) as folder:
        for name, text in contents.items():
            (folder / name).write_text(text)


def there(root: Path) -> dict[str, str]:
    """What stands in the entry's folder."""
    folder = root / "mine"
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.is_dir() else {}


def unfinished(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name != "mine"]


class Watch:
    """What happens at the next calls that touch files; one hook for all, since none can be taken
    away again."""

    calls: list[str]
    stop: Callable[[int], None] | None = None

    def __call__(self, event: str, _: Any) -> None:
        if self.stop is not None and event.startswith(("open", "os.", "shutil.")):
            self.calls.append(event)
            self.stop(len(self.calls))


@cache
def watch() -> Watch:
    hook = Watch()
    sys.addaudithook(hook)
    return hook


@contextmanager
def stopped_at(n: int, stop: Callable[[], None]) -> Iterator[list[str]]:
    """At the n-th call that touches a file, from 0, `stop` is called; the calls, by name."""
    hook = watch()
    hook.calls = []
    hook.stop = lambda call: stop() if call == n + 1 else None
    try:
        yield hook.calls
    finally:
        hook.stop = None


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("before", [{}, {"c.csv": "predictions of c", "c.json": "c"}])
def test_whatever_the_system_refuses_an_entry_is_whole_or_as_it_was(
    tmp_path: Path, before: dict[str, str]
) -> None:
    for n in range(1000):
        root = tmp_path / str(n)
        root.mkdir()
        if before:
            enter(root, before)
        try:
            with stopped_at(n, full_disk) as calls:
                enter(root, TWO)
        except FolderError as error:
            assert "No space left on device; nothing was changed" in str(error)  # noqa: PT017
            assert there(root) == before
            enter(root, TWO)
        assert there(root) == before | TWO
        assert unfinished(root) in ([], [".mine.part"])  # not even that could be cleared away
        if len(calls) <= n:
            return
    raise AssertionError("no end")


def _killed_everywhere(parent: Path, before: dict[str, str]) -> int:
    for n in range(1000):
        root = parent / str(n)
        root.mkdir()
        if before:
            enter(root, before)
        child = os.fork()
        if not child:
            with stopped_at(n, lambda: os._exit(9)):
                enter(root, TWO)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found = there(root)
        assert found.items() <= (before | TWO).items()
        records = {name for name in found if name.endswith(".json")}
        assert all(name.replace(".json", ".csv") in found for name in records), n
        if not before:
            assert found in ({}, TWO), n
        files([root])  # what is unfinished is no entry
        if found != before | TWO:
            enter(root, TWO)
        assert there(root) == before | TWO, n
        if code == 0:
            return n
    raise AssertionError("no end")


@pytest.mark.parametrize("before", [{}, {"c.csv": "predictions of c", "c.json": "c"}])
def test_killed_at_any_file_call_the_next_run_completes_the_entry(
    tmp_path: Path, before: dict[str, str]
) -> None:
    """In a process of its own, which has no threads and may fork."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_killed_everywhere, (tmp_path, before)) > 5


def test_what_is_unfinished_is_no_problem_of_the_board(tmp_path: Path) -> None:
    path = submit(tmp_path)
    left = path.parent.parent / ".other.part"
    left.mkdir()
    shutil.copy(path, left / path.name)
    found = check([path.parent.parent])
    assert (found.problems, [s.path for s in found.entries]) == ([], [path])


def test_a_config_that_is_there_stays(tmp_path: Path) -> None:
    enter(tmp_path, TWO)
    for again in (TWO, {"b.csv": "other", "b.json": "other", "d.csv": "d", "d.json": "d"}):
        with pytest.raises(FolderError, match=r"json is there already; choose another NAME"):
            enter(tmp_path, again)
        assert there(tmp_path) == TWO
        assert unfinished(tmp_path) == []


def stop_on_the_way(root: Path) -> None:
    with arriving("mine", root) as folder:
        (folder / "a.csv").touch()
        raise IsingBenchError("stop")


def test_a_mistake_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(IsingBenchError, match="stop"):
        stop_on_the_way(tmp_path / "leaderboard" / "entries")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../mine", "", "Mine", ".mine.part", "a" * 65, "mine\n"])
def test_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(IsingBenchError, match="the name"), arriving(name, tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_names_that_differ_in_spelling_alone_are_refused(tmp_path: Path) -> None:
    path = submit(tmp_path, "my_model")
    root = path.parent.parent
    for name in ("my-model", "mymodel", "m-y-model-"):
        with pytest.raises(FolderError, match="my_model is there already"), arriving(name, root):
            pass
    for name in ("my-model", "MY_MODEL"):
        shutil.copytree(path.parent, root / name)
        record = json.loads(path.read_text()) | {"name": name}
        (root / name / path.name).write_text(json.dumps(record))
        problems = check([root / name], root).problems
        assert any("differs from my_model only in hyphens" in line for line in problems), problems
        shutil.rmtree(root / name)
    shutil.copytree(path.parent, root / "my-model")
    assert len([line for line in check([root]).problems if "only in hyphens" in line]) == 2
    assert check([path], root / "none").problems == []


def test_predictions_stand_on_the_board_in_one_spelling(tmp_path: Path) -> None:
    csv, toml = tmp_path / "p.csv", tmp_path / "details.toml"
    predictions.write(csv, sample_ids(V1, CONFIG), {i: noisy(i) for i in range(5)})
    plain = csv.read_bytes()
    spelt_otherwise(csv)
    assert csv.read_bytes() != plain
    toml.write_text(DETAILS)
    (path,) = new.from_predictions("mine", csv, V1, CONFIG, toml, tmp_path / "entries")
    assert path.with_suffix(".csv").read_bytes() == plain
    assert check([path]).problems == []


def test_the_committed_predictions_are_in_that_spelling(tmp_path: Path) -> None:
    for path in sorted((ROOT / "leaderboard" / "entries").glob("*/*.csv")):
        ids = sample_ids(V1_1, path.stem)
        predictions.write(tmp_path / "p.csv", ids, dict(enumerate(predictions.read(path, ids, 4))))
        assert (tmp_path / "p.csv").read_bytes() == path.read_bytes(), path


def test_a_clone_that_turns_line_ends_keeps_the_bytes(tmp_path: Path) -> None:
    """As git does on request, and on some systems by default."""
    there, clone = tmp_path / "there", tmp_path / "clone"
    names = ["leaderboard/entries/bayes/periodic_ferro.csv", "leaderboard/schema.json", "README.md"]
    for name in (".gitattributes", *names):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, there / name)
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=true"]
    for args in (
        ["init", "-q", str(there)],
        ["-C", str(there), "add", "-A"],
        ["-C", str(there), *identity, "commit", "-qm", "a"],
        [*identity, "clone", "-q", "-c", "core.autocrlf=true", str(there), str(clone)],
    ):
        subprocess.run(["git", *args], check=True, capture_output=True)
    for name in names:
        assert (clone / name).read_bytes() == (there / name).read_bytes(), name


def test_the_template_s_placeholders_are_named_one_by_one(tmp_path: Path) -> None:
    csv, toml = tmp_path / "p.csv", tmp_path / "details.toml"
    predictions.write(csv, sample_ids(V1, CONFIG), {i: noisy(i) for i in range(5)})
    toml.write_text(details.DETAILS)
    with pytest.raises(IsingBenchError) as raised:
        new.from_predictions("mine", csv, V1, CONFIG, toml, tmp_path / "entries")
    places = [line.split(": ")[1] for line in str(raised.value).splitlines()]
    assert places == [
        "model.name",
        "model.family",
        "model.description",
        "authors.0.name",
        "data_use.validation",
    ]
    assert not (tmp_path / "entries" / "mine").exists()


def test_entries_arrive_one_after_another(tmp_path: Path) -> None:
    """Also of names that are twins of each other, which both would be let in else."""
    root = tmp_path / "entries"
    with arriving("mine", root) as part:
        (part / f"{CONFIG}.json").write_text("{}")
        with pytest.raises(FolderError, match="just being added"), arriving("mi-ne", root):
            pass
    assert [path.name for path in root.rglob("*")] == ["mine", f"{CONFIG}.json"]
