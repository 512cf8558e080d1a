"""Scores of estimates of the parameter itself, one for each test image, beside the least error that
any rule can expect (`regression.py`).

A file of them is CSV: `sample_id,temperature`, or with intervals `sample_id,temperature,low,high`,
of the chain `field` instead; a line for each test image, in any order.
"""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from ising_bench.dataset.samples import samples
from ising_bench.digits import shared_digits
from ising_bench.errors import IsingBenchError, VerificationError
from ising_bench.ndarrays import Array
from ising_bench.releases.release import Release
from ising_bench.rows import Rows
from ising_bench.scoring.prediction_source import name_of, text_of
from ising_bench.scoring.regression import best_regression

_LIMIT = 2**20  # bytes of a file
_RESAMPLES = 2000
_SHOWN = 5  # problems, at most


@dataclass(frozen=True)
class Estimates:
    """Of n images: values (n,), and the ends of intervals (n,) where there are some."""

    values: Array
    low: Array | None = None
    high: Array | None = None


def score(release: Release, name: str, path: Path, level: float = 0.9) -> dict[str, Any]:
    """What `ising-bench score --regression` prints. level: that intervals claim to have.

    Raises UnknownNameError, VerificationError for what is no file of estimates of the test split,
    IsingBenchError for a level that is none.
    """
    if not 0 < level < 1:
        raise IsingBenchError(
            f"--level is {level:g}: it is the share of intervals that hold the "
            "value, between 0 and 1"
        )
    config = release.config(name)
    test = samples(release, name, config.task.test.name)
    found = read(path, test)
    errors, best = found.values - test.values, best_regression(config)
    low, high = _interval(errors, test)
    record: dict[str, Any] = {
        "config": name,
        "rmse": float(np.sqrt((errors**2).mean())),
        "interval95": [low, high],
        "best_expected_rmse": best.rmse,
        "per_class_rmse": _by_class(np.sqrt, errors**2, test),
        "best_expected_per_class": dict(zip(config.task.names, best.per_class_rmse, strict=True)),
        "per_class_bias": _by_class(lambda mean: mean, errors, test),
    }
    if found.low is not None and found.high is not None:
        holds = (found.low <= test.values) & (test.values <= found.high)
        record |= {
            "level": level,
            "share_of_intervals_that_hold": float(holds.mean()),
            "per_class_share": _by_class(lambda mean: mean, holds.astype(float), test),
            "mean_width": float((found.high - found.low).mean()),
            "interval_score": _interval_score(found, test.values, level),
        }
    shared_record: dict[str, Any] = shared_digits(record)
    return shared_record


def read(path: Path, test: Rows) -> Estimates:
    """Estimates in the order of the test rows. Raises VerificationError, which names lines."""
    name, parameter = name_of(path), test.task.grid.parameter
    lines = list(csv.reader(StringIO(text_of(path, _LIMIT))))
    header = [field.strip() for field in lines[0]] if lines else []
    plain = ["sample_id", parameter]
    if header not in (plain, [*plain, "low", "high"]):
        raise VerificationError(
            [f"{name}: line 1: the header must be {','.join(plain)}, or that and low,high"]
        )
    place = {sample_id: i for i, sample_id in enumerate(test.ids)}
    values, problems = np.full((len(place), len(header) - 1), np.nan), []
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        where = place.get(line[0].strip())
        numbers = _numbers(line[1:], len(header) - 1)
        if where is None:
            problems.append(f"{name}: line {number}: {line[0][:40]!r} is no test image's id")
        elif numbers is None:
            problems.append(f"{name}: line {number}: not {len(header) - 1} finite numbers")
        elif not np.isnan(values[where, 0]):
            problems.append(f"{name}: line {number}: {line[0]} was there before")
        elif len(numbers) == 3 and not numbers[1] <= numbers[0] <= numbers[2]:
            problems.append(f"{name}: line {number}: low, {parameter} and high are not in order")
        else:
            values[where] = numbers
    missing = int(np.isnan(values[:, 0]).sum())
    if missing and not problems:
        problems.append(f"{name}: {missing} of {len(place)} test images have no line")
    if problems:
        more = len(problems) - _SHOWN
        raise VerificationError(
            problems[:_SHOWN] + ([f"{name}: {more} more lines are wrong"] if more > 0 else [])
        )
    return Estimates(*values.T)


def _numbers(fields: list[str], count: int) -> list[float] | None:
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        return None
    return numbers if len(numbers) == count and np.isfinite(numbers).all() else None


def _by_class(finally_: Any, terms: Array, test: Rows) -> dict[str, float]:
    names = test.task.names
    return {
        name: float(finally_(terms[test.labels == label].mean()))
        for label, name in enumerate(names)
    }


def _interval(errors: Array, test: Rows) -> tuple[float, float]:
    """95 % of the RMSE of other test images, the counts of classes as they are: a bootstrap."""
    rng, total = np.random.default_rng(0), np.zeros(_RESAMPLES)
    for label in range(test.task.classes):
        squares = errors[test.labels == label] ** 2
        total += squares[rng.integers(len(squares), size=(_RESAMPLES, len(squares)))].sum(1)
    low, high = np.quantile(np.sqrt(total / len(errors)), [0.025, 0.975])
    return float(low), float(high)


def _interval_score(found: Estimates, values: Array, level: float) -> float:
    """Of central intervals: the width, and 2 / (1 - level) times by how far the value lies outside
    (Gneiting and Raftery, J. Am. Stat. Assoc. 102, 359, 2007, eq. 43). Lower is better, and honest
    intervals are best."""
    assert found.low is not None
    assert found.high is not None
    outside = np.maximum(found.low - values, 0) + np.maximum(values - found.high, 0)
    return float((found.high - found.low + 2 / (1 - level) * outside).mean())
