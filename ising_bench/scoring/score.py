"""Scores of predictions: the one code that scores runs, submissions and anybody's own files."""

from dataclasses import dataclass
from math import sqrt
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from ising_bench.checks import reals, shaped, wholes
from ising_bench.errors import IsingBenchError
from ising_bench.fields import STRICT
from ising_bench.ndarrays import Array, Labels
from ising_bench.releases.known import release_of
from ising_bench.scoring.metrics import (
    checked_labels,
    confusion_matrix,
    f1_scores,
    log_loss,
    mean_entropy,
    mean_kl,
    predicted_labels,
)
from ising_bench.scoring.probabilities import clipped, wrong_values
from ising_bench.scoring.truth import Truth, truth

_RESAMPLES = 2000
_Z95 = 1.959963984540054


Hits = Annotated[int, Field(ge=0, lt=2**31)]
PerClass = Annotated[tuple[float, ...], Field(min_length=2, max_length=256)]
Confusion = Annotated[
    tuple[Annotated[tuple[Hits, ...], Field(max_length=256)], ...],
    Field(min_length=2, max_length=256),
]


@dataclass(frozen=True)
class TrialScores:
    """Scores of one trial on the test split. confusion: counts of (true, predicted); mean_kl: from
    the exact posterior, in nats (equilibrium reference on the paper configs)."""

    __pydantic_config__ = STRICT

    macro_f1: float
    accuracy: float
    log_loss: float
    mean_kl: float
    per_class_f1: PerClass
    confusion: Confusion


@dataclass(frozen=True)
class Scores:
    """Scores of all trials: means, the deviation of macro-F1 over trials (ddof 1; None for one
    trial), its 95 % interval over test images and trials, and its share of the ceiling.
    log_loss_floor: what the exact posterior itself can expect on these images, its mean entropy."""

    __pydantic_config__ = STRICT

    trials: tuple[TrialScores, ...]
    macro_f1: float
    macro_f1_deviation: float | None
    interval95: tuple[float, float]
    accuracy: float
    log_loss: float
    log_loss_floor: float
    mean_kl: float
    per_class_f1: PerClass
    ceiling: float
    share_of_ceiling: float


def score(config: str, probabilities: ArrayLike, release: str | None = None) -> Scores:
    """Score predictions for the test split of a config of a release, the newest by default, rows in
    the split's order.

    probabilities: (n, classes) of one trial or (trials, n, classes); each row sums to one within
    1e-4, and what lies outside 0 to 1 by no more than 1e-6 is clipped. Raises UnknownNameError;
    IsingBenchError where shape or values are wrong.
    """
    answers = truth(release_of(release), config)
    try:
        given = clipped(reals("probabilities", probabilities))
    except ValueError as error:
        raise IsingBenchError(str(error)) from None
    trials = given[None] if given.ndim == 2 else given
    expected = (len(answers.labels), answers.classes)
    if trials.ndim != 3 or trials.shape[1:] != expected or not len(trials):
        raise IsingBenchError(
            f"probabilities have shape {given.shape}; {config} needs {expected}, or that for each "
            "of several trials"
        )
    if problem := wrong_values(trials):
        raise IsingBenchError(f"probabilities {problem}")
    return score_trials(answers, trials)


def score_trials(answers: Truth, trials: Array) -> Scores:
    """Score checked probabilities (trials, n, classes), rows in the order of the truth."""
    scored = tuple(_score_trial(answers, p) for p in trials)
    f1 = np.array([trial.macro_f1 for trial in scored])
    mean = float(f1.mean())

    def average(name: str) -> Any:
        return np.mean([getattr(trial, name) for trial in scored], axis=0)

    return Scores(
        trials=scored,
        macro_f1=mean,
        macro_f1_deviation=float(f1.std(ddof=1)) if len(f1) > 1 else None,
        interval95=interval95(answers.labels, predicted_labels(trials), answers.classes),
        accuracy=float(average("accuracy")),
        log_loss=float(average("log_loss")),
        log_loss_floor=mean_entropy(answers.posterior),
        mean_kl=float(average("mean_kl")),
        per_class_f1=tuple(average("per_class_f1").tolist()),
        ceiling=answers.ceiling.expected_macro_f1,
        share_of_ceiling=mean / answers.ceiling.expected_macro_f1,
    )


