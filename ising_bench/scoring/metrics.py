"""Scores of predictions: one definition each, for baselines, leaderboard and the exact ceiling.

Labels are integers from 0 up, one for each of `classes`; probabilities are rows (n, classes) that
sum to one. Every function raises ValueError for other shapes and values; whether rows sum to one is
not looked at.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals, shaped, wholes
from ising_bench.ndarrays import Array, Labels

CLIP = 1e-7  # the least probability that a logarithm sees
ROUNDING = 1e-6  # how far a probability may lie outside 0 to 1, by rounding


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Counts of (true class, predicted class): (classes, classes)."""
    true = checked_labels("labels", labels, classes)
    pairs = classes * true + checked_labels("predicted labels", predicted, classes, len(true))
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def checked_labels(name: str, labels: ArrayLike, classes: int, n: int | None = None) -> Labels:
    """Classes (n,), any number of them but none by default. Raises ValueError."""
    numbers: Labels = wholes(name, labels, 0, classes - 1)
    shaped(name, numbers, n)
    return numbers


def _rows(name: str, probabilities: ArrayLike, *shape: int | None) -> Array:
    """Rows of probabilities, of this shape or any (n, classes)."""
    rows: Array = reals(name, probabilities, -ROUNDING, 1 + ROUNDING)
    shaped(name, rows, *(shape or (None, None)))
    return rows


def f1_scores(confusion: ArrayLike) -> Array:
    """F1 of each class, 2 TP / (2 TP + FP + FN), of confusion matrices (..., classes, classes):
    (..., classes).

    A class that is neither there nor predicted scores 0.
    """
    counts = reals("confusion", confusion, 0)
    if counts.ndim < 2 or counts.shape[-1] != counts.shape[-2]:
        raise ValueError(f"confusion has shape {counts.shape}, not (..., classes, classes)")
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    there_or_said = counts.sum(-1) + counts.sum(-2)
    return np.divide(2 * hits, there_or_said, out=np.zeros_like(hits), where=there_or_said > 0)


def macro_f1(labels: ArrayLike, predicted: ArrayLike, classes: int) -> float:
    """The mean of the F1 scores of all classes."""
    return float(f1_scores(confusion_matrix(labels, predicted, classes)).mean())


def predicted_labels(probabilities: ArrayLike) -> NDArray[np.int64]:
    """The most probable class of each row (..., classes); the lowest label where several are
    equal."""
    rows = reals("probabilities", probabilities)
    if not rows.ndim or not rows.shape[-1]:
        raise ValueError(f"probabilities have shape {rows.shape}, not (..., classes)")
    return np.argmax(rows, axis=-1)


def log_loss(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean of -ln of the probability given to the true class, clipped at 1e-7, in nats."""
    p = _rows("probabilities", probabilities)
    true = checked_labels("labels", labels, p.shape[1], len(p))
    chosen = np.take_along_axis(p, true[:, None], axis=1)
    return float(-np.log(np.clip(chosen, CLIP, None)).mean())


def mean_entropy(posterior: ArrayLike) -> float:
    """Mean entropy of exact posteriors, in nats: the floor under the expected log-loss of any
    model on those images."""
    p = _rows("posterior", posterior)
    return float(-(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean())


def mean_kl(posterior: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean Kullback-Leibler divergence of predictions from the exact posterior, in nats: what
    their expected log-loss has above its floor. Predictions are clipped at 1e-7."""
    p = _rows("posterior", posterior)
    q = np.clip(_rows("probabilities", probabilities, *p.shape), CLIP, None)
    return float((p * (np.log(np.where(p > 0, p, 1)) - np.log(q))).sum(-1).mean())
