"""The bit-parallel Metropolis sweep of models whose sites have three states: two planes a site.

State 0, 1, 2 is 00, 01, 10 in the planes low and high (`multispin.py` says what a word is). In a
half-sweep a row takes one word of proposals (a one: the next state, cyclically; a zero: the one
before), then 12 words of digits of the sites' uniform numbers, then one more at a time while any
site is undecided, 64 at most.

A model supplies four functions that numba compiles into the loops: `cost`, which of the model's
thresholds holds in each lane, as a tuple of words, and where there is one; `leading`, the first
digits of the thresholds as scalars; `three`, which compares three words of digits with these; and
`one`, which compares one word with a digit of all.
"""

import numba
import numpy as np

from ising_bench.simulation.multispin import (
    VECTOR,
    choose,
    digits,
    lowest_row,
    periodic,
    sfc64,
)
from ising_bench.simulation.streams import LEADING_WORDS, MOST_WORDS


@numba.njit
def _proposed(low, high, next_state):
    """The planes of the proposed states."""
    zero = ~(low | high)
    return (next_state & zero) | (~next_state & high), (next_state & low) | (~next_state & zero)


# Inlined before compilation: only there can the vectoriser see that the workspaces do not overlap.
@numba.njit(inline="always")
def _propose(
    low, high, ol, oh, left, right, sites, state, open_rows, next_rows, flags, limits, step, cost,
    three,
):  # fmt: skip
    """Propose a move of every site of one colour; what 12 digits leave undecided goes to
    `_settle`."""
    a_row, b_row, c_row, n_row = state[0], state[1], state[2], state[3]
    for r in range(sites.shape[0]):
        me_l, me_h = low[r + 1], high[r + 1]
        sl, sh = ol[r + 1], oh[r + 1]
        fl = (sl << left[r]) | (sl >> right[r])
        fh = (sh << left[r]) | (sh >> right[r])
        a, b, c, n, next_state = sfc64(a_row[r], b_row[r], c_row[r], n_row[r], step)
        nl, nh = _proposed(me_l, me_h, next_state)
        which, costs = cost(me_l, me_h, nl, nh, ol[r], oh[r], ol[r + 2], oh[r + 2], sl, sh, fl, fh)
        last, und = ~sites[r], costs & sites[r]
        a, b, c, n, last, und = three(a, b, c, n, last, und, which, limits, 0, step)
        a, b, c, n, last, und = three(a, b, c, n, last, und, which, limits, 3, step)
        a, b, c, n, last, und = three(a, b, c, n, last, und, which, limits, 6, step)
        a, b, c, n, last, und = three(a, b, c, n, last, und, which, limits, 9, step)
        a_row[r], b_row[r], c_row[r], n_row[r] = a, b, c, n
        stays = last | und
        low[r + 1] = choose(stays, me_l, nl)
        high[r + 1] = choose(stays, me_h, nh)
        open_rows[r], next_rows[r] = und, next_state
        flags[r] = und != np.uint64(0)


@numba.njit(inline="always")
def _settle(low, high, ol, oh, left, right, state, open_rows, next_rows, flags, limits, cost, one):
    """Decide the few sites whose first 12 digits equal those of their threshold: their own state
    and their neighbours' are as they were."""
    for group in range(flags.shape[0]):
        rows = flags[group]
        while rows:
            place, rows = lowest_row(rows)
            r = 8 * group + place
            me_l, me_h = low[r + 1], high[r + 1]
            sl, sh = ol[r + 1], oh[r + 1]
            nl, nh = _proposed(me_l, me_h, next_rows[r])
            which, _ = cost(
                me_l, me_h, nl, nh, ol[r], oh[r], ol[r + 2], oh[r + 2], sl, sh,
                (sl << left[r]) | (sl >> right[r]), (sh << left[r]) | (sh >> right[r]),
            )  # fmt: skip
            was_open = und = open_rows[r]
            last = np.uint64(0)
            a, b, c, n = state[0, r], state[1, r], state[2, r], state[3, r]
            k = LEADING_WORDS
            while und and k < MOST_WORDS:
                a, b, c, n, last, und = one(a, b, c, n, last, und, which, limits, k)
                k += 1
            state[0, r], state[1, r], state[2, r], state[3, r] = a, b, c, n
            moves = was_open & ~(last | und)
            low[r + 1] = choose(moves, nl, me_l)
            high[r + 1] = choose(moves, nh, me_h)


@numba.njit(inline="always")
def sweep(words, streams, thresholds, sweeps, cost, leading, three, one):
    """Advance n independent chains, in place.

    words: (n, 2, 2, L) uint64, plane by colour of the checkerboard by row. streams: (n, 4, L)
    uint64, the SFC64 state a, b, c and counter of each row. thresholds: (n, costs) uint64,
    exp(-cost/T) times 2**64. sweeps: (n,) int64. Nothing is checked here: `simulate` does.
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
    limits = np.empty((thresholds.shape[1], MOST_WORDS), np.uint64)

    for chain in range(words.shape[0]):
        for r in range(size):
            for colour in range(2):
                lows[colour, r + 1] = words[chain, 0, colour, r]
                highs[colour, r + 1] = words[chain, 1, colour, r]
            for i in range(4):
                state[i, r] = streams[chain, i, r]
        for i in range(thresholds.shape[1]):
            limits[i] = digits(thresholds[chain, i])
        first = leading(limits)
        for _ in range(sweeps[chain]):
            for colour in range(2):
                low, high, ol, oh = lows[colour], highs[colour], lows[1 - colour], highs[1 - colour]
                ol[0], ol[size + 1] = ol[size], ol[1]
                oh[0], oh[size + 1] = oh[size], oh[1]
                _propose(
                    low, high, ol, oh, left[colour], right[colour], sites, state, open_rows,
                    next_rows, row_flags, first, step, cost, three,
                )  # fmt: skip
                _settle(
                    low, high, ol, oh, left[colour], right[colour], state, open_rows, next_rows,
                    flags, limits, cost, one,
                )  # fmt: skip
        for r in range(size):
            for colour in range(2):
                words[chain, 0, colour, r] = lows[colour, r + 1]
                words[chain, 1, colour, r] = highs[colour, r + 1]
            for i in range(4):
                streams[chain, i, r] = state[i, r]
