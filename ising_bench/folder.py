"""Replacing a folder whole: at any moment there is the old one or the new one, never half of one.

Work goes on in `.NAME.build` beside the target, under a lock that the system drops when a process
dies. The finished folder changes places with the target in one step where the system can
(renameat2), else by two renames: the target to `.NAME.build/old`, the new one to its place. What a
killed process leaves behind the next one clears away, or puts back.
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ising_bench import locks
from ising_bench.errors import FolderError, reason

Say = Callable[[str], object]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def replacing(target: Path, check: Callable[[Path], object], say: Say) -> Iterator[Path]:
    """Give an empty folder that takes the place of `target` when the block ends well.

    When it ends badly the target stays as it was. `check` raises FolderError where a folder must
    not be replaced; it is asked of the target, and again of the folder that was moved aside, since
    somebody may have put something there in the meantime: then everything is moved back. Raises
    FolderError too where another process is replacing the same folder, or the system refuses.
    """
    target = _real(target)
    if target == Path.cwd() or target in Path.cwd().parents:
        raise FolderError(f"cannot replace {target}: it is the current directory; run outside it")
    try:
        recover(target, say)
        with _locked(target, say) as work:
            check(target)
            _clear(target, work)
            new = work / "new"
            new.mkdir()
            yield new
            if target.is_dir():
                shutil.copymode(target, new)
            _exchange(new, target, work / "old", check)
    except OSError as error:
        raise FolderError(
            f"cannot write {target}: {reason(error)}; nothing was changed: "
            "make room or choose another folder with --out"
        ) from error


def recover(target: Path, say: Say) -> None:
    """Undo a replacement that was killed between its two renames, and tell the user.

    Raises FolderError where something else has taken the target's place since.
    """
    target = _real(target)
    old = _work_folder(target) / "old"
    if not old.is_dir() or _holds_a_dataset(target):
        return
    with _locked(target, say):
        if not old.is_dir() or _holds_a_dataset(target):
            return
        if target.exists():
            try:
                target.rmdir()
            except OSError:
                raise FolderError(
                    f"an interrupted build left the dataset of {target} in {old}, and something "
                    f"else is in its place: move {target} away, then run this again"
                ) from None
        os.rename(old, target)
        say(f"an interrupted build had moved {target} aside; it is back in its place")


def _real(target: Path) -> Path:
    """A symbolic link stays; what it points to is replaced."""
    return Path(os.path.realpath(target))


def _work_folder(target: Path) -> Path:
    return target.parent / f".{target.name}.build"


def _holds_a_dataset(folder: Path) -> bool:
    return (folder / "manifest.json").exists()


@contextmanager
def _locked(target: Path, say: Say) -> Iterator[Path]:
    """Hold the work folder of a target; on leaving it is gone."""
    work = _work_folder(target)
    folders = [work, *(folder for folder in work.parents if not folder.exists())]
    try:
        lock = _acquire(target, work)
        try:
            yield work
        finally:
            try:
                _clear(target, work)
            except OSError as error:
                say(f"could not clear {work} away ({reason(error)}); the next build will")
            # Unlinked while it is held: whoever waits for it meets a lock that is no longer there.
            with suppress(OSError):
                (work / "lock").unlink()
            os.close(lock)
    finally:
        for folder in folders:  # those in which nothing is
            with suppress(OSError):
                folder.rmdir()


def _acquire(target: Path, work: Path) -> int:
    for last_try in [False] * 100 + [True]:
        try:
            work.mkdir(parents=True, exist_ok=True)
            lock = locks.acquire(work / "lock", target.parent)
        except (FileNotFoundError, FileExistsError):
            if last_try:
                raise
            continue  # its owner finished, and took the folder away, while we looked
        if lock is not None:
            return lock
        break
    raise FolderError(f"another ising-bench is writing {target}; wait until it is done")


def _clear(target: Path, work: Path) -> None:
    """Delete what is left of this replacement, or of one that was killed.

    `old` may be the only copy where the target is not whole, and then `recover` puts it back. Where
    the target is whole it is first called otherwise: what is half deleted is no copy of anything.
    """
    new, old = work / "new", work / "old"
    remove(new)
    if old.is_dir() and _holds_a_dataset(target):
        os.rename(old, new)
        remove(new)


def remove(folder: Path) -> None:
    """Delete a folder that we made, though somebody took write permission from its folders."""
    if folder.is_dir():
        for path, _, _ in os.walk(folder):
            os.chmod(path, 0o700)
        shutil.rmtree(folder)


def _exchange(new: Path, target: Path, old: Path, check: Callable[[Path], object]) -> None:
    if not target.exists() or not any(target.iterdir()):
        os.rename(new, target)
        return
    in_one_step = _renameat2_exchange(new, target)
    if not in_one_step:
        os.rename(target, old)
        try:
            os.rename(new, target)
        except OSError:
            os.rename(old, target)
            raise
    aside, free = (new, old) if in_one_step else (old, new)
    try:
        check(aside)
    except (FolderError, OSError):
        if not (in_one_step and _renameat2_exchange(new, target)):
            os.rename(target, free)
            os.rename(aside, target)
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


def link_files(paths: Iterable[str], old: Path, new: Path) -> None:
    """Give files of one folder to another: hard links where the system has them, else copies."""
    for path in paths:
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(old / path, target)
        except OSError:
            shutil.copyfile(old / path, target)
