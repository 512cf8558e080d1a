"""Temporary folders: what a killed process leaves of these in TMPDIR, up to a whole release, the
next one clears away."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ising_bench import locks
from ising_bench.errors import FolderError, reason
from ising_bench.folder import remove

_PREFIX = "ising-bench-"
_LOCK = "in-use"  # held as long as the owner lives; a folder without it is nobody's to clear


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder, gone after the block. Raises FolderError where none can be made."""
    try:
        place = Path(tempfile.gettempdir())
        _clear(place)
        folder, lock = _claimed(place)
    except OSError as error:
        raise FolderError(
            f"no temporary folder can be made ({reason(error)}); name another place with TMPDIR"
        ) from None
    try:
        yield folder / "files"
    finally:
        with suppress(OSError):  # the next one tries again
            _remove(folder)
        os.close(lock)


def _claimed(place: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        try:
            (folder / "files").mkdir()
            lock = locks.claim(folder / _LOCK)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if lock is not None:
            return folder, lock


def _clear(place: Path) -> None:
    """Delete the folders of this user whose owners were killed."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # whoever works on here is not to be held up by an old folder
            seen = folder.lstat()
            if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
                continue
            with locks.abandoned(folder / _LOCK) as left:
                if left:
                    _remove(folder)


def _remove(folder: Path) -> None:
    """The lock goes last: what is killed on the way can still be told for what it is."""
    remove(folder / "files")
    (folder / _LOCK).unlink(missing_ok=True)
    folder.rmdir()
