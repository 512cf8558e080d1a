"""The bit-parallel Metropolis kernel for three colours: two planes, fifty sites in a word.

The cost of a move is the number of neighbours of the old colour less that of the new one, so cost
plus 4 counts four times "differs from the new colour" and four times "has the old colour": one
counter of eight words, whose bits choose among the four thresholds.
"""

import numba

from ising_bench.jit import compiled
from ising_bench.simulation.multispin import count8
from ising_bench.simulation.three_states import sweep
from ising_bench.systems.potts.thresholds import first_digits, one_digit, three_digits


@numba.njit
def _cost(low, high, new_low, new_high, ul, uh, dl, dh, sl, sh, fl, fh):
    """Bits 0 and 1 of the cost (00 where it is 4), and where it is above 0."""
    b0, b1, b2, b3 = count8(
        (new_low ^ ul) | (new_high ^ uh),
        (new_low ^ dl) | (new_high ^ dh),
        (new_low ^ sl) | (new_high ^ sh),
        (new_low ^ fl) | (new_high ^ fh),
        ~((low ^ ul) | (high ^ uh)),
        ~((low ^ dl) | (high ^ dh)),
        ~((low ^ sl) | (high ^ sh)),
        ~((low ^ fl) | (high ^ fh)),
    )
    return (b0, b1), b3 | (b2 & (b0 | b1))


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps):
    """See `three_states.sweep`; thresholds: (n, 4), of costs 1 to 4."""
    sweep(words, streams, thresholds, sweeps, _cost, first_digits, three_digits, one_digit)
