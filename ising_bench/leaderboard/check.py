"""`ising-bench leaderboard check`: exactly what CI runs on a submission. Needs no framework and no
built dataset."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ising_bench.errors import VerificationError
from ising_bench.leaderboard import board, forensics
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.names import twin
from ising_bench.progress import bar


@dataclass(frozen=True)
class Checked:
    """Entries in order, problems (each with its place), and flags by entry."""

    entries: list[Scored]
    problems: list[str]
    flags: dict[str, list[str]]


def check(paths: list[Path], others: Path | None = None) -> Checked:
    """Check entry files or folders of them; all problems at once.

    others: the folder of all entries, beside which flags and names are looked at; problems there
    are not reported. Raises FolderError for a path that does not exist.
    """
    files, problems = board.files(paths)
    if not files and not problems:
        problems.append(f"{', '.join(map(str, paths))}: no entries")
    entries: list[Scored] = []
    with bar("checking", len(files), "entries") as advance:
        for path in files:
            try:
                entries.append(board.read(path))
            except VerificationError as error:
                problems += error.problems
            advance(1)
    return Checked(entries, [*problems, *_twins(files, others)], _flags(entries, others))


def _twins(files: list[Path], others: Path | None) -> list[str]:
    """Entries that are called as another one but for hyphens, underscores or case."""
    folders = {path.parent: path.parent.name for path in files}
    names = {*folders.values()}
    if others is not None and others.is_dir():
        names |= {path.name for path in others.iterdir()}
    return [
        f"{folder}: differs from {other} only in hyphens, underscores or case; choose another name"
        for folder, name in folders.items()
        if (other := twin(name, sorted(names)))
    ]


def _flags(entries: list[Scored], others: Path | None) -> dict[str, list[str]]:
    checked_paths = {scored.path.resolve() for scored in entries}
    rest = []
    if others is not None and others.is_dir():
        paths = [path for path in board.files([others])[0] if path.resolve() not in checked_paths]
        with bar("comparing", len(paths), "entries") as advance:
            for path in paths:
                # a broken one is not what is being checked; `check` of the whole board names it
                with suppress(VerificationError):
                    rest.append(board.read(path))
                advance(1)
    return forensics.flags(entries, rest)