def _score_trial(answers: Truth, probabilities: Array) -> TrialScores:
    confusion = confusion_matrix(answers.labels, predicted_labels(probabilities), answers.classes)
    f1 = f1_scores(confusion)
    return TrialScores(
        macro_f1=float(f1.mean()),
        accuracy=float(np.trace(confusion) / confusion.sum()),
        log_loss=log_loss(answers.labels, probabilities),
        mean_kl=mean_kl(answers.posterior, probabilities),
        per_class_f1=tuple(f1.tolist()),
        confusion=tuple(map(tuple, confusion.tolist())),
    )


def resampled_confusions(
    labels: Labels, predicted: Labels, classes: int, resamples: int, seed: int = 0
) -> Array:
    """Confusion matrices of test images drawn again with replacement, class by class, the same
    draws for every trial: (resamples, trials, classes, classes) for predicted (trials,
    n).

    Two entries resampled with the same seed are paired image by image. Raises ValueError for other
    shapes and values, and where a class has no image.
    """
    labels = checked_labels("labels", labels, classes)
    predicted = wholes("predicted labels", predicted, 0, classes - 1)
    shaped("predicted labels", predicted, None, len(labels))
    if missing := set(range(classes)) - set(labels.tolist()):
        raise ValueError(f"class {min(missing)} has no image to draw again")
    rng = np.random.default_rng(seed)
    confusions = np.zeros((resamples, len(predicted), classes, classes))
    for k in range(classes):
        images = np.flatnonzero(labels == k)
        weights = rng.multinomial(len(images), np.full(len(images), 1 / len(images)), resamples)
        chosen = predicted[:, images, None] == np.arange(classes)  # (trials, images, classes)
        # sums of integers, so whatever multiplies matrices here gives the same to the last digit
        confusions[:, :, k] = np.einsum("ri,tij->rtj", weights.astype(float), chosen, optimize=True)
    return confusions


def interval95(labels: Labels, predicted: Labels, classes: int) -> tuple[float, float]:
    """95 % interval of the mean macro-F1 over trials, predicted (trials, n): a bootstrap over test
    images, stratified by class, and over trials where there are several; percentiles.

    A class of which no image is missed looks certain to the bootstrap. For each one the lower end
    is moved down by what macro-F1 would lose if Wilson's limit for the share of misses went to a
    neighbouring class, squares added up as in the method of variance estimates recovery (Zou and
    Donner, Stat. Med. 27, 1693, 2008). Raises as above.
    """
    trials = len(predicted)
    f1 = f1_scores(resampled_confusions(labels, predicted, classes, _RESAMPLES)).mean(-1)
    picks = np.random.default_rng(1).integers(0, trials, (_RESAMPLES, trials))
    means = np.take_along_axis(f1, picks, axis=1).mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    confusion = np.stack([confusion_matrix(labels, p, classes) for p in predicted])
    centre = float(f1_scores(confusion).mean())
    below = (centre - low) ** 2
    for k in range(classes):
        if (confusion[:, k, k] == (labels == k).sum()).all():
            below += (centre - _with_misses(confusion, k)) ** 2
    return max(0.0, centre - sqrt(below)), float(max(high, centre))


def _with_misses(confusion: NDArray[np.int64], k: int) -> float:
    """The lowest mean macro-F1 of (trials, classes, classes) with Wilson's share of class k in a
    class beside it."""
    n = confusion[0, k].sum()
    missed = n * _Z95**2 / (n + _Z95**2)
    means = []
    for beside in {k - 1, k + 1} & set(range(confusion.shape[-1])):
        moved = confusion.astype(float)
        moved[:, k, k] -= missed
        moved[:, k, beside] += missed
        means.append(float(f1_scores(moved).mean()))
    return min(means)
