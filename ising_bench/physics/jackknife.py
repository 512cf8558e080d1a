"""Errors of numbers that are computed from one long measurement (M. H. Quenouille, Biometrika 43,
353, 1956): how far each moves where a block of the measurement is left out."""

from collections.abc import Sequence

import numpy as np

BLOCKS = 8  # each as long as many autocorrelation times: shorter ones would understate the errors


def standard_error(whole: float, without: Sequence[float]) -> float:
    """Of a number computed from everything, and without each of the blocks; 0 where there are
    none, as of what is exact."""
    if not without:
        return 0.0
    deviations = np.array(without) - whole
    return float(np.sqrt((1 - 1 / len(without)) * (deviations**2).sum()))
