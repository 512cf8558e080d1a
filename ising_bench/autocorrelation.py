"""Integrated autocorrelation times of Metropolis chains, and the order parameter they are of.

tau = 1/2 + sum over t > 0 of the autocorrelation function, summed up to a window of six tau (Madras
and Sokal, J. Stat. Phys. 50, 109, 1988), in units of the steps between samples.
"""

import numpy as np
from numpy.typing import NDArray

from ising_bench.systems import Spins, System, magnetization, sublattice_signs

Array = NDArray[np.floating]

WINDOW = 6


def integrated_time(series: Array) -> tuple[float, float]:
    """tau of an observable and its standard error, from independent chains (chains, samples).

    Both come from the whole set: the mean is that of all chains, so a slow drift is not lost; the
    error is that of Madras and Sokal. tau is 1/2 where every sample is independent or constant.
    """
    chains, samples = series.shape
    deviations = series - series.mean()
    variance = (deviations**2).mean()
    if variance == 0:
        return 0.5, 0.0
    padded = np.fft.rfft(deviations, 2 * samples, axis=1)
    correlation = np.fft.irfft(np.abs(padded) ** 2, axis=1)[:, :samples].mean(0)
    correlation /= variance * np.arange(samples, 0, -1)
    running = np.cumsum(correlation) - 0.5
    window = int(np.argmax(np.arange(samples) >= WINDOW * running)) or samples - 1
    tau = max(float(running[window]), 0.5)
    return tau, tau * float(np.sqrt(2 * (2 * window + 1) / (chains * samples)))


def order_parameter(system: System, spins: Spins) -> Array:
    """|magnetization| per site relative to whatever the boundaries force into the lattice: (n,).

    Periodic: |m|, staggered for the antiferromagnet. Fixed rows: each column is cut at the height
    that leaves most spins up above it and down below. Antiperiodic: each row is cut at the column
    that leaves most spins of one sign to its left and of the other to its right.
    """
    size = spins.shape[-1]
    if system.coupling == -1:
        spins = spins * sublattice_signs(size)
    if system.has_fixed_rows:
        return _best_cut(spins.swapaxes(-1, -2)).mean(-1)
    if system.column_wrap == -1:
        return np.maximum(_best_cut(spins), _best_cut(-spins)).mean(-1)
    return np.abs(magnetization(spins)) / size**2


def _best_cut(lines: Spins) -> Array:
    """For each line of spins the largest mean of (spins before a cut, minus those after)."""
    before = np.cumsum(lines, axis=-1, dtype=np.int32)
    total = before[..., -1:]
    return np.maximum((2 * before - total).max(-1), -total[..., 0]) / lines.shape[-1]
