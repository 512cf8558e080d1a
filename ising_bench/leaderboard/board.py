"""The board: the folder of entries, read as data from people who may mean harm.

`entries/<name>/<config>.json` with `<config>.csv` beside it, and nothing else but what a killed
`leaderboard new` left unfinished. Sizes are looked at
before contents, and no link is followed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.errors import FolderError, IsingBenchError, VerificationError
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard.arrival import is_unfinished
from ising_bench.leaderboard.details import placeholders
from ising_bench.leaderboard.entry import Entry
from ising_bench.ndarrays import Array
from ising_bench.progress import counted
from ising_bench.releases.known import RELEASES, latest_with
from ising_bench.releases.manifest import sha256
from ising_bench.releases.release import Release
from ising_bench.scoring import predictions
from ising_bench.scoring.score import Scores, score_trials
from ising_bench.scoring.truth import Truth, sample_ids, truth
from ising_bench.texts import json_of

ENTRIES = Path("leaderboard") / "entries"
WITHDRAWN: dict[str, str] = {}  # releases that are no longer scored, and why
CLAIM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Scored:
    """An entry that is in order, and what its predictions say: (trials, n, classes); None if
    reported."""

    path: Path
    entry: Entry
    probabilities: Array | None

    @property
    def release(self) -> Release:
        """The newest one with the same images, which may be newer than the entry."""
        return latest_with(self.config, self.entry.benchmark.content_digest)

    @property
    def config(self) -> str:
        return self.entry.benchmark.config

    @property
    def is_for(self) -> tuple[str, str]:
        """Release and config."""
        return self.release.version, self.config

    @property
    def known(self) -> Truth:
        """What its predictions are held against."""
        return truth(self.release, self.config)

    @cached_property
    def scores(self) -> Scores | None:
        """Recomputed from the predictions, never taken from the entry."""
        if self.probabilities is None:
            return None
        return score_trials(self.known, self.probabilities)


def files(paths: list[Path]) -> tuple[list[Path], list[str]]:
    """The entry files that paths stand for (a file, an entry's folder, or a folder of entries), and
    what is there that should not be. Raises FolderError for a path that does not exist."""
    entry_files: list[Path] = []
    problems: list[str] = []
    for path in paths:
        if path.is_symlink():
            problems.append(f"{path}: is a link")
        elif path.is_file():
            entry_files.append(path.with_suffix(".json") if path.suffix == ".csv" else path)
        elif path.is_dir():
            for inner in _walk(path, problems, depth=0):
                entry_files.append(inner)
        else:
            raise FolderError(f"{path}: no such file or folder")
    return sorted(set(entry_files)), problems


def _walk(folder: Path, problems: list[str], depth: int) -> Iterator[Path]:
    inside = sorted(folder.iterdir())
    names = {path.name for path in inside}
    for path in inside:
        if path.is_symlink():
            problems.append(f"{path}: is a link")
        elif path.is_dir() and depth == 0 and is_unfinished(path):
            continue
        elif path.is_dir() and depth == 0:
            yield from _walk(path, problems, depth + 1)
        elif path.suffix == ".json" and path.is_file():
            yield path
        elif path.suffix != ".csv" or f"{path.stem}.json" not in names:
            problems.append(f"{path}: an entry's folder holds <config>.json and <config>.csv only")


def read(path: Path) -> Scored:
    """An entry, checked against everything that it says. Raises VerificationError with all
    problems, each with its place."""
    entry = entries.parse(_text(path), str(path))
    problems = _place_problems(path, entry)
    problems += [f"{path}: {line}" for line in placeholders(entry)]
    if problems:
        raise VerificationError(problems)
    csv = path.with_suffix(".csv")
    if entry.kind == "reported":
        if csv.exists():
            raise VerificationError([f"{csv}: a reported entry has no predictions"])
        return Scored(path, entry, None)
    _check_plain(csv, predictions.MAX_BYTES)
    release, config = RELEASES[entry.benchmark.release], entry.benchmark.config
    classes = release.config(config).task.classes
    probabilities = predictions.read(csv, sample_ids(release, config), classes)
    digest = sha256(csv)
    if digest != entry.predictions_sha256:
        problems.append(f"{csv}: sha256 is {digest}, the entry says {entry.predictions_sha256}")
    scored = Scored(path, entry, probabilities)
    problems += _claim_problems(scored)
    if problems:
        raise VerificationError(problems)
    return scored


def _text(path: Path) -> bytes:
    """The bytes of an entry file, once it is certain that they are one JSON value without repeated
    keys, NaN or deep nesting."""
    _check_plain(path, entries.MAX_BYTES)
    text = path.read_bytes()
    try:
        json_of(text, str(path))
    except IsingBenchError as error:
        raise VerificationError([str(error)]) from None
    return text


def _check_plain(path: Path, most: int) -> None:
    """Raise VerificationError for a link, for anything but a file, and for more bytes than that."""
    if path.is_symlink() or not path.is_file():
        raise VerificationError([f"{path}: no such file (links are not followed)"])
    if (size := path.stat().st_size) > most:
        raise VerificationError([f"{path}: {size} bytes, more than {most}"])


def _place_problems(path: Path, entry: Entry) -> list[str]:
    """Folder, file name, release, config and digest."""
    benchmark, problems = entry.benchmark, []
    if path.parent.name != entry.name:
        problems.append(f"{path}: name is {entry.name}, its folder {path.parent.name}")
    if path.stem != benchmark.config:
        problems.append(f"{path}: config is {benchmark.config}, its file {path.name}")
    release = RELEASES.get(benchmark.release)
    if release is None:
        releases = ", ".join(RELEASES)
        problems.append(f"{path}: unknown release {benchmark.release!r}; known: {releases}")
    elif benchmark.release in WITHDRAWN and entry.status == "current":
        problems.append(
            f"{path}: release {benchmark.release} is withdrawn ({WITHDRAWN[benchmark.release]}); "
            "an entry for it must be marked superseded"
        )
    elif benchmark.config not in release.digests:
        problems.append(f"{path}: release {benchmark.release} has no config {benchmark.config!r}")
    elif release.digests[benchmark.config] != benchmark.content_digest:
        problems.append(
            f"{path}: content_digest is {benchmark.content_digest}, the release's is "
            f"{release.digests[benchmark.config]}"
        )
    return problems


def agree(one: ArrayLike, other: ArrayLike) -> bool:
    """Whether two scores are the same but for what machines may differ in."""
    return np.shape(one) == np.shape(other) and bool(
        np.max(np.abs(np.subtract(one, other))) <= CLAIM_TOLERANCE
    )


def _claim_problems(scored: Scored) -> list[str]:
    """Claimed scores that are not what the predictions give."""
    scores, claimed = scored.scores, scored.entry.trials
    assert scores is not None
    if len(claimed) != len(scores.trials):
        claims = counted(len(claimed), "trial")
        return [f"{scored.path}: {claims}, the predictions have {len(scores.trials)}"]
    problems = []
    for i, (claim, true) in enumerate(zip(claimed, scores.trials, strict=True)):
        for name, value in vars(true).items():
            said = getattr(claim.scores, name)
            if not agree(said, value):
                problems.append(
                    f"{scored.path}: trials.{i}.scores.{name} is {said}, the predictions give "
                    f"{value}"
                )
    return problems
