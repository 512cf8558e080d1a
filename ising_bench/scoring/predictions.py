"""The predictions file: plain CSV, `sample_id,trial,p0,p1,p2,p3`, read strictly."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ising_bench.errors import VerificationError
from ising_bench.files import write_whole
from ising_bench.scoring.metrics import CLASSES
from ising_bench.scoring.score import SUM_TOLERANCE, wrong_values

Array = NDArray[np.floating]

HEADER = "sample_id,trial," + ",".join(f"p{k}" for k in range(CLASSES))
MAX_BYTES = 1_000_000
MAX_TRIALS = 50
_MAX_PROBLEMS = 20
_GIVE_UP = 1000  # wrong lines after which a file is read no further

# Plain decimal numbers, so that nothing is parsed in two ways: no inf, nan, hex or underscores.
_LINE = re.compile(
    r"([0-9a-f]{16}),(0|[1-9][0-9]?)" + CLASSES * r",([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?)"
)


def write(path: Path, sample_ids: tuple[str, ...], trials: Mapping[int, Array]) -> None:
    """Write predictions, (n, 4) by trial, rows in the order of the ids; 7 digits keep it small."""
    lines = [HEADER]
    for trial, rows in sorted(trials.items()):
        for sample_id, row in zip(sample_ids, rows, strict=True):
            lines.append(f"{sample_id},{trial}," + ",".join(f"{p:.7g}" for p in row))
    write_whole(path, ("\n".join(lines) + "\n").encode("ascii"))


def read(path: Path, sample_ids: tuple[str, ...], limit: int = MAX_BYTES) -> Array:
    """Predictions of trials 0, 1, ... with rows in the order of these ids, whatever their order in
    the file: (trials, n, 4). Raises VerificationError that names every problem with its line (the
    first 20)."""
    found = read_trials(path, sample_ids, limit)
    if sorted(found) != list(range(len(found))):
        raise VerificationError([f"{path}: trials are {sorted(found)}, not 0, 1, 2, ..."])
    return np.stack([found[trial] for trial in range(len(found))])


def read_trials(
    path: Path, sample_ids: tuple[str, ...], limit: int = MAX_BYTES
) -> dict[int, Array]:
    """The same by trial, any numbers of trials: (n, 4) each."""
    problems: list[str] = []
    rows = _rows(path, problems, limit)
    place = {sample_id: i for i, sample_id in enumerate(sample_ids)}
    found: dict[int, Array] = {}
    if rows and not any(row[1] in place for row in rows):
        raise VerificationError([f"{path}: none of its ids is a test image of this config"])
    for line, sample_id, trial, values in rows:
        mine = found.setdefault(trial, np.full((len(sample_ids), CLASSES), np.nan))
        if sample_id not in place:
            problems.append(f"{path}, line {line}: {sample_id} is no test image of this config")
        elif not np.isnan(mine[place[sample_id], 0]):
            problems.append(f"{path}, line {line}: {sample_id} stands twice in trial {trial}")
        else:
            mine[place[sample_id]] = values
            if wrong := wrong_values(np.array(values)):
                problems.append(f"{path}, line {line}: probabilities {wrong}")
    if not problems:
        for trial, values_of in found.items():
            if missing := int(np.isnan(values_of[:, 0]).sum()):
                problems.append(
                    f"{path}: trial {trial} lacks {missing} of {len(sample_ids)} test images"
                )
        if not found:
            problems.append(f"{path}: no predictions")
    if problems:
        more = len(problems) - _MAX_PROBLEMS
        shown = problems[:_MAX_PROBLEMS] + ([f"{path}: and {more} more"] if more > 0 else [])
        raise VerificationError(shown)
    return found


def _rows(path: Path, problems: list[str], limit: int) -> list[tuple[int, str, int, list[float]]]:
    """Line number, id, trial and probabilities of each line; what is wrong goes to problems."""
    if not path.is_file() or path.is_symlink():
        problems.append(f"{path}: no such file")
        return []
    if (size := path.stat().st_size) > limit:
        problems.append(f"{path}: {size} bytes, more than {limit}")
        return []
    try:
        lines = path.read_bytes().decode("ascii").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        problems.append(f"{path}: byte {error.start} is not ASCII")
        return []
    if lines[0] != HEADER:
        problems.append(f"{path}, line 1: {lines[0][:60]!r}, the header must be {HEADER}")
        return []
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if not line and number == len(lines):
            break
        if not (match := _LINE.fullmatch(line)):
            if len(problems) > _GIVE_UP:
                problems.append(f"{path}: too many wrong lines to go on")
                return []
            problems.append(
                f"{path}, line {number}: {line[:60]!r} is not an id of 16 hexadecimal digits, a "
                f"trial and {CLASSES} plain numbers that sum to one within {SUM_TOLERANCE:g}"
            )
        elif int(match[2]) >= MAX_TRIALS:
            problems.append(f"{path}, line {number}: trial {match[2]}, at most {MAX_TRIALS - 1}")
        else:
            rows.append((number, match[1], int(match[2]), [float(x) for x in match.groups()[2:]]))
    return rows
