"""The bit-parallel Metropolis kernel: fifty sites in a word, several words in a vector.

Checkerboard order (Metropolis et al., J. Chem. Phys. 21, 1087, 1953; multispin coding after
Creutz, Bhanot and Neuberger, J. Comput. Phys. 42, 1981): a sweep proposes every site with even
row + column, then every site with odd. A proposal that breaks no more bonds than it mends
(dE <= 0) is accepted; with one unsatisfied bond (dE = 4) it is accepted with probability
exp(-4/T), with none (dE = 8) with exp(-8/T).

One 64-bit word holds the L/2 sites of one colour in one row, so all of them move at once::

    column      0   1   2   3   4   5  ...
    even row    A0  B0  A1  B1  A2  B2 ...      A: colour 0, B: colour 1, digit: bit in the word
    odd row     B0  A0  B1  A1  B2  A2 ...

Above, below and one side neighbour of a word stand at the same bit positions, the other side
neighbour one bit away, to the left or right by the parity of row + colour. Spin up is bit 1.

Randomness is part of the release. Lattice row r owns one SFC64 stream (Doty-Humphrey, PractRand;
the raw output of numpy.random.SFC64). In each half-sweep a row takes words from it: bit j of the
n-th word is the n-th binary digit, most significant first, of the uniform number of site j, which
is compared with the 64-bit threshold of that site. It takes 12 words, then more, one at a time,
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
from ising_bench.ndarrays import Spins
from ising_bench.simulation.streams import row_states
from ising_bench.systems.ising.acceptance import thresholds
from ising_bench.systems.ising.packing import pack, unpack
from ising_bench.systems.ising.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

LEADING_WORDS = 12  # words that each row takes in every half-sweep; the tail decides the rest
_VECTOR = 8  # rows are padded to a multiple of this: a scalar remainder loop costs a tenth


@numba.njit
def _digit(a, b, c, n, last, undecided, one, digit4, digit8, step):
    """One SFC64 step (state a, b, c, counter n) and one binary digit of the comparison.

    last: the last digit of each site's number that was looked at, while it was undecided. Where
    that differs from the threshold's the site is decided, and its number is below if the digit is
    0.
    """
    word = (a + n) + b
    a = b ^ (b >> np.uint64(11))
    b = c + (c << np.uint64(3))
    c = ((c << np.uint64(24)) | (c >> np.uint64(40))) + word
    digit = (one & digit4) | (~one & digit8)
    last = (undecided & word) | (~undecided & last)
    undecided &= ~(word ^ digit)
    return a, b, c, n + step, last, undecided


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


@numba.njit
def _digits(threshold):
    """The 64 binary digits of a threshold, each spread over a whole word."""
    digits = np.empty(64, np.uint64)
    for k in range(64):
        digits[k] = np.uint64(0) - ((threshold >> np.uint64(63 - k)) & np.uint64(1))
    return digits


@numba.njit
def _leading(d):
    """The LEADING_WORDS first digits as scalars: read from an array they stop the vectoriser."""
    return d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11]


@numba.njit
def _geometry(size, padded, column_wrap, row_wrap):
    """Where the far side neighbour stands, for each colour and row, and which sites may move.

    The far neighbour of bit j is bit j - 1 where row + colour is even (rotate left by one), else
    bit j + 1; `seam` marks the bit whose far neighbour lies across an antiperiodic wrap.
    """
    half = np.uint64(size // 2)
    lowest, highest = np.uint64(1), np.uint64(1) << (half - np.uint64(1))
    left, right = np.zeros((2, padded), np.uint64), np.zeros((2, padded), np.uint64)
    seam, free = np.zeros((2, padded), np.uint64), np.zeros(padded, np.uint64)
    for r in range(size):
        if row_wrap != 0 or 0 < r < size - 1:
            free[r] = highest | (highest - np.uint64(1))
        for colour in range(2):
            lower = (r + colour) % 2 == 0
            left[colour, r] = np.uint64(1) if lower else half - np.uint64(1)
            right[colour, r] = half - left[colour, r]
            if column_wrap == -1:
                seam[colour, r] = lowest if lower else highest
    return left, right, seam, free


# Inlined before compilation: only there can the vectoriser see that the workspaces do not overlap.
@numba.njit(inline="always")
def _propose(
    moving, other, left, right, seam, free, state, open_rows, one_rows, flags, d4, d8, step
):
    """Propose every site of one colour; what 12 digits leave undecided goes to `_settle`."""
    a_row, b_row, c_row, n_row = state[0], state[1], state[2], state[3]
    for r in range(free.shape[0]):
        me, side = moving[r + 1], other[r + 1]
        far = ((side << left[r]) | (side >> right[r])) ^ seam[r]
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
def _settle(moving, state, open_rows, one_rows, flags, d4, d8):
    """Decide the few sites whose first 12 digits equal those of their threshold.

    flags: a byte for each row, eight to a word, so that a test looks at eight rows: a mispredicted
    branch costs as much as the twelve digits of twenty sites.
    """
    for group in range(flags.shape[0]):
        rows = flags[group]
        while rows:
            lowest = rows & (np.uint64(0) - rows)
            rows ^= lowest
            # a byte of the constant for each place that the lowest bit can have
            r = 8 * group + np.int64((lowest * np.uint64(0x0001020304050607)) >> np.uint64(56))
            was_open = undecided = open_rows[r]
            last = np.uint64(0)
            a, b, c, n = state[0, r], state[1, r], state[2, r], state[3, r]
            k = LEADING_WORDS
            while undecided and k < 64:
                a, b, c, n, last, undecided = _digit(
                    a, b, c, n, last, undecided, one_rows[r], d4[k], d8[k], np.uint64(1)
                )
                k += 1
            state[0, r], state[1, r], state[2, r], state[3, r] = a, b, c, n
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
        np.stack([row_states(chain) for chain in chains]),
        np.array([thresholds(chain) for chain in chains], np.uint64),
    )


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    wraps = state.system.column_wrap, state.system.row_wrap
    sweep_chains(state.words, state.streams, state.limits, sweeps, *wraps)


def images(state: State) -> Spins:
    return unpack(state.system, state.words)


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps, column_wrap, row_wrap):
    """Advance n independent chains, in place.

    words: (n, 2, L) uint64, colour by row. streams: (n, 4, L) uint64, the SFC64 state a, b, c and
    counter of each row. thresholds: (n, 2) uint64, exp(-4/T) and exp(-8/T) times
    2**64. sweeps: (n,) int64. column_wrap, row_wrap: +1 periodic, -1 antiperiodic; row_wrap 0: no
    wrap, and the first and last row never move. Nothing is checked here: `simulate` does.
    """
    size = words.shape[2]
    padded = -(-size // _VECTOR) * _VECTOR
    left, right, seam, free = _geometry(size, padded, column_wrap, row_wrap)
    spins = np.zeros((2, padded + 2), np.uint64)  # row r stands at r + 1, between halo rows
    state = np.empty((4, padded), np.uint64)
    open_rows, one_rows = np.empty(padded, np.uint64), np.empty(padded, np.uint64)
    flags = np.zeros(padded // _VECTOR, np.uint64)
    row_flags = flags.view(np.uint8)
    # 1, though the compiler cannot know: else it adds the counter last, and all words wait for that
    step = flags[0] + np.uint64(1)
    wrap_mask = np.uint64(0)  # a halo row is the complement of its original where rows wrap with -1
    if row_wrap == -1:
        wrap_mask = ~wrap_mask

    for chain in range(words.shape[0]):
        for r in range(size):
            for colour in range(2):
                spins[colour, r + 1] = words[chain, colour, r]
            for i in range(4):
                state[i, r] = streams[chain, i, r]
        d4, d8 = _digits(thresholds[chain, 0]), _digits(thresholds[chain, 1])
        leading4, leading8 = _leading(d4), _leading(d8)
        for _ in range(sweeps[chain]):
            for colour in range(2):
                moving, other = spins[colour], spins[1 - colour]
                other[0], other[size + 1] = other[size] ^ wrap_mask, other[1] ^ wrap_mask
                _propose(
                    moving, other, left[colour], right[colour], seam[colour], free,
                    state, open_rows, one_rows, row_flags, leading4, leading8, step,
                )  # fmt: skip
                _settle(moving, state, open_rows, one_rows, flags, d4, d8)
        for r in range(size):
            for colour in range(2):
                words[chain, colour, r] = spins[colour, r + 1]
            for i in range(4):
                streams[chain, i, r] = state[i, r]
