"""How an entry comes to its folder: whole, or not at all.

Its files are made in `.NAME.part` beside the folder. That takes the folder's name in one step where
the entry is new; where it gets more configs they move one by one, predictions before records, so
that a record never stands without its predictions. What a killed process leaves is neither an entry
nor in the way: the next one of that name clears it away, or completes it. Entries arrive one after
another: the folder of all of them is locked.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ising_bench import locks
from ising_bench.errors import FolderError, IsingBenchError, one_line, reason
from ising_bench.fields import NAME
from ising_bench.files import made_folder
from ising_bench.leaderboard.names import twin

_UNFINISHED = re.compile(rf"\.{NAME}\.part")


def is_unfinished(folder: Path) -> bool:
    """Whether a folder among entries is one that has not arrived, and no entry."""
    return _UNFINISHED.fullmatch(folder.name) is not None


@contextmanager
def arriving(name: str, root: Path) -> Iterator[Path]:
    """A folder for the files of an entry, <config>.csv and <config>.json, which are in `root`/name
    after a block that ends well.

    Raises IsingBenchError for a name that is none, or is another's but for hyphens, underscores or
    case, FolderError where a config is there already or the system refuses: then nothing changed.
    """
    if not re.fullmatch(NAME, name):
        raise IsingBenchError(
            f"the name {one_line(name, 70)!r} must be of a-z, 0-9, _ and -, 64 characters at most, "
            "the first a letter or a digit"
        )
    folder, part = root / name, root / f".{name}.part"
    try:
        with made_folder(root), locks.alone_in(root) as alone:
            if not alone:
                raise FolderError(f"another entry is just being added to {root}; run this again")
            _refuse_twins(name, root)
            if part.exists():
                shutil.rmtree(part)
            part.mkdir()
            try:
                yield part
                _arrive(part, folder)
            finally:
                with suppress(OSError):  # the next one clears it away
                    shutil.rmtree(part)
    except OSError as error:
        raise FolderError(
            f"cannot write {folder}: {reason(error)}; nothing was changed: make room, or "
            "choose another folder with --entries"
        ) from error


def _refuse_twins(name: str, root: Path) -> None:
    others = [path.name for path in root.iterdir()] if root.is_dir() else []
    if other := twin(name, others):
        raise FolderError(
            f"{root / other} is there already, and {name} differs from it only in hyphens, "
            "underscores or case; choose another NAME"
        )


def _arrive(part: Path, folder: Path) -> None:
    if not folder.exists():
        part.rename(folder)
        return
    there = {path for path in part.iterdir() if _same(path, folder / path.name)}
    coming = sorted(set(part.iterdir()) - there, key=lambda path: (path.suffix, path.name))
    _refuse_taken(folder, (path.stem for path in coming or there))
    moved: list[Path] = []
    try:
        for path in coming:
            moved.append(path.rename(folder / path.name))
    except OSError:
        for path in moved:
            path.unlink()
        raise


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _refuse_taken(folder: Path, configs: Iterable[str]) -> None:
    """Raise FolderError where one of these configs is in an entry's folder."""
    for config in configs:
        path = folder / f"{config}.json"
        if path.exists():
            raise FolderError(f"{path} is there already; choose another NAME, or remove it first")
