"""Replacing a folder whole: at any moment there is the old one or the new one, never half of one.

Work goes on in `.NAME.build` beside the target, under a lock that the system drops when a process
dies. The finished folder changes places with the target in one step where the system can
(renameat2), else by two renames. What a killed process leaves behind the next one clears away.
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ising_bench.errors import FolderError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def _work_folder(target: Path) -> Path:
    return target.parent / f".{target.name}.build"


@contextmanager
def _locked(target: Path) -> Iterator[Path]:
    """Hold the work folder of a target; on leaving it is gone."""
    from filelock import FileLock, Timeout

    work = _work_folder(target)
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = FileLock(work / "lock", blocking=False)
        lock.acquire()
    except (Timeout, FileNotFoundError):  # not found: its owner finished just now
        raise FolderError(
            f"another ising-bench is writing {target}; wait until it is done"
        ) from None
    try:
        yield work
    finally:
        # Deleted while the lock is held: whoever waits for it meets an unlinked file and fails.
        # Kept where it holds the only copy of the old folder, for the next command to put back.
        if target.exists() or not (work / "old").exists():
            shutil.rmtree(work, ignore_errors=True)
        lock.release()


def recover(target: Path, say: Callable[[str], object]) -> None:
    """Undo a replacement that was killed between its two renames, and tell the user."""
    old = _work_folder(target) / "old"
    if target.exists() or not old.is_dir():
        return
    with _locked(target):
        if not target.exists() and old.is_dir():
            os.rename(old, target)
            say(f"an interrupted build had moved {target} aside; it is back in its place")


@contextmanager
def replacing(target: Path, say: Callable[[str], object]) -> Iterator[Path]:
    """Give an empty folder that takes the place of `target` when the block ends well.

    When it ends badly the target stays as it was. Raises FolderError where another process is
    replacing the same folder, or where the system refuses to make or exchange folders.
    """
    target = Path(os.path.realpath(target))  # a symbolic link stays, what it points to is replaced
    if target == Path.cwd() or target in Path.cwd().parents:
        raise FolderError(
            f"cannot replace {target}: it is the current directory; run from outside it"
        )
    recover(target, say)
    try:
        with _locked(target) as work:
            for stale in ("new", "old"):
                if (work / stale).exists():
                    shutil.rmtree(work / stale)
            new = work / "new"
            new.mkdir()
            yield new
            _exchange(new, target, work / "old")
    except OSError as error:
        reason = error.strerror or str(error)
        raise FolderError(
            f"cannot write {target}: {reason}; nothing was changed: "
            "make room or choose another folder with --out"
        ) from error


def _exchange(new: Path, target: Path, old: Path) -> None:
    if not target.exists():
        os.rename(new, target)
    elif not _renameat2_exchange(new, target):
        os.rename(target, old)
        try:
            os.rename(new, target)
        except OSError:
            os.rename(old, target)
            raise


def _renameat2_exchange(a: Path, b: Path) -> bool:
    """Exchange two paths in one step; False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    answer = renameat2(
        _AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    return bool(answer == 0)
