"""The bit-parallel Metropolis kernel for three colours: two planes, fifty sites in a word.

See `simulation/multispin.py` for the words. Colour 0, 1, 2 is 00, 01, 10 in the planes low and
high. In a half-sweep a row takes one word of proposals (a one: the next colour, cyclically; a
zero: the one before), then words of digits as `reference.py` says.

The cost of a move is the number of neighbours of the old colour less that of the new one, so cost
plus 4 counts four times "differs from the new colour" and four times "has the old colour": one
counter of eight words, whose bits choose among the four thresholds.
"""

import numba
import numpy as np

from ising_bench.jit import compiled
from ising_bench.simulation.multispin import (
    LEADING_WORDS,
    MOST_WORDS,
    VECTOR,
    choose,
    count8,
    digits,
    leading,
    lowest_row,
    periodic,
    sfc64,
)
from ising_bench.systems.potts.thresholds import digit, three_digits


@numba.njit
def _proposed(low, high, next_colour):
    """The planes of the proposed colours."""
    zero = ~(low | high)
    return (next_colour & zero) | (~next_colour & high), (next_colour & low) | (~next_colour & zero)


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
    return b0, b1, b3 | (b2 & (b0 | b1))


# Inlined before compilation: only there can the vectoriser see that the workspaces do not overlap.
@numba.njit(inline="always")
def _propose(
    low, high, ol, oh, left, right, sites, state, open_rows, next_rows, flags, d1, d2, d3, d4, step
):
    """Propose a move of every site of one colour; what 12 digits leave undecided goes to
    `_settle`."""
    a_row, b_row, c_row, n_row = state[0], state[1], state[2], state[3]
    for r in range(sites.shape[0]):
        me_l, me_h = low[r + 1], high[r + 1]
        sl, sh = ol[r + 1], oh[r + 1]
        fl = (sl << left[r]) | (sl >> right[r])
        fh = (sh << left[r]) | (sh >> right[r])
        a, b, c, n, next_colour = sfc64(a_row[r], b_row[r], c_row[r], n_row[r], step)
        nl, nh = _proposed(me_l, me_h, next_colour)
        b0, b1, costs = _cost(
            me_l, me_h, nl, nh, ol[r], oh[r], ol[r + 2], oh[r + 2], sl, sh, fl, fh
        )
        last, und = ~sites[r], costs & sites[r]
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, b0, b1, d1, d2, d3, d4, 0, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, b0, b1, d1, d2, d3, d4, 3, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, b0, b1, d1, d2, d3, d4, 6, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, b0, b1, d1, d2, d3, d4, 9, step)
        a_row[r], b_row[r], c_row[r], n_row[r] = a, b, c, n
        stays = last | und
        low[r + 1] = choose(stays, me_l, nl)
        high[r + 1] = choose(stays, me_h, nh)
        open_rows[r], next_rows[r] = und, next_colour
        flags[r] = und != np.uint64(0)


@numba.njit(inline="always")
def _settle(low, high, ol, oh, left, right, state, open_rows, next_rows, flags, d1, d2, d3, d4):
    """Decide the few sites whose first 12 digits equal those of their threshold: their own colour
    and their neighbours' are as they were."""
    for group in range(flags.shape[0]):
        rows = flags[group]
        while rows:
            place, rows = lowest_row(rows)
            r = 8 * group + place
            me_l, me_h = low[r + 1], high[r + 1]
            sl, sh = ol[r + 1], oh[r + 1]
            nl, nh = _proposed(me_l, me_h, next_rows[r])
            b0, b1, _ = _cost(
                me_l, me_h, nl, nh, ol[r], oh[r], ol[r + 2], oh[r + 2], sl, sh,
                (sl << left[r]) | (sl >> right[r]), (sh << left[r]) | (sh >> right[r]),
            )  # fmt: skip
            was_open = und = open_rows[r]
            last = np.uint64(0)
            a, b, c, n = state[0, r], state[1, r], state[2, r], state[3, r]
            k = LEADING_WORDS
            while und and k < MOST_WORDS:
                a, b, c, n, last, und = digit(
                    a, b, c, n, last, und, b0, b1, d1[k], d2[k], d3[k], d4[k], np.uint64(1)
                )
                k += 1
            state[0, r], state[1, r], state[2, r], state[3, r] = a, b, c, n
            moves = was_open & ~(last | und)
            low[r + 1] = choose(moves, nl, me_l)
            high[r + 1] = choose(moves, nh, me_h)


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps):
    """Advance n independent chains, in place.

    words: (n, 2, 2, L) uint64, plane by colour by row. streams: (n, 4, L) uint64, the SFC64 state
    a, b, c and counter of each row. thresholds: (n, 4) uint64, exp(-cost/T) times 2**64 for costs 1
    to 4. sweeps: (n,) int64. Nothing is checked here: `simulate` does.
    """
    size = words.shape[3]
    padded = -(-size // VECTOR) * VECTOR
    left, right, sites = periodic(size, padded)
    lows = np.zeros((2, padded + 2), np.uint64)  # row r stands at r + 1, between halo rows
    highs = np.zeros((2, padded + 2), np.uint64)
    state = np.empty((4, padded), np.uint64)
    open_rows, next_rows = np.empty(padded, np.uint64), np.empty(padded, np.uint64)
    flags = np.zeros(padded // VECTOR, np.uint64)
    row_flags = flags.view(np.uint8)
    step = flags[0] + np.uint64(1)  # see `sfc64`

    for chain in range(words.shape[0]):
        for r in range(size):
            for colour in range(2):
                lows[colour, r + 1] = words[chain, 0, colour, r]
                highs[colour, r + 1] = words[chain, 1, colour, r]
            for i in range(4):
                state[i, r] = streams[chain, i, r]
        d1, d2 = digits(thresholds[chain, 0]), digits(thresholds[chain, 1])
        d3, d4 = digits(thresholds[chain, 2]), digits(thresholds[chain, 3])
        e1, e2, e3, e4 = leading(d1), leading(d2), leading(d3), leading(d4)
        for _ in range(sweeps[chain]):
            for colour in range(2):
                low, high, ol, oh = lows[colour], highs[colour], lows[1 - colour], highs[1 - colour]
                ol[0], ol[size + 1] = ol[size], ol[1]
                oh[0], oh[size + 1] = oh[size], oh[1]
                _propose(
                    low, high, ol, oh, left[colour], right[colour], sites, state, open_rows,
                    next_rows, row_flags, e1, e2, e3, e4, step,
                )  # fmt: skip
                _settle(
                    low, high, ol, oh, left[colour], right[colour], state, open_rows, next_rows,
                    flags, d1, d2, d3, d4,
                )  # fmt: skip
        for r in range(size):
            for colour in range(2):
                words[chain, 0, colour, r] = lows[colour, r + 1]
                words[chain, 1, colour, r] = highs[colour, r + 1]
            for i in range(4):
                streams[chain, i, r] = state[i, r]
