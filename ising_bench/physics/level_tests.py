"""Tests of the statistic against its exact distribution P(level | parameter), in each class: mean,
dispersion, shape.

The mean is a score test, the most sensitive one to a wrong temperature; the shape is that of
randomised quantiles. For a system in contact with a heat bath the statistic is the energy.
"""

import numpy as np
from numpy.typing import NDArray

from ising_bench.keys import key, words
from ising_bench.ndarrays import Array
from ising_bench.physics.significance import two_sided_p, uniform_p
from ising_bench.rows import Rows
from ising_bench.system import Finding, Statistic


def levels(rows: Rows, statistic: Statistic) -> Finding:
    """Every image has a level that some configuration has."""
    test = f"{statistic.quantity} levels"
    try:
        statistic.of(rows.spins, rows.hidden)
    except ValueError as error:
        return Finding(rows.config, "all", test, 0.0, str(error))
    return Finding(rows.config, "all", test, 1.0, "0 impossible")


def in_classes(rows: Rows, statistic: Statistic) -> list[Finding]:
    """The three tests in each class that has rows."""
    findings, index = [], statistic.of(rows.spins, rows.hidden)
    for label, region in enumerate(rows.task.regions):
        in_class = rows.labels == label
        if in_class.any():
            findings += _tests(rows.take(in_class), index[in_class], statistic, region.name)
    return findings


def _dispersion(levels: Array, weights: Array, _: float) -> Array:
    squares = (levels - (weights * levels).sum()) ** 2
    # one level spacing more, or single excitations at very low temperature would rule the sum
    return squares / ((weights * squares).sum() + (levels[1] - levels[0]) ** 2)


def _tests(rows: Rows, index: NDArray[np.int64], statistic: Statistic, part: str) -> list[Finding]:
    distinct, of_row = np.unique(rows.values, return_inverse=True)
    weights = np.exp(statistic.log_probability(distinct))
    mean = (weights * statistic.levels).sum(1)
    variance = (weights * (statistic.levels - mean[:, None]) ** 2).sum(1)[of_row]
    excess = statistic.levels[index] - mean[of_row]
    quantiles = _randomised_quantiles(weights, of_row, index, rows.ids)
    unit = rows.system.energy_unit

    def score(levels: Array, weights: Array, value: float) -> Array:
        """The derivative of ln P: the most powerful term against a shifted parameter."""
        return (levels - (weights * levels).sum()) * statistic.pull(value)

    tests = [
        (
            f"mean {statistic.quantity}",
            two_sided_p(statistic, rows.values, index, score),
            f"{unit * excess.mean() / rows.size**2:+.5f} per site from exact",
        ),
        (
            "dispersion",
            two_sided_p(statistic, rows.values, index, _dispersion),
            f"{(excess**2).sum() / variance.sum():.3f} of the exact variance"
            if variance.any()
            else "too cold for any",
        ),
        ("shape", uniform_p(quantiles), f"mean quantile {quantiles.mean():.3f}"),
    ]
    return [Finding(rows.config, part, test, p, seen) for test, p, seen in tests]


def _randomised_quantiles(
    weights: Array, of_row: NDArray[np.int64], index: NDArray[np.int64], ids: tuple[str, ...]
) -> Array:
    """P(level below | parameter) + r P(level | parameter), uniform on honest data though most of a
    class may share a level.

    r is a uniform number that follows from the row's id, so the test gives the same answer always.
    """
    here = weights[of_row, index]
    below = weights.cumsum(1)[of_row, index] - here
    random = [int(words(key(i, "", "", 0, "quantile"), 1)[0]) / 2.0**64 for i in ids]
    return np.clip(below + np.array(random) * here, 0, 1)
