"""Writing files whole or not at all: at any moment there is the old content or the new one.

The content is complete, and on the disk, in `.NAME.*.part` beside the file before that takes its
name. What a killed process leaves of these the next one that writes the same file clears away.
"""

import glob
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ising_bench import locks
from ising_bench.errors import FolderError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or write it anew: its old content stays until the new one is complete.

    A symbolic link stays, and so does the mode. Raises OSError that names the file.
    """
    path = Path(os.path.realpath(path))
    with _complete(path, content, 0o666) as part, _named(path):
        if path.exists():
            os.chmod(part, path.stat().st_mode & 0o7777)
        os.replace(part, path)


@contextmanager
def new_files(contents: Mapping[Path, bytes], mend: str, mode: int = 0o666) -> Iterator[None]:
    """Write files that must not be there yet, all of them or none. They are complete before the
    block begins and take their names when it ends well, so a folder can come together with them.

    Raises FolderError, whose line ends in `mend`, where something of such a name is there, and
    OSError that names the file. Some of them, as they would be written, were left by a process that
    was killed half-way, and stay.
    """
    left = [path for path, content in contents.items() if _holds(path, content)]
    missing = {path: content for path, content in contents.items() if path not in left}
    for path in missing or contents:
        if os.path.lexists(path):
            raise _taken(path, mend)
    with ExitStack() as stack:
        parts = {
            path: stack.enter_context(_complete(path, content, mode))
            for path, content in missing.items()
        }
        yield
        named: list[Path] = []
        try:
            for path, part in parts.items():
                _name(part, path, mend)
                named.append(path)
        except BaseException:
            for path in named:
                path.unlink()
            raise


def write_new(contents: Mapping[Path, bytes], mend: str, mode: int = 0o666) -> None:
    """`new_files` with nothing beside them."""
    with new_files(contents, mend, mode):
        pass


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """A folder, made with its parents if need be; those that are new and empty do not outlive a
    block that fails."""
    new_places = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for place in new_places:
            with suppress(OSError):
                place.rmdir()
        raise


@contextmanager
def _complete(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """The content in a file of its own beside `path`; gone after the block, unless it was moved."""
    _clear(path)
    with _named(path):
        part, descriptor = _claimed(path, mode)
    try:
        with _named(path), open(descriptor, "wb", closefd=False) as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        yield part
    finally:
        part.unlink(missing_ok=True)
        os.close(descriptor)


def _claimed(path: Path, mode: int) -> tuple[Path, int]:
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        descriptor = locks.claim(part, mode)
        if descriptor is not None:
            return part, descriptor


def _clear(path: Path) -> None:
    with suppress(OSError):  # what cannot be cleared away is in nobody's way
        for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
            with locks.abandoned(part) as left:
                if left:
                    part.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _name(part: Path, path: Path, mend: str) -> None:
    """Raises FolderError where the name is taken, whoever took it when."""
    try:
        with _named(path):
            try:
                os.link(part, path)
            except FileExistsError:
                raise
            except OSError:  # a file system without hard links
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                try:
                    os.replace(part, path)
                except BaseException:
                    path.unlink()
                    raise
    except FileExistsError:
        raise _taken(path, mend) from None


def _taken(path: Path, mend: str) -> FolderError:
    return FolderError(f"{path} is there already; {mend}")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors name the file that was to be written, not what it is called until it is complete."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
