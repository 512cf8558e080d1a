"""The ceiling: the highest expected macro-F1 of any rule that sees one image at a time.

On images in equilibrium a rule can be no better than the best rule of the statistic (`bayes.py`),
the energy where there is a temperature, and that one cuts it into intervals. Its expected score on
a test set of fixed class counts follows exactly from P(level | class): given the rule the classes'
hits and the false alarms of the others are independent binomial counts. Rules that look at the
whole test set at once (transductive ones) are not admitted.

For data that are not exactly in equilibrium the same number is a reference, not a bound.

No product of matrices here: those add up in an order that the processor decides, and a ceiling is
the same number everywhere.
"""

from dataclasses import dataclass
from functools import cache
from math import lgamma
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals, shaped, whole, wholes
from ising_bench.ndarrays import Array
from ising_bench.physics.jackknife import standard_error
from ising_bench.releases.release import Config
from ising_bench.scoring import bayes
from ising_bench.scoring.metrics import ROUNDING, f1_scores
from ising_bench.system import Statistic
from ising_bench.tasks import Task

_TEST_SETS = 200_000  # drawn for the spread over test sets; its quantiles are then good to 1e-4
_SUM_TOLERANCE = 1e-4  # how far the probabilities of a class may be from summing to one
_NEGLIGIBLE = 1e-30  # as the probability of a count
_GAIN = 1e-12  # of expected macro-F1: what is less may be rounding


@dataclass(frozen=True)
class EnergyRule:
    """Cuts, one fewer than there are classes: an image of total energy E, in energy units, is of
    class k when k of the cuts are at most E. Raises ValueError for cuts that are not numbers in
    order."""

    cuts: tuple[float, ...]

    def __post_init__(self) -> None:
        cuts = reals("cuts", self.cuts)
        shaped("cuts", cuts, None)
        if (np.diff(cuts) < 0).any():
            raise ValueError(f"cuts are {self.cuts}, not in order")

    def __call__(self, energy: ArrayLike) -> NDArray[np.int64]:
        """Classes of total energies (...): (...)."""
        return np.searchsorted(self.cuts, reals("energy", energy), side="right")


@dataclass(frozen=True)
class Ceiling:
    """The best rule and its scores on test sets with fixed class counts.

    expected_macro_f1, per_class_f1: means over test sets; certainty: of them, as the statistic
    has it (`ceiling_error` gives the error of certified ones); range95: the central 95 % of one
    test set's macro-F1; maximum_posterior_macro_f1: the same mean for the rule that takes the most
    probable class; accuracy, confusion (P(predicted | class)): of the best rule.
    """

    rule: EnergyRule
    expected_macro_f1: float
    certainty: Literal["exact", "certified", "upper bound"]
    per_class_f1: tuple[float, ...]
    range95: tuple[float, float]
    accuracy: float
    confusion: tuple[tuple[float, ...], ...]
    maximum_posterior_macro_f1: float


def ceiling(config: Config, counts: tuple[int, ...] | None = None) -> Ceiling:
    """The ceiling of a config for test sets with these class counts, by default the test split's.

    Raises ValueError for counts that are not whole numbers from 1 up, one for each class.
    """
    task, statistic = config.task, config.statistic
    counts = _checked_counts(task.test.counts if counts is None else counts, task.classes)
    by_class = bayes.level_by_class(task, statistic)
    start = _maximum_posterior(by_class, counts)
    best = best_cuts(by_class, counts, start)
    confusion = confusion_probabilities(by_class, best)
    f1 = expected_f1(confusion, counts)
    levels = statistic.levels
    low, high = np.quantile(macro_f1_of_test_sets(confusion, counts), [0.025, 0.975])
    return Ceiling(
        rule=EnergyRule(tuple(float(levels[cut]) for cut in best)),
        expected_macro_f1=float(f1.mean()),
        certainty=statistic.certainty,
        per_class_f1=tuple(float(x) for x in f1),
        range95=(float(low), float(high)),
        accuracy=float((np.diagonal(confusion) * counts).sum() / sum(counts)),
        confusion=tuple(map(tuple, confusion.tolist())),
        maximum_posterior_macro_f1=float(
            expected_f1(confusion_probabilities(by_class, start), counts).mean()
        ),
    )


@cache
def ceiling_error(config: Config, counts: tuple[int, ...] | None = None) -> float:
    """The standard error of the expected macro-F1 of a config's ceiling, from the measurement
    behind its statistic; 0 where that is exact. Raises as `ceiling`."""
    task, statistic = config.task, config.statistic
    counts = _checked_counts(task.test.counts if counts is None else counts, task.classes)
    replicas = [_expected_macro_f1(task, replica, counts) for replica in statistic.replicas]
    return standard_error(_expected_macro_f1(task, statistic, counts), replicas)


def _expected_macro_f1(task: Task, statistic: Statistic, counts: tuple[int, ...]) -> float:
    by_class = bayes.level_by_class(task, statistic)
    best = best_cuts(by_class, counts, _maximum_posterior(by_class, counts))
    return float(expected_f1(confusion_probabilities(by_class, best), counts).mean())


def _maximum_posterior(by_class: Array, counts: tuple[int, ...]) -> tuple[int, ...]:
    """The first level at which each later class is the most probable one."""
    posterior = by_class * np.array(counts)[:, None]
    winner = np.where(posterior.sum(0) > 0, posterior.argmax(0), -1)
    return tuple(int(np.flatnonzero(winner >= k)[0]) for k in range(1, len(counts)))


