"""Locks on files, which the system drops when their process dies: what is locked is in use, and
what is not was left behind."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ising_bench.errors import FolderError

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


def acquire(path: Path, folder: Path) -> int | None:
    """Lock a file, which is made if need be: a descriptor, whose closing gives it back, or None
    where another process holds it.

    Raises FolderError, that names the folder which the lock is for, where the file system has no
    locks; then the file is gone again.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _try(descriptor):
                os.close(descriptor)
                return None
            if os.fstat(descriptor).st_nlink:
                return descriptor
            os.close(descriptor)  # its owner took the file away while we looked: once more
        except OSError as error:
            os.close(descriptor)
            if error.errno not in _NO_LOCKS:
                raise
            path.unlink(missing_ok=True)
            raise FolderError(
                f"{folder} is on a file system without locks ({error.strerror}), where two "
                "processes could write into it at once; choose a folder on another one with --out"
            ) from None


def claim(path: Path, mode: int = 0o600) -> int | None:
    """Make a new file and keep it locked until the descriptor is closed, so that `abandoned` can
    tell that we live; None where somebody was quicker to clear it away.

    Where the file system has no locks it stays unlocked, and nobody clears it away.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        if _try(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor
    except OSError:
        return descriptor
    os.close(descriptor)
    return None


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Lock a folder itself, of which no file is made; False where another process holds it. Raises
    OSError where the file system has no locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Whether a file of ours that `claim` made has no living owner; inside the block it gets none.

    False too for what is not a plain file of this user, or cannot be asked.
    """
    descriptor = None
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield descriptor is not None and _is_left(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _is_left(descriptor: int) -> bool:
    try:
        return os.fstat(descriptor).st_uid == os.geteuid() and _try(descriptor)
    except OSError:
        return False


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
