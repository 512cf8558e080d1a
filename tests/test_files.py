"""Files are written whole or not at all: by every writer, on a full disk, and killed anywhere."""

import errno
import multiprocessing
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ising_bench import files
from ising_bench import measured as records
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines import records as runs
from ising_bench.baselines import run
from ising_bench.baselines.attention import Maps
from ising_bench.cli import publish
from ising_bench.errors import FolderError
from ising_bench.figures import draw
from ising_bench.figures.attention import attention
from ising_bench.figures.lattices import panel
from ising_bench.leaderboard import board_files, export, fresh, new, rescore
from ising_bench.measured import Distinct
from ising_bench.paper import TASK
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows
from ising_bench.scoring import predictions
from ising_bench.shipped import Table
from ising_bench.systems.recompute import recompute
from test_folder import Fault

CONFIG = "periodic_ferro"
SECRET = fresh.Secret("ising-bench fresh 1", V1.version, CONFIG, 1, "ab" * 32, "cd" * 32)
FOUR = Rows(
    CONFIG,
    V1.config(CONFIG).system,
    TASK,
    np.ones((4, 100, 100), np.int8),
    np.array([50, 150, 220, 300]),
    np.arange(4),
    tuple(f"{i:016x}" for i in range(4)),
)
MAPS = Maps(FOUR, np.ones((4, 2, 2)), np.ones((4, 1, 2, 2)), np.arange(4))


def stage_kept(place: Path) -> None:
    stage = place.parent / "stage"
    stage.mkdir(exist_ok=True)
    if not (stage / "manifest.json").exists():
        (stage / "manifest.json").write_text(1000 * " ")
    publish._keep(stage, place / "shown")


def withdrawn(entry: Path) -> None:
    rescore.mark(entry, "withdrawn", "a test")


TABLES = (Table(Path("family") / "data" / "x.npy", lambda: np.arange(100)),)
Writer = Callable[[Path], object]
WRITERS: dict[str, Writer] = {
    "secret": lambda f: fresh.commit(V1, CONFIG, 1, f / "secret.json"),
    "labels": lambda f: fresh.write_labels(SECRET, f / "labels.csv"),
    "images": lambda f: fresh.build(SECRET, f / "images"),
    "template": lambda f: new.template(V1, CONFIG, f / "a" / "b"),
    "show": lambda f: panel(FOUR, 1, "", f / "x.png"),
    "attention": lambda f: attention(MAPS, f / "x.png"),
    "figures": lambda f: draw.draw_all(V1, f / "figures"),
    "density": lambda f: recompute(TABLES, [], f / "tables"),
    "measure": lambda f: records.write(f / "m.json", "distinct", [Distinct("x", "SpCR", 450, 450)]),
    "run": lambda f: runs.write(f, runs.Run(recipes.packaged("vit"), V1.version)),
    "predictions": lambda f: predictions.write(f / "p.csv", ("0" * 16,), {0: np.eye(4)[:1]}),
    "export": lambda f: export.write([], f / ".eval_results" / "x.yaml"),
    "push": stage_kept,
}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond ten bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def refused(write: Writer, place: Path) -> None:
    with full_disk(), pytest.raises((OSError, FolderError)) as raised:
        write(place)
    assert ".part" not in str(raised.value)


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_full_disk_leaves_what_was_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = fresh._chains(SECRET)[:2]
    monkeypatch.setattr(fresh, "_chains", lambda _: few)
    monkeypatch.setattr(draw, "figures_of", lambda _: {"x": lambda _, p: panel(FOUR, 1, "", p)})
    monkeypatch.setattr(export, "eval_results", lambda _: 100 * "x")
    place = tmp_path / "place"
    place.mkdir()
    refused(WRITERS[name], place)
    assert contents(place) == {}
    WRITERS[name](place)
    written = contents(place)
    assert written
    assert all(path.suffix != ".part" for path in place.rglob("*"))
    refused(WRITERS[name], place)
    assert contents(place) == written


