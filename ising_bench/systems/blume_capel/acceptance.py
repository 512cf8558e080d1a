"""Metropolis acceptance probabilities."""

from ising_bench.chains import Chain
from ising_bench.simulation.thresholds import boltzmann

COSTS = (1, 2, 3, 4, 5, 6, 8)  # all that a move can cost at D = 1: 1 - x, x - 1, 2 x for |x| <= 4


def thresholds(chain: Chain) -> tuple[int, ...]:
    """exp(-cost/T) for these costs times 2**64, rounded to the nearest integer; all 0 at T = 0. A
    uniform 64-bit integer below one accepts a move that raises the energy by its cost."""
    temperature = chain.grid.exact(chain.point)
    return tuple(boltzmann(cost, temperature) for cost in COSTS)
