"""Where the model orders."""

from math import log, sqrt

from ising_bench.physics.stripes import unstriped_below

# D = 1, to one in the last digit: strips of width 3 to 10, L ln(l0/l1) = pi/4, extrapolated
CRITICAL = 1.3973
_ISING_CRITICAL = 2 / log(1 + sqrt(2))  # of the temperatures that `unstriped_below` gives
_SOFTER = 0.9  # a wall may hold a row of zeros at no cost, so walls are rarer only when colder


def ordered_below(size: int) -> float:
    """The temperature below which L x L lattices hold no two walls across the lattice: below that
    of the Ising model relative to T_c."""
    return _SOFTER * unstriped_below(size) / _ISING_CRITICAL * CRITICAL