def test_a_full_disk_leaves_board_and_entries_as_they_were(tmp_path: Path) -> None:
    entry = new.quoted(V1, tmp_path / "entries")[0]
    before = contents(tmp_path)
    refused(withdrawn, entry)
    refused(board_files.write_board, tmp_path)
    assert contents(tmp_path) == before
    board_files.write_board(tmp_path)
    before = contents(tmp_path)
    withdrawn(entry)
    refused(board_files.write_board, tmp_path)
    assert {name for name, text in contents(tmp_path).items() if text != before[name]} == {
        entry.relative_to(tmp_path).as_posix()
    }


def test_a_full_disk_leaves_no_part_of_a_model(tmp_path: Path) -> None:
    class Model:
        def save_pretrained(self, folder: Path) -> None:
            folder.mkdir()
            for name in ("config.json", "model.safetensors"):
                (folder / name).write_text(name * (1 if name == "config.json" else 100))

    refused(lambda folder: run._save(Model(), None, folder / "model"), tmp_path)
    assert contents(tmp_path) == {}
    for _ in range(2):
        run._save(Model(), None, tmp_path / "model")
        assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_link_and_a_mode_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    files.write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_what_takes_a_name_meanwhile_is_left_alone_and_the_rest_does_not_come(
    tmp_path: Path,
) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    with (
        pytest.raises(FolderError, match="b is there already; choose another"),
        files.new_files({a: b"mine", b: b"mine"}, "choose another"),
    ):
        b.write_text("precious")
    assert contents(tmp_path) == {"b": b"precious"}


def test_where_hard_links_are_not_to_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    files.write_new({tmp_path / "a": b"mine"}, "choose another", 0o600)
    with pytest.raises(FolderError, match="is there already"):
        files.write_new({tmp_path / "a": b"other"}, "choose another")
    assert contents(tmp_path) == {"a": b"mine"}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_half_a_pair_is_completed_but_not_where_it_was_changed(tmp_path: Path) -> None:
    csv, details = new.template(V1, CONFIG, tmp_path)
    with pytest.raises(FolderError, match="csv is there already"):
        new.template(V1, CONFIG, tmp_path)
    for one, other in ((csv, details), (details, csv)):
        one.unlink()
        new.template(V1, CONFIG, tmp_path)
        one.unlink()
        before = other.read_bytes()
        other.write_text("changed")
        with pytest.raises(FolderError, match=f"{other.name} is there already"):
            new.template(V1, CONFIG, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [other.name]
        other.write_bytes(before)
        new.template(V1, CONFIG, tmp_path)


def overwrite(folder: Path, text: bytes) -> None:
    files.write_whole(folder / "a", text)


def write_pair(folder: Path, text: bytes) -> None:
    files.write_new({folder / "a": text, folder / "b": text}, "choose another")


def _killed_everywhere(parent: Path, write: Callable[[Path, bytes], None]) -> int:
    for n in range(1000):
        folder = parent / str(n)
        folder.mkdir()
        if write is overwrite:
            write(folder, b"old")
        child = os.fork()
        if not child:
            Fault().calls_left = n
            write(folder, b"new")
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        visible = {path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
        assert visible <= {b"old", b"new"}, f"call {n}"
        assert len(visible) <= 1
        if write is overwrite or len(list(folder.glob("[ab]"))) < 2:
            write(folder, b"new")
        assert {path.name for path in folder.iterdir()} >= {"a"}
        write_whole_again(folder)
        assert all(not path.name.startswith(".") for path in folder.iterdir()), f"call {n}"
        if code == 0:
            return n
    raise AssertionError("no end")


def write_whole_again(folder: Path) -> None:
    """Whatever is left is cleared by who writes the file next."""
    for path in folder.glob("[ab]"):
        files.write_whole(path, b"newer")


@pytest.mark.parametrize("write", [overwrite, write_pair])
def test_killed_at_any_file_call_nothing_is_half_written_or_in_the_way(
    tmp_path: Path, write: Callable[[Path, bytes], None]
) -> None:
    """In a process of its own, which has no threads and may fork."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_killed_everywhere, (tmp_path, write)) > 5