def confusion_probabilities(by_class: Array, cuts: tuple[int, ...]) -> Array:
    """P(predicted class | class) when levels are cut at these indices: (classes,
    classes).

    by_class: P(level | class), (classes, levels). Raises ValueError for cuts that are not three
    indices in order.
    """
    shaped("by_class", by_class, None, None)
    classes, levels = by_class.shape
    indices = wholes("cuts", cuts, 0, levels)
    shaped("cuts", indices, classes - 1)
    if (np.diff(indices) < 0).any():
        raise ValueError(f"cuts are {cuts}, not in order")
    total = np.concatenate([np.zeros((classes, 1)), by_class.cumsum(1)], axis=1)
    return np.diff(total[:, [0, *indices, levels]], axis=1)


def best_cuts(by_class: Array, counts: tuple[int, ...], start: tuple[int, ...]) -> tuple[int, ...]:
    """Cuts with the highest expected macro-F1, from `start` by moving one cut at a time.

    That no other rule of the energy is better is checked by a test: at the cuts found, moving any
    level to any other class lowers the expectation. Raises as `confusion_probabilities` and
    `expected_f1`.
    """
    last = by_class.shape[-1]

    def score(cuts: tuple[int, ...]) -> float:
        return float(expected_f1(confusion_probabilities(by_class, cuts), counts).mean())

    best, cuts = score(start), start
    step = 64
    while step:
        moved = False
        for i in range(len(cuts)):
            for shift in (-step, step):
                trial = (*cuts[:i], cuts[i] + shift, *cuts[i + 1 :])
                is_rule = list(trial) == sorted(set(trial)) and trial[0] >= 0 and trial[-1] <= last
                if is_rule and (value := score(trial)) > best + _GAIN:
                    best, cuts, moved = value, trial, True
        if not moved:
            step //= 2
    return cuts


def expected_f1(confusion: Array, counts: tuple[int, ...]) -> Array:
    """The exact mean of each class's F1 over test sets: hits and false alarms are binomial.

    confusion: P(predicted | class), (classes, classes); counts: images of each class. (classes,)
    Raises ValueError for others.
    """
    counts, confusion = _checked(counts, confusion)
    means = np.empty(len(counts))
    for k, n in enumerate(counts):
        hits = _binomial(n, confusion[k, k])
        alarms: Array = np.ones(1)
        for j, m in enumerate(counts):
            if j != k:
                alarms = _of_sum(alarms, _likely(_binomial(m, confusion[j, k])))
        tp, fp = np.arange(n + 1)[:, None], np.arange(len(alarms))
        means[k] = (hits[:, None] * alarms * (2 * tp / (n + tp + fp))).sum()
    return means


def _likely(counts: Array) -> Array:
    """Probabilities of 0, 1, ... up to the last that matters: few, for what hardly ever happens."""
    return counts[: np.flatnonzero(counts > _NEGLIGIBLE)[-1] + 1]


def _of_sum(one: Array, other: Array) -> Array:
    """Probabilities of the sum of two independent counts."""
    padded = np.pad(one, len(other) - 1)
    return (sliding_window_view(padded, len(other)) * other[::-1]).sum(1)


def _checked(counts: tuple[int, ...], confusion: ArrayLike) -> tuple[tuple[int, ...], Array]:
    matrix: Array = reals("confusion", confusion, -ROUNDING, 1 + ROUNDING)
    shaped("confusion", matrix, None, len(matrix))
    if np.abs(matrix.sum(1) - 1).max() > _SUM_TOLERANCE:
        raise ValueError(f"rows of the confusion sum to {matrix.sum(1).tolist()}, not to one")
    return _checked_counts(counts, len(matrix)), matrix


def _checked_counts(counts: tuple[int, ...], classes: int) -> tuple[int, ...]:
    if len(counts) != classes:
        raise ValueError(f"counts are {counts}, not one for each of {classes} classes")
    return tuple(whole("count of a class", count, 1) for count in counts)


def _binomial(n: int, p: float) -> Array:
    """Probabilities of 0 to n successes."""
    p = min(max(p, 0.0), 1.0)
    if p in (0.0, 1.0):
        return np.eye(n + 1)[n if p else 0]
    k = np.arange(n + 1)
    log_choose = np.array([lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) for i in k])
    return np.exp(log_choose + k * np.log(p) + (n - k) * np.log1p(-p))


def macro_f1_of_test_sets(confusion: ArrayLike, counts: tuple[int, ...]) -> Array:
    """Macro-F1 of many test sets drawn with these class counts, always the same draws. Raises as
    above."""
    return f1_scores(_test_sets(confusion, counts)).mean(-1)


def chance_to_meet_counts(confusion: ArrayLike, counts: tuple[int, ...]) -> float:
    """How often a rule says each class exactly as often as it occurs in test sets with these class
    counts. Raises as above."""
    said = _test_sets(confusion, counts).sum(1)
    return float((said == np.array(counts)).all(1).mean())


def _test_sets(confusion: ArrayLike, counts: tuple[int, ...]) -> NDArray[np.int64]:
    """Counts of (true class, predicted class) in many test sets: (test sets, classes, classes)."""
    counts, confusion = _checked(counts, confusion)
    rng = np.random.default_rng(0)
    rows = [
        rng.multinomial(n, np.clip(row, 0, None) / np.clip(row, 0, None).sum(), _TEST_SETS)
        for n, row in zip(counts, confusion, strict=True)
    ]
    return np.stack(rows, axis=1)
