"""The predictions file: plain CSV, `sample_id,trial,p0,p1,...`, read strictly."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ising_bench.errors import VerificationError
from ising_bench.files import write_whole
from ising_bench.ndarrays import Array
from ising_bench.scoring.prediction_lines import MAX_TRIALS, Row, header, rows_of
from ising_bench.scoring.prediction_source import name_of, text_of

__all__ = ["MAX_BYTES", "MAX_TRIALS", "header", "read", "read_trials", "write"]


MAX_BYTES = 1_000_000
_MAX_PROBLEMS = 20
_GIVE_UP = 1000  # wrong lines after which a file is read no further


def write(path: Path, sample_ids: tuple[str, ...], trials: Mapping[int, Array]) -> None:
    """Write predictions, (n, classes) by trial, rows in the order of the ids; 7 digits keep it
    small."""
    lines = [header(next(iter(trials.values())).shape[1])]
    for trial, rows in sorted(trials.items()):
        for sample_id, row in zip(sample_ids, rows, strict=True):
            lines.append(f"{sample_id},{trial}," + ",".join(f"{p:.7g}" for p in row))
    write_whole(path, ("\n".join(lines) + "\n").encode("ascii"))


def read(path: Path, sample_ids: tuple[str, ...], classes: int, limit: int = MAX_BYTES) -> Array:
    """Predictions of trials 0, 1, ... with rows in the order of these ids, whatever their order in
    the file: (trials, n, classes).

    path: a file, a link to one, or a pipe; `-` for standard input. Raises VerificationError that
    names every problem with its line (the first 20)."""
    trials = read_trials(path, sample_ids, classes, limit)
    if sorted(trials) != list(range(len(trials))):
        raise VerificationError([f"{name_of(path)}: trials are {sorted(trials)}, not 0, 1, 2, ..."])
    return np.stack([trials[trial] for trial in range(len(trials))])


def read_trials(
    path: Path, sample_ids: tuple[str, ...], classes: int, limit: int = MAX_BYTES
) -> dict[int, Array]:
    """The same by trial, any numbers of trials: (n, classes) each."""
    name, rows, problems = name_of(path), [], []
    for row in rows_of(text_of(path, limit), classes):
        if isinstance(row, Row):
            rows.append(row)
            continue
        problems.append(f"{name}, {row}")
        if len(problems) > _GIVE_UP:
            problems.append(f"{name}: too many wrong lines to go on")
            break
    place = {sample_id: i for i, sample_id in enumerate(sample_ids)}
    if rows and not any(row.sample_id in place for row in rows):
        raise VerificationError([f"{name}: none of its ids is a test image of this config"])
    trials: dict[int, Array] = {}
    for line, sample_id, trial, probabilities in rows:
        values = trials.setdefault(trial, np.full((len(sample_ids), classes), np.nan))
        if sample_id not in place:
            problems.append(f"{name}, line {line}: {sample_id} is no test image of this config")
        elif not np.isnan(values[place[sample_id], 0]):
            problems.append(f"{name}, line {line}: {sample_id} stands twice in trial {trial}")
        else:
            values[place[sample_id]] = probabilities
    if not problems:
        for trial, values_of in trials.items():
            if missing := int(np.isnan(values_of[:, 0]).sum()):
                problems.append(
                    f"{name}: trial {trial} lacks {missing} of {len(sample_ids)} test images"
                )
        if not trials:
            problems.append(f"{name}: no predictions")
    if problems:
        more = len(problems) - _MAX_PROBLEMS
        shown = problems[:_MAX_PROBLEMS] + ([f"{name}: and {more} more"] if more > 0 else [])
        raise VerificationError(shown)
    return trials
