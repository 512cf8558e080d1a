"""Exact p-values for sums over independent lattices, and a few classical ones.

A sum of one term for each lattice, f(level, parameter), has a distribution that follows exactly
from P(level | parameter): the Fourier transform of each term's distribution on a fine common grid,
multiplied over lattices. No normal approximation, so it holds where most of the weight is on one
level. The classical ones are a few lines each, too little for a dependency as large as all others
together.
"""

from collections.abc import Callable
from math import comb, erfc, exp, log1p, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.checks import number, reals, shaped, whole, wholes
from ising_bench.ndarrays import Array
from ising_bench.system import Statistic

Term = Callable[[Array, Array, float], Array]

_CELLS = 2**15
_CELLS_IN_DEVIATION = 400  # so the grid is 80 standard deviations wide
_SMALLEST = 1e-13  # below this the transform's rounding speaks


def two_sided_p(statistic: Statistic, parameter: ArrayLike, level: ArrayLike, term: Term) -> float:
    """P-value of the sum of a term over lattices with these indices of their levels (n,), at these
    values of the parameter (n,).

    `term(levels, probabilities, value)` gives its value at each level. Values are rounded to a grid
    of 1/400 standard deviation, those observed in the same way, so the answer is exact for the
    rounded sum. Twice the smaller tail. Raises ValueError for other shapes, a level that there is
    not, or a parameter that cannot be.
    """
    levels = statistic.levels.astype(float)
    index = wholes("level", level, 0, len(levels) - 1)
    shaped("level", index, None)
    at = reals("parameter", parameter)
    shaped("parameter", at, len(index))
    distinct, inverse, counts = np.unique(at, return_inverse=True, return_counts=True)
    weights = np.exp(statistic.log_probability(distinct))
    pairs = zip(weights, distinct, strict=True)
    values = np.stack([term(levels, w, t) for w, t in pairs])
    means = (weights * values).sum(1)
    variances = (weights * (values - means[:, None]) ** 2).sum(1)
    deviation = float(np.sqrt((counts * variances).sum()))
    if deviation == 0:
        return 1.0 if (values[inverse, index] == means[inverse]).all() else 0.0
    cells = np.rint((values - means[:, None]) / deviation * _CELLS_IN_DEVIATION)
    transform = np.ones(_CELLS // 2 + 1, complex)
    for t, count in enumerate(counts):
        likely = weights[t] > 1e-20
        density = np.bincount(
            cells[t, likely].astype(np.int64) % _CELLS, weights[t, likely], minlength=_CELLS
        )
        transform *= np.fft.rfft(density) ** count
    distribution = np.roll(np.fft.irfft(transform), _CELLS // 2)  # sum 0 in the middle
    place = _CELLS // 2 + int(cells[inverse, index].sum())
    if not 0 <= place < _CELLS:
        return _SMALLEST
    tail = min(distribution[: place + 1].sum(), distribution[place:].sum())
    return float(np.clip(2 * tail, _SMALLEST, 1.0))


def uniform_p(values: ArrayLike) -> float:
    """Kolmogorov and Smirnov's test of uniformity on [0, 1], two-sided, with the small-sample
    factor of Stephens (J. R. Stat. Soc. B 32, 115, 1970). values: (n,); raises ValueError for
    others than from 0 to 1."""
    ordered = np.sort(reals("values", values, 0, 1))
    shaped("values", ordered, None)
    n = len(ordered)
    steps = np.arange(n + 1) / n
    return _kolmogorov_p(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()), n)


def two_samples_p(one: ArrayLike, other: ArrayLike) -> float:
    """The same authors' test of whether two samples (n,) and (m,) are of one distribution; on the
    safe side where values repeat. Raises ValueError for what is empty or no numbers."""
    samples = [np.sort(reals("sample", sample)) for sample in (one, other)]
    for sample in samples:
        shaped("sample", sample, None)
    both = np.concatenate(samples)
    below = [np.searchsorted(s, both, side="right") / len(s) for s in samples]
    n, m = map(len, samples)
    return _kolmogorov_p(float(np.abs(below[0] - below[1]).max()), n * m / (n + m))


def _kolmogorov_p(distance: float, n: float) -> float:
    x = (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * distance
    if x < 0.2:
        return 1.0
    k = np.arange(1, 101)
    return float(np.clip(2 * ((-1.0) ** (k - 1) * np.exp(-2 * k**2 * x**2)).sum(), 0, 1))


def coin_p(heads: int, tosses: int) -> float:
    """Two-sided p-value of a fair coin. Raises ValueError for more heads than tosses."""
    heads = whole("heads", heads, 0, whole("tosses", tosses))
    rarer = min(heads, tosses - heads)
    tail = sum(comb(tosses, k) for k in range(rarer + 1)) / 2**tosses
    return min(1.0, 2 * tail)


def chi_squared_p(statistic: float, freedom: int) -> float:
    """The chance that a sum of so many squared standard normal numbers is larger, by its closed
    form for whole degrees of freedom (M. Abramowitz and I. A. Stegun, 26.4.4 and 26.4.5). Raises
    ValueError for a negative sum, and for a freedom that is not a whole number from 1 up."""
    x = float(reals("statistic", statistic, 0))
    freedom = whole("freedom", freedom, 1)
    odd = freedom % 2
    total = erfc(sqrt(x / 2)) if odd else 0.0
    term = sqrt(2 * x / pi) * exp(-x / 2) if odd else exp(-x / 2)
    for k in range(1 + odd, freedom, 2):
        total += term
        term *= x / (k + 1)
    return total


def normal_p(z: float) -> float:
    """Two-sided p-value of a standard normal number. Raises ValueError for no number."""
    return erfc(abs(number("z", z)) / sqrt(2))


def student_p(t: float, freedom: float) -> float:
    """Two-sided p-value of Student's t, by the normal approximation of Wallace (Ann. Math. Stat.
    30, 1124, 1959): within a few percent of a p-value near 0.05 for 4 degrees of freedom or more,
    and far out for 8 or more. Raises ValueError for no number, and for a freedom that is not
    positive."""
    if number("freedom", freedom) <= 0:
        raise ValueError(f"freedom is {freedom}, it must be positive")
    if not np.isfinite(freedom):
        return normal_p(t)
    z = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log1p(number("t", t) ** 2 / freedom))
    return normal_p(z)


def mean_p(values: ArrayLike) -> float:
    """Two-sided p-value that the mean of independent values (n,) is zero, by Student's t. Raises
    ValueError for fewer than two."""
    sample = reals("values", values)
    shaped("values", sample, None)
    n = whole("number of values", len(sample), 2)
    error = float(sample.std(ddof=1)) / sqrt(n)
    if error == 0:
        return 1.0 if sample.mean() == 0 else 0.0
    return student_p(float(sample.mean()) / error, n - 1)


def holm(p_values: list[float], level: float) -> list[bool]:
    """Which of a family of tests Holm's procedure rejects (Scand. J. Stat. 6, 65, 1979): the chance
    of a single false rejection among them is at most the level. Raises ValueError for p-values or a
    level that are none."""
    reals("level", level, 0, 1)
    reals("p-value", p_values, 0, 1)
    rejected = [False] * len(p_values)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    for k, i in enumerate(order):
        if p_values[i] > level / (len(order) - k):
            break
        rejected[i] = True
    return rejected
