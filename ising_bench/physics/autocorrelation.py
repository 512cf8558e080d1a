"""Integrated autocorrelation times of Metropolis chains.

tau = 1/2 + sum over t > 0 of the autocorrelation function, summed up to a window of six tau (Madras
and Sokal, J. Stat. Phys. 50, 109, 1988), in units of the steps between samples.
"""

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.checks import reals, shaped

WINDOW = 6


def integrated_time(series: ArrayLike) -> tuple[float, float]:
    """tau of an observable and its standard error, from independent chains (chains, samples).

    Both come from the whole set: the mean is that of all chains, so a slow drift is not lost; the
    error is that of Madras and Sokal. tau is 1/2 where every sample is independent or constant.
    Raises ValueError where the series are too short to tell, or are no such numbers.
    """
    values = reals("series", series)
    shaped("series", values, None, None)
    chains, samples = values.shape
    deviations = values - values.mean()
    variance = (deviations**2).mean()
    if variance == 0:
        return 0.5, 0.0
    padded = np.fft.rfft(deviations, 2 * samples, axis=1)
    correlation = np.fft.irfft(np.abs(padded) ** 2, axis=1)[:, :samples].mean(0)
    correlation /= variance * np.arange(samples, 0, -1)
    running = np.cumsum(correlation) - 0.5
    window = int(np.argmax(np.arange(samples) >= WINDOW * running))
    if window == 0:
        raise ValueError(f"the time is longer than a sixth of the {samples} samples")
    tau = max(float(running[window]), 0.5)
    return tau, tau * float(np.sqrt(2 * (2 * window + 1) / (chains * samples)))
