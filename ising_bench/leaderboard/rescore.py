"""Errata: entries marked with a reason, and stored scores recomputed after a change of the code."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from ising_bench.errors import VerificationError
from ising_bench.files import write_whole
from ising_bench.leaderboard import board
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard.entry import Entry
from ising_bench.progress import bar
from ising_bench.releases.known import release_of
from ising_bench.scoring import predictions
from ising_bench.scoring.score import score_trials
from ising_bench.scoring.truth import sample_ids, truth


def rescore(folder: Path, write: bool) -> list[str]:
    """Recompute the scores of all entries of a folder: a line for each that moved by more than
    machines may differ in, old and new.

    Raises VerificationError, and writes nothing, where an entry or its predictions are broken.
    """
    paths, problems = board.files([folder])
    if problems:
        raise VerificationError(problems)
    moved: list[str] = []
    changed: dict[Path, Entry] = {}
    with bar("rescoring", len(paths), "entries") as advance:
        for path in paths:
            entry, lines = _rescored(path)
            if lines:
                moved += lines
                changed[path] = entry
            advance(1)
    if write:
        for path, entry in changed.items():
            write_whole(path, entries.dump(entry))
    return moved


def _rescored(path: Path) -> tuple[Entry, list[str]]:
    """The entry with the scores that its predictions give, and a line for each that moved."""
    old = entries.parse(path.read_bytes(), str(path))
    if old.kind == "reported":
        return old, []
    release, config = release_of(old.benchmark.release), old.benchmark.config
    classes, ids = release.config(config).task.classes, sample_ids(release, config)
    probabilities = predictions.read(path.with_suffix(".csv"), ids, classes)
    scores = score_trials(truth(release, config), probabilities)
    if len(scores.trials) != len(old.trials):
        raise VerificationError([f"{path}: its predictions have another number of trials"])
    new = entries.trials_of(scores, [trial.seed for trial in old.trials])
    lines = [
        f"{path}: trials.{i}.{name}: {before} is now {after}"
        for i, (was, now) in enumerate(zip(old.trials, new, strict=True))
        for name, after in vars(now.scores).items()
        if not board.agree(before := getattr(was.scores, name), after)
    ]
    return replace(old, trials=new), lines


def mark(path: Path, status: Literal["withdrawn", "superseded"], reason: str) -> None:
    """Mark an entry with the reason; its predictions stay. Raises VerificationError,
    IsingBenchError for a reason that cannot be shown."""
    if not path.is_file():
        raise VerificationError([f"{path}: no such file"])
    old = entries.parse(path.read_bytes(), str(path))
    write_whole(path, entries.dump(entries.checked(replace(old, status=status, reason=reason))))
