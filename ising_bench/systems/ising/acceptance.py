"""Metropolis acceptance probabilities of single spin flips."""

from ising_bench.chains import Chain
from ising_bench.simulation.thresholds import boltzmann


def thresholds(chain: Chain) -> tuple[int, int]:
    """exp(-4/T) and exp(-8/T) times 2**64, rounded to the nearest integer; both 0 at T = 0. A
    uniform 64-bit integer below the first (second) accepts a flip that raises the energy by 4 (by
    8)."""
    temperature = chain.grid.exact(chain.point)
    return boltzmann(4, temperature), boltzmann(8, temperature)
