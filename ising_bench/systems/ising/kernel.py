"""The bit-parallel Metropolis kernel: up to 64 sites in a word, several words in a vector.

Checkerboard order (Metropolis et al., J. Chem. Phys. 21, 1087, 1953; multispin coding after
Jacobs and Rebbi, J. Comput. Phys. 41, 203, 1981): a sweep proposes every site with even
row + column, then every site with odd. A proposal that breaks no more bonds than it mends
(dE <= 0) is accepted; with one unsatisfied bond (dE = 4) it is accepted with probability
exp(-4/T), with none (dE = 8) with exp(-8/T).

64-bit words hold the L/2 sites of one colour in one row (`simulation/multispin.py`), one up to
L = 128, eight of L = 1024, so all sites of a word move at once. Spin up is bit 1.

Randomness is part of the release. Each word of a lattice row owns one SFC64 stream (Doty-Humphrey,
PractRand; the raw output of numpy.random.SFC64). In each half-sweep it takes words from that: bit j
of the n-th is the n-th binary digit, most significant first, of the uniform number of site j, which
is compared with the 64-bit threshold of that site. It takes 12 of them, then more, one at a time,
until every site is decided, and 64 at most. `reference.py` says the same in plain loops.

The kernel knows ferromagnets only: an antiferromagnet on an even lattice is the ferromagnet with
one colour turned over (`packing.py` does that).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.jit import compiled
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.multispin import (
    VECTOR,
    choose,
    compare,
    digits,
    leading,
    lowest_row,
    ones,
    sfc64,
    words_of_row,
)
from ising_bench.simulation.streams import LEADING_WORDS, MOST_WORDS, word_states
from ising_bench.systems.ising.acceptance import thresholds
from ising_bench.systems.ising.neighbours import geometry, halo, join
from ising_bench.systems.ising.packing import pack, unpack
from ising_bench.systems.ising.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


@numba.njit
def _digit(a, b, c, n, last, undecided, one, digit4, digit8, step):
    """One word of digits against those of the thresholds of dE = 4, where `one` is set, and 8."""
    a, b, c, n, word = sfc64(a, b, c, n, step)
    last, undecided = compare(word, choose(one, digit4, digit8), last, undecided)
    return a, b, c, n, last, undecided


@numba.njit
def _four_digits(a, b, c, n, last, undecided, one, d4, d8, k, step):
    a, b, c, n, last, undecided = _digit(a, b, c, n, last, undecided, one, d4[k], d8[k], step)
    a, b, c, n, last, undecided = _digit(
        a, b, c, n, last, undecided, one, d4[k + 1], d8[k + 1], step
    )
    a, b, c, n, last, undecided = _digit(
        a, b, c, n, last, undecided, one, d4[k + 2], d8[k + 2], step
    )
    return _digit(a, b, c, n, last, undecided, one, d4[k + 3], d8[k + 3], step)


# Inlined before compilation: only there can the vectoriser see that the workspaces do not overlap.
@numba.njit(inline="always")
def _propose(
    moving, other, left, right, joined, free, a_row, b_row, c_row, n_row,
    open_rows, one_rows, flags, d4, d8, step,
):  # fmt: skip
    """Propose the sites of one colour in one word of every row; what 12 digits leave undecided goes
    to `_settle`."""
    for r in range(free.shape[0]):
        me, side = moving[r + 1], other[r + 1]
        far = ((side << left[r]) | (side >> right[r])) ^ joined[r]
        # bit 1 where the bond is unsatisfied
        x1, x2, x3, x4 = me ^ other[r], me ^ other[r + 2], me ^ side, me ^ far
        odd12, odd34 = x1 ^ x2, x3 ^ x4
        two_or_more = (x1 & x2) | (x3 & x4) | (odd12 & odd34)
        one = odd12 | odd34  # holds where there are fewer than two
        last, undecided = ~free[r], ~two_or_more & free[r]
        a, b, c, n = a_row[r], b_row[r], c_row[r], n_row[r]
        a, b, c, n, last, undecided = _four_digits(
            a, b, c, n, last, undecided, one, d4, d8, 0, step
        )
        a, b, c, n, last, undecided = _four_digits(
            a, b, c, n, last, undecided, one, d4, d8, 4, step
        )
        a, b, c, n, last, undecided = _four_digits(
            a, b, c, n, last, undecided, one, d4, d8, 8, step
        )
        a_row[r], b_row[r], c_row[r], n_row[r] = a, b, c, n
        moving[r + 1] = me ^ ~(last | undecided)
        open_rows[r], one_rows[r] = undecided, one
        flags[r] = undecided != np.uint64(0)


@numba.njit(inline="always")
def _settle(moving, a_row, b_row, c_row, n_row, open_rows, one_rows, flags, d4, d8):
    """Decide the few sites whose first 12 digits equal those of their threshold.

    flags: a byte for each row, eight to a word, so that a test looks at eight rows: a mispredicted
    branch costs as much as the twelve digits of twenty sites.
    """
    for group in range(flags.shape[0]):
        rows = flags[group]
        while rows:
            place, rows = lowest_row(rows)
            r = 8 * group + place
            was_open = undecided = open_rows[r]
            last = np.uint64(0)
            a, b, c, n = a_row[r], b_row[r], c_row[r], n_row[r]
            k = LEADING_WORDS
            while undecided and k < MOST_WORDS:
                a, b, c, n, last, undecided = _digit(
                    a, b, c, n, last, undecided, one_rows[r], d4[k], d8[k], np.uint64(1)
                )
                k += 1
            a_row[r], b_row[r], c_row[r], n_row[r] = a, b, c, n
            moving[r + 1] ^= was_open & ~(last | undecided)


@dataclass
class State:
    """What the kernel keeps of chains: see `sweep_chains`."""

    system: "Ising"
    words: NDArray[np.uint64]
    streams: NDArray[np.uint64]
    limits: NDArray[np.uint64]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins
    system: Ising = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    return State(
        system,
        pack(system, starts),
        np.stack([word_states(chain, words_of_row(chain.size)) for chain in chains]),
        np.array([thresholds(chain) for chain in chains], np.uint64),
    )


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    wraps = state.system.column_wrap, state.system.row_wrap
    sweep_chains(state.words, state.streams, state.limits, sweeps, *wraps)


def images(state: State) -> Spins:
    return unpack(state.system, state.words)


def observables(state: State) -> Observed:
    system, size = state.system, state.words.shape[-1]
    bonds = 2 * size * size - (size if system.has_fixed_rows else 0)
    unsatisfied = unsatisfied_bonds(state.words, system.column_wrap, system.row_wrap)
    return {"energy": 2 * unsatisfied - bonds}


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps, column_wrap, row_wrap):
    """Advance n independent chains, in place.

    words: (n, 2, W, L) uint64, colour by word by row. streams: (n, 4, W, L) uint64, the SFC64 state
    a, b, c and counter of each word. thresholds: (n, 2) uint64, exp(-4/T) and exp(-8/T) times
    2**64. sweeps: (n,) int64. column_wrap, row_wrap: +1 periodic, -1 antiperiodic; row_wrap 0: no
    wrap, and the first and last row never move. Nothing is checked here: `simulate` does.
    """
    count, size = words.shape[2], words.shape[3]
    padded = -(-size // VECTOR) * VECTOR
    left, right, first, last, seam, free = geometry(size, padded, count, column_wrap)
    joined = seam.copy()
    if row_wrap == 0:
        free[:, 0] = free[:, size - 1] = np.uint64(0)
    spins = np.zeros((2, count, padded + 2), np.uint64)  # row r stands at r + 1, between halo rows
    # each part of the state of all words together: the vectoriser looks whether rows overlap for
    # all words at once
    a_rows, b_rows = np.empty((count, padded), np.uint64), np.empty((count, padded), np.uint64)
    c_rows, n_rows = np.empty((count, padded), np.uint64), np.empty((count, padded), np.uint64)
    open_rows, one_rows = np.empty(padded, np.uint64), np.empty(padded, np.uint64)
    flags = np.zeros(padded // VECTOR, np.uint64)
    row_flags = flags.view(np.uint8)
    step = flags[0] + np.uint64(1)  # see `sfc64`
    for chain in range(words.shape[0]):
        for w in range(count):
            for r in range(size):
                for colour in range(2):
                    spins[colour, w, r + 1] = words[chain, colour, w, r]
                a_rows[w, r], b_rows[w, r] = streams[chain, 0, w, r], streams[chain, 1, w, r]
                c_rows[w, r], n_rows[w, r] = streams[chain, 2, w, r], streams[chain, 3, w, r]
        d4, d8 = digits(thresholds[chain, 0]), digits(thresholds[chain, 1])
        leading4, leading8 = leading(d4), leading(d8)
        for _ in range(sweeps[chain]):
            for colour in range(2):
                others = spins[1 - colour]
                halo(others, size, row_wrap)
                if count > 1:
                    join(
                        others, size, left[colour], right[colour], first[colour], last[colour],
                        seam[colour], joined[colour],
                    )  # fmt: skip
                for w in range(count):
                    moving, other = spins[colour, w], others[w]
                    a_row, b_row, c_row, n_row = a_rows[w], b_rows[w], c_rows[w], n_rows[w]
                    _propose(
                        moving, other, left[colour, w], right[colour, w], joined[colour, w],
                        free[w], a_row, b_row, c_row, n_row,
                        open_rows, one_rows, row_flags, leading4, leading8, step,
                    )  # fmt: skip
                    _settle(moving, a_row, b_row, c_row, n_row, open_rows, one_rows, flags, d4, d8)
        for w in range(count):
            for r in range(size):
                for colour in range(2):
                    words[chain, colour, w, r] = spins[colour, w, r + 1]
                streams[chain, 0, w, r], streams[chain, 1, w, r] = a_rows[w, r], b_rows[w, r]
                streams[chain, 2, w, r], streams[chain, 3, w, r] = c_rows[w, r], n_rows[w, r]


@compiled(error_model="numpy")
def unsatisfied_bonds(words, column_wrap, row_wrap):
    """Of lattices as `sweep_chains` has them: (n,)."""
    count, size = words.shape[2], words.shape[3]
    left, right, first, last, seam, sites = geometry(size, size, count, column_wrap)
    joined, others = seam[0].copy(), np.zeros((count, size + 2), np.uint64)
    found = np.zeros(words.shape[0], np.int64)
    for chain in range(words.shape[0]):
        others[:, 1 : size + 1] = words[chain, 1]
        halo(others, size, row_wrap)
        if count > 1:
            join(others, size, left[0], right[0], first[0], last[0], seam[0], joined)
        for w in range(count):
            for r in range(size):
                me, side, mine = words[chain, 0, w, r], others[w, r + 1], sites[w, r]
                far = ((side << left[0, w, r]) | (side >> right[0, w, r])) ^ joined[w, r]
                found[chain] += ones((me ^ side) & mine) + ones((me ^ far) & mine)
                if r > 0 or row_wrap != 0:
                    found[chain] += ones((me ^ others[w, r]) & mine)
                if r < size - 1 or row_wrap != 0:
                    found[chain] += ones((me ^ others[w, r + 2]) & mine)
    return found
