"""The four costs of a move, 1 to 4, and how a kernel compares with their thresholds."""

import numba
import numpy as np

from ising_bench.chains import Chain
from ising_bench.simulation.multispin import choose, compare, leading, sfc64
from ising_bench.simulation.thresholds import boltzmann

COSTS = (1, 2, 3, 4)


def thresholds(chain: Chain) -> tuple[int, ...]:
    """exp(-cost/T) for the four costs times 2**64, rounded to the nearest integer; all 0 at T = 0.
    A uniform 64-bit integer below one accepts a move that raises the energy by its cost."""
    temperature = chain.grid.exact(chain.point)
    return tuple(boltzmann(cost, temperature) for cost in COSTS)


@numba.njit
def first_digits(d):
    """Of the four thresholds, whose digits d are (4, 64)."""
    return leading(d[0]), leading(d[1]), leading(d[2]), leading(d[3])


@numba.njit
def _digit(a, b, c, n, last, undecided, which, d1, d2, d3, d4, step):
    """One word of digits against those of the thresholds of costs 1 to 4, which bits 0 and 1 of the
    cost choose among; 00 is 4."""
    a, b, c, n, word = sfc64(a, b, c, n, step)
    b0, b1 = which
    limit = choose(b1, choose(b0, d3, d2), choose(b0, d1, d4))
    last, undecided = compare(word, limit, last, undecided)
    return a, b, c, n, last, undecided


@numba.njit
def three_digits(a, b, c, n, last, und, which, d, k, step):
    """The digits k, k + 1, k + 2. d: as `first_digits` gives them."""
    d1, d2, d3, d4 = d
    a, b, c, n, last, und = _digit(a, b, c, n, last, und, which, d1[k], d2[k], d3[k], d4[k], step)
    k += 1
    a, b, c, n, last, und = _digit(a, b, c, n, last, und, which, d1[k], d2[k], d3[k], d4[k], step)
    k += 1
    return _digit(a, b, c, n, last, und, which, d1[k], d2[k], d3[k], d4[k], step)


@numba.njit
def one_digit(a, b, c, n, last, und, which, d, k):
    """The digit k. d: (4, 64)."""
    return _digit(a, b, c, n, last, und, which, d[0, k], d[1, k], d[2, k], d[3, k], np.uint64(1))
