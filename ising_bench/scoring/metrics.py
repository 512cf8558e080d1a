"""Scores of predictions: one definition each, for baselines, leaderboard and the exact ceiling.

Labels are integers 0 to 3; probabilities are rows (n, 4) that sum to one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.regions import REGIONS

CLASSES = len(REGIONS)
CLIP = 1e-7  # the least probability that a logarithm sees

Array = NDArray[np.floating]


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike) -> NDArray[np.int64]:
    """Counts of (true class, predicted class): (4, 4)."""
    pairs = CLASSES * np.asarray(labels, np.int64) + np.asarray(predicted, np.int64)
    return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def f1_scores(confusion: ArrayLike) -> Array:
    """F1 of each class, 2 TP / (2 TP + FP + FN), of confusion matrices (..., 4, 4): (..., 4).

    A class that is neither there nor predicted scores 0.
    """
    counts = np.asarray(confusion, float)
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    there_or_said = counts.sum(-1) + counts.sum(-2)
    return np.divide(2 * hits, there_or_said, out=np.zeros_like(hits), where=there_or_said > 0)


def macro_f1(labels: ArrayLike, predicted: ArrayLike) -> float:
    """The mean of the four F1 scores."""
    return float(f1_scores(confusion_matrix(labels, predicted)).mean())


def predicted_labels(probabilities: ArrayLike) -> NDArray[np.int64]:
    """The most probable class of each row; the lowest label where several are equal."""
    return np.argmax(np.asarray(probabilities), axis=-1)


def log_loss(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean of -ln of the probability given to the true class, clipped at 1e-7, in nats."""
    p = np.asarray(probabilities, float)
    chosen = np.take_along_axis(p, np.asarray(labels, np.int64)[:, None], axis=1)
    return float(-np.log(np.clip(chosen, CLIP, None)).mean())


def mean_entropy(posterior: ArrayLike) -> float:
    """Mean entropy of exact posteriors, in nats: the floor under the expected log-loss of any
    model on those images."""
    p = np.asarray(posterior, float)
    return float(-(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean())


def mean_kl(posterior: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean Kullback-Leibler divergence of predictions from the exact posterior, in nats: what
    their expected log-loss has above its floor. Predictions are clipped at 1e-7."""
    p = np.asarray(posterior, float)
    q = np.clip(np.asarray(probabilities, float), CLIP, None)
    return float((p * (np.log(np.where(p > 0, p, 1)) - np.log(q))).sum(-1).mean())
