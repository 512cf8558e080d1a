"""Replacing a folder: whole, or not at all, whatever else happens meanwhile."""

import errno
import fcntl
import multiprocessing
import os
import sys
import time
from pathlib import Path

import pytest

from ising_bench import folder
from ising_bench.errors import FolderError


def anything(_: Path) -> None:
    """Every folder may be replaced."""


def nothing_said(text: str) -> None:
    raise AssertionError(text)


def fill(target: Path, text: str, check=anything, say=nothing_said) -> None:
    with folder.replacing(target, check, say) as new:
        (new / "manifest.json").write_text(text)


@pytest.fixture(params=[True, False], ids=["exchange", "two renames"], autouse=True)
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With and without a system call that exchanges folders in one step."""
    if not request.param:
        monkeypatch.setattr(folder, "_renameat2_exchange", lambda *_: False)
    return bool(request.param)


def test_a_new_folder_and_its_replacement(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "data"
    for text in ("one", "two"):
        fill(target, text)
        assert (target / "manifest.json").read_text() == text
    assert [p.name for p in target.parent.iterdir()] == ["data"]


def test_a_failure_leaves_the_old_folder_and_no_new_parents(tmp_path: Path) -> None:
    target = tmp_path / "data"
    fill(target, "old")
    for place in (target, tmp_path / "x" / "y"):
        with pytest.raises(RuntimeError, match="stop"):
            fail_half_way(place)
    assert (target / "manifest.json").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def fail_half_way(target: Path) -> None:
    with folder.replacing(target, anything, nothing_said) as new:
        (new / "half").touch()
        raise RuntimeError("stop")


def test_what_is_put_into_the_target_meanwhile_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "data"
    fill(target, "old")

    def check(place: Path) -> None:
        if (place / "notes.txt").exists():
            raise FolderError("foreign file")

    with (
        pytest.raises(FolderError, match="foreign file"),
        folder.replacing(target, check, nothing_said),
    ):
        (target / "notes.txt").write_text("precious")
    assert (target / "notes.txt").read_text() == "precious"
    assert (target / "manifest.json").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def moved_aside(target: Path) -> Path:
    """What a kill between the two renames leaves."""
    fill(target, "the only copy")
    work = target.parent / ".data.build"
    work.mkdir()
    return target.rename(work / "old")


@pytest.mark.parametrize("empty_target", [False, True])
def test_the_only_copy_is_put_back(tmp_path: Path, empty_target: bool) -> None:
    target = tmp_path / "data"
    moved_aside(target)
    if empty_target:
        target.mkdir()
    said: list[str] = []
    folder.recover(target, said.append)
    assert (target / "manifest.json").read_text() == "the only copy"
    assert len(said) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_the_only_copy_survives_something_else_in_its_place(tmp_path: Path) -> None:
    target = tmp_path / "data"
    old = moved_aside(target)
    target.mkdir()
    (target / "thesis.tex").touch()
    with pytest.raises(FolderError, match="something else is in its place"):
        fill(target, "new")
    assert (old / "manifest.json").read_text() == "the only copy"
    assert (target / "thesis.tex").exists()


def test_recovery_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    moved_aside(tmp_path / "real" / "data")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "data")
    folder.recover(tmp_path / "link", lambda _: None)
    assert (tmp_path / "link" / "manifest.json").exists()


def test_folders_without_write_permission_are_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "data"
    fill(target, "old")
    (target / "sub").mkdir()
    (target / "sub" / "file").touch()
    os.chmod(target / "sub", 0o500)
    fill(target, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_the_mode_of_the_folder_stays(tmp_path: Path) -> None:
    target = tmp_path / "data"
    fill(target, "old")
    os.chmod(target, 0o700)
    fill(target, "new")
    assert target.stat().st_mode & 0o777 == 0o700


def _replace_often(target: Path, seconds: float) -> tuple[int, list[str]]:
    done, errors, end = 0, [], time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with folder.replacing(target, anything, nothing_said) as new:
                for name in ("manifest.json", "a", "b"):
                    (new / name).write_text(str(os.getpid()))
            done += 1
        except FolderError as error:
            errors.append(str(error))
    return done, errors


def test_many_writers_at_once_take_turns(tmp_path: Path) -> None:
    target = tmp_path / "data"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = pool.starmap(_replace_often, [(target, 2.0)] * 3)
    assert all(done for done, _ in found)
    assert {error for _, errors in found for error in errors} <= {
        f"another ising-bench is writing {target}; wait until it is done"
    }
    assert len({(target / name).read_text() for name in ("manifest.json", "a", "b")}) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


FILE_CALLS = ("open", "os.", "fcntl.", "shutil.")


class Fault:
    """Planted before the n-th call that touches files: a kill, or an error of input and output."""

    def __init__(self) -> None:
        self.calls_left, self.act = -1, self.kill
        sys.addaudithook(self)

    def __call__(self, event: str, _: object) -> None:
        if self.calls_left >= 0 and event.startswith(FILE_CALLS):
            self.calls_left -= 1
            if self.calls_left < 0:
                self.act()

    def kill(self) -> None:
        os._exit(9)

    def fail(self) -> None:
        raise OSError(errno.EIO, "Input/output error")


def put(target: Path, text: str, said: list[str]) -> None:
    with folder.replacing(target, anything, said.append) as new:
        (new / "sub").mkdir()
        for name in ("a", "manifest.json", "sub/b"):
            (new / name).write_text(text)


def texts(target: Path) -> set[str]:
    return {(target / name).read_text() for name in ("a", "manifest.json", "sub/b")}


def _broken_at(parent: Path, in_one_step: bool, act: str, n: int) -> bool:
    """Replace a folder with a fault at the n-th call, then look; False where that is past the
    last call."""
    target, said = parent / "data", []
    put(target, "old", said)
    child = os.fork()
    if not child:
        fault = Fault()
        fault.act, fault.calls_left = getattr(fault, act), n
        try:
            put(target, "new", said)
        except FolderError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0 if fault.calls_left >= 0 else 3)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code != 2, f"call {n}: not a FolderError"
    if target.exists() or in_one_step:
        assert texts(target) in ({"old"}, {"new"}), f"call {n}"
    if code == 1:
        assert texts(target) == {"old"}, f"call {n}: said to have changed nothing"
    put(target, "next", said)
    assert texts(target) == {"next"}
    assert [path.name for path in parent.iterdir()] == ["data"], f"call {n}"
    return code != 0


def _broken_everywhere(parent: Path, in_one_step: bool, act: str) -> int:
    if not in_one_step:
        folder._renameat2_exchange = lambda *_: False
    n = 0
    while _broken_at(parent, in_one_step, act, n):
        n += 1
    return n


@pytest.mark.parametrize("act", ["kill", "fail"])
def test_broken_at_any_file_call_the_next_replacement_succeeds(
    tmp_path: Path, system: bool, act: str
) -> None:
    """In a process of its own, which has no threads and may fork."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_broken_everywhere, (tmp_path, system, act)) > 25


def test_an_empty_folder_is_replaced_without_a_trace(tmp_path: Path) -> None:
    """Also by what is no dataset."""
    target = tmp_path / "data"
    target.mkdir()
    with folder.replacing(target, anything, nothing_said) as new:
        (new / "images").touch()
    folder.recover(target, nothing_said)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        "data",
        "data/images",
    ]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_named_and_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def flock(*_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(FolderError, match=r"file system without locks .*another one with --out"):
        fill(tmp_path / "a" / "data", "new")
    assert list(tmp_path.iterdir()) == []
