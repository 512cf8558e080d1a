"""ln g(E) of the periodic lattice at sizes where the integers of `density.py` would take days.

At a coupling K the levels k = (E - E0) / 4 have probabilities p_k = g_k exp(-4 K k) / P(K), with
P(K) = Z exp(E0 K), and P at complex K is their characteristic function: P(K + i t / 4) / P(K) is
the sum of p_k exp(-i t k). Kaufman's closed form (Phys. Rev. 76, 1232, 1949) gives it in double
precision; a Fourier sum over as many angles t as there are levels within reach of the mean gives
the p_k back, and so g_k for levels that are not too rare at this K. At couplings close enough to
one another each level is common at one of them.

Nothing cancels in the sum of the closed form, which has four terms. Of lattices with walls it is
their difference, and double precision is not enough.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Array

Complex = NDArray[np.complex128]

APART = 3.0  # standard deviations between the means of neighbouring couplings
REACH = 10.0  # standard deviations from the mean beyond which no level matters
FEWEST = 64  # angles of a sum
TERMS = 2**18  # of the closed form at a time
MOSTLY = 0.5  # the share of ground states at the last coupling


def log_density(size: int, progress: Callable[[int], object] | None = None) -> Array:
    """ln g at E0, E0 + 4, E0 + 8, ... of the periodic L x L lattice: (L*L + 1,); -inf where there
    is no state. Within 1e-9 of the logarithms of the integers.

    L: even, 4 or more: 0.5 s on two cores at 100, 5 s at 256, five minutes at 1024. progress is
    called with the number of levels just left behind, of L*L / 2.
    """
    sites = size * size
    found = np.full(sites + 1, -np.inf)
    best = np.zeros(sites + 1)  # how common each level was at the coupling where it was found
    deviation = size / np.sqrt(8)  # at infinite temperature, where the mean is L*L / 2
    coupling, mean, told = 1 / (4 * deviation), sites / 2 - deviation, sites // 2
    with ThreadPoolExecutor() as pool:
        while True:
            scale, first, p = _probabilities(size, coupling, mean, deviation, pool)
            levels, common = np.arange(first, first + len(p)), p / p.max()
            is_better = (levels >= 0) & (levels <= sites)
            is_better[is_better] = common[is_better] > best[levels[is_better]]
            chosen = levels[is_better]
            best[chosen] = common[is_better]
            found[chosen] = np.log(p[is_better]) + scale + 4 * coupling * chosen
            mean = float((levels * p).sum())
            deviation = float(np.sqrt(((levels - mean) ** 2 * p).sum()))
            if progress is not None:
                progress(told - round(mean))
            told = round(mean)
            if first <= 0 and p[-first] > MOSTLY:
                break
            coupling += APART / (4 * deviation)
            mean = max(mean - APART * deviation, 0.0)
    found[sites // 2 + 1 :] = found[: sites // 2][::-1]  # turning over one colour turns over E
    found[[1, -2]] = -np.inf  # two broken bonds alone there are not
    return found


def _probabilities(
    size: int, coupling: float, mean: float, deviation: float, pool: Executor
) -> tuple[float, int, Array]:
    """ln P(K), a first level, and p_k from there on; mean and deviation: about those of the
    levels."""
    angles = max(FEWEST, 2 ** int(np.ceil(np.log2(2 * REACH * deviation))))
    t = 2 * np.pi * np.arange(angles // 2 + 1) / angles
    at = np.array_split(coupling + 0.25j * t, -(-len(t) * size // TERMS))
    logarithm = np.concatenate(list(pool.map(partial(log_scaled, size), at)))
    scale = float(logarithm[0].real)
    first = round(mean) - angles // 2
    p = np.roll(np.fft.irfft(np.exp(logarithm - scale), angles), -first % angles)
    return scale, first, p.clip(1e-300)


def log_scaled(size: int, coupling: Complex) -> Complex:
    """ln(Z exp(E0 K)) of the periodic lattice at couplings (n,) with positive real parts: (n,), up
    to multiples of 2 pi i."""
    n, k = size, coupling
    i = np.arange(1, n)
    odd, even = i % 2 == 1, i % 2 == 0
    cosh = (np.cosh(2 * k) ** 2 / np.sinh(2 * k))[:, None] - np.cos(np.pi * i / n)
    gamma = n * np.arccosh(cosh)  # times n
    small = np.exp(-gamma)
    plus, minus = gamma + 2 * np.log1p(small), gamma + 2 * np.log1p(-small)
    a, b = plus[:, odd].sum(1), minus[:, odd].sum(1)
    c, d = plus[:, even].sum(1), minus[:, even].sum(1)
    sign = np.ones(len(k))
    for unpaired in (2 * k + np.log(np.tanh(k)), 2 * k - np.log(np.tanh(k))):
        is_negative = unpaired.real < 0
        gamma_0 = n / 2 * np.where(is_negative, -unpaired, unpaired)
        sign[is_negative] *= -1
        c += gamma_0 + np.log1p(np.exp(-2 * gamma_0))
        d += gamma_0 + np.log1p(-np.exp(-2 * gamma_0))
    terms = np.stack([a, b, c, d])
    highest = terms.real.max(0)
    whole = (np.exp(terms - highest) * np.stack([sign**2, sign**2, sign**2, sign])).sum(0) / 2
    return highest + np.log(whole) + n * n / 2 * np.log(2 * np.sinh(2 * k)) - 2 * n * n * k
