"""The four costs of a move, 1 to 4, and how a kernel compares with their thresholds."""

import numba

from ising_bench.chains import Chain
from ising_bench.simulation.multispin import choose, compare, sfc64
from ising_bench.simulation.thresholds import boltzmann

COSTS = (1, 2, 3, 4)


def thresholds(chain: Chain) -> tuple[int, ...]:
    """exp(-cost/T) for the four costs times 2**64, rounded to the nearest integer; all 0 at T = 0.
    A uniform 64-bit integer below one accepts a move that raises the energy by its cost."""
    temperature = chain.grid.exact(chain.point)
    return tuple(boltzmann(cost, temperature) for cost in COSTS)


@numba.njit
def digit(a, b, c, n, last, undecided, b0, b1, d1, d2, d3, d4, step):
    """One word of digits against those of the thresholds of costs 1 to 4, which the bits b0 and b1
    of the cost choose among; 00 is 4."""
    a, b, c, n, word = sfc64(a, b, c, n, step)
    limit = choose(b1, choose(b0, d3, d2), choose(b0, d1, d4))
    last, undecided = compare(word, limit, last, undecided)
    return a, b, c, n, last, undecided


@numba.njit
def three_digits(a, b, c, n, last, und, b0, b1, d1, d2, d3, d4, k, step):
    a, b, c, n, last, und = digit(a, b, c, n, last, und, b0, b1, d1[k], d2[k], d3[k], d4[k], step)
    k += 1
    a, b, c, n, last, und = digit(a, b, c, n, last, und, b0, b1, d1[k], d2[k], d3[k], d4[k], step)
    k += 1
    return digit(a, b, c, n, last, und, b0, b1, d1[k], d2[k], d3[k], d4[k], step)
