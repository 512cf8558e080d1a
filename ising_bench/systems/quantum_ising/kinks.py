"""The number of kinks of the worldlines: all that they tell of the field, and its distribution.

With kinks at times between tau and tau + dtau, worldlines s have the weight h**n exp(J int sum
s_i s_i+1 dtau) dtau**n, n being their number: P(s | h) = f(s) h**n/Z(h), so n is sufficient for the
field, as the energy is for a temperature. Then P(n | h) = W_n h**n/Z(h) with weights W_n that are
the same at all fields, and Z(h) = sum of W_n h**n is known for complex fields: the W_n are its
Fourier integral over a circle, on which it falls off like a Gaussian. Each is taken from the circle
on which its n is typical, so that all have the digits of the most probable one.
"""

from functools import cache
from itertools import pairwise
from math import ceil, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Array
from ising_bench.systems.quantum_ising.spectrum import kinks, log_partition

STRONGEST = 2.0  # field, in |J|, of which the distribution is known
_WEAKEST = 2.5  # kinks on average, on the first circle
_APART = 2.0  # standard deviations of n between two circles
_ENDS = 10.0  # of them, beyond the mean at the strongest field
_FALLEN = 12.0  # standard deviations of the angle after which Z is 0 in doubles


@cache
def log_weights(size: int) -> Array:
    """ln W_n of the chain of L sites and beta J = L/2, for n = 0, 2, 4, ...: an odd number of kinks
    does not close around the circle of imaginary time. (numbers,)"""
    mean, variance = kinks(STRONGEST, size)
    most = mean + _ENDS * sqrt(variance)
    circles = _circles(size, most)
    numbers = 2 * np.arange(ceil(most / 2) + 1)
    edges = [(one[1] + other[1]) / 2 for one, other in pairwise(circles)]
    parts = np.split(numbers, np.searchsorted(numbers, edges))
    weights = np.concatenate(
        [_on_circle(*c, part, size) for c, part in zip(circles, parts, strict=True) if len(part)]
    )
    weights.flags.writeable = False
    return weights


def _circles(size: int, most: float) -> list[tuple[float, float, float]]:
    """Fields, with mean and standard deviation of n at each, from few kinks to the most."""
    field = 0.01
    for _ in range(50):  # n is n_0 h**2 where it is small
        field *= sqrt(_WEAKEST / kinks(field, size)[0])
    circles: list[tuple[float, float, float]] = []
    while not circles or circles[-1][1] < most:
        mean, variance = kinks(field, size)
        circles.append((field, mean, sqrt(variance)))
        field *= float(np.exp(_APART / sqrt(variance)))
    return circles


def _on_circle(
    field: float, mean: float, spread: float, numbers: NDArray[np.int64], size: int
) -> Array:
    """ln W_n of numbers that are likely at a field."""
    # Z is even in the field: half of the circle, and of that one of two conjugate halves; an odd
    # number of angles has none in the middle
    angles = (ceil((max(numbers[-1], mean) + 40 * spread) / 2) + 40) | 1
    step = pi / angles
    known = min(angles // 2, ceil(_FALLEN / spread / step))
    phases = step * np.arange(known + 1)
    logs = log_partition(field * np.exp(1j * phases), size)
    ratio = np.exp(logs - logs[0].real)
    around = ratio[None] * np.exp(-1j * numbers[:, None] * phases)
    probability = (around[:, 0].real + 2 * around[:, 1:].real.sum(-1)) / angles
    return np.log(probability) - numbers * log(field) + logs[0].real
