"""What the probabilities of predictions may be."""

import numpy as np

from ising_bench.ndarrays import Array
from ising_bench.scoring.metrics import ROUNDING

SUM_TOLERANCE = 1e-4  # how far the probabilities of an image may be from summing to one


def clipped(probabilities: Array) -> Array:
    """The same from 0 to 1 (never -0.0) where rounding alone put them outside; others stay."""
    near = (probabilities >= -ROUNDING) & (probabilities <= 1 + ROUNDING)
    return np.where(near, np.clip(probabilities, 0, 1), probabilities) + 0.0


def wrong_values(probabilities: Array) -> str | None:
    """What is wrong with finite values, if anything: (..., classes)."""
    if (probabilities < 0).any() or (probabilities > 1).any():
        return "are not all between 0 and 1"
    sums = probabilities.sum(-1).ravel()
    worst = float(sums[np.abs(sums - 1).argmax()])
    if abs(worst - 1) > SUM_TOLERANCE:
        return f"sum to {worst:.6g}, not one within {SUM_TOLERANCE:g}"
    return None
