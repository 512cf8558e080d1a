"""The bit-parallel Metropolis kernel: two planes, fifty sites in a word.

See `simulation/multispin.py` for the words, `simulation/three_states.py` for the sweep. Spin 0, +1,
-1 is 00, 01, 10 in the planes low and high.

Every move has a +1 or -1 in it, the spin that is created, annihilated or turned over; x is the sum
of the neighbours times its sign. Creation costs 1 - x, annihilation x - 1, a flip 2 x. Where the
sign is minus the neighbours' planes change places, so that x + 4 counts four times "in the first
plane" and four times "not in the second".
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
    all_sites,
    choose,
    compare,
    count8,
    leading,
    ones,
    pack,
    sfc64,
    unpack,
)
from ising_bench.simulation.streams import row_states
from ising_bench.simulation.three_states import sweep
from ising_bench.systems.blume_capel.acceptance import thresholds
from ising_bench.systems.blume_capel.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.blume_capel.model import BlumeCapel


@dataclass
class State:
    """What the kernel keeps of chains: see `three_states.sweep`."""

    system: "BlumeCapel"
    words: NDArray[np.uint64]
    streams: NDArray[np.uint64]
    limits: NDArray[np.uint64]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins
    system: BlumeCapel = chains[0].system  # type: ignore[assignment]  # gets its own chains
    return State(
        system,
        np.stack([pack(starts == spin)[:, :, 0] for spin in (1, -1)], axis=1),
        np.stack([row_states(chain) for chain in chains]),
        np.array([thresholds(chain) for chain in chains], np.uint64),
    )


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    sweep_chains(state.words, state.streams, state.limits, sweeps)


def images(state: State) -> Spins:
    plus, minus = (unpack(state.words[:, plane, :, None]) for plane in (0, 1))
    return plus.astype(np.int8) - minus.astype(np.int8)


def observables(state: State) -> Observed:
    return {"energy": total_energies(state.words)}


@numba.njit
def _cost(low, high, new_low, new_high, ul, uh, dl, dh, sl, sh, fl, fh):
    """Bits 0, 1 and 2 of the cost (000 where it is 8), and where it is above 0."""
    zero, to_zero = ~(low | high), ~(new_low | new_high)
    minus = high | (zero & new_high)
    b0, b1, b2, b3 = count8(
        choose(minus, uh, ul),
        choose(minus, dh, dl),
        choose(minus, sh, sl),
        choose(minus, fh, fl),
        ~choose(minus, ul, uh),
        ~choose(minus, dl, dh),
        ~choose(minus, sl, sh),
        ~choose(minus, fl, fh),
    )
    created, annihilated = zero, to_zero
    flipped = ~(zero | to_zero)
    costs = (
        (created & ~b3 & ~(b2 & (b0 | b1)))
        | (annihilated & (b3 | (b2 & b1)))
        | (flipped & (b3 | (b2 & (b0 | b1))))
    )
    # 5 - b where created, b - 5 where annihilated, 2 b - 8 where flipped
    c0 = ~flipped & ~b0
    c1 = (created & b1) | (annihilated & (b0 | b3)) | (flipped & b0)
    c2 = (created & ~b2 & ~b1) | (flipped & b1)
    return (c0, c1, c2), costs


@numba.njit
def _first_digits(d):
    return (
        leading(d[0]),
        leading(d[1]),
        leading(d[2]),
        leading(d[3]),
        leading(d[4]),
        leading(d[5]),
        leading(d[6]),
    )


@numba.njit
def _digit(a, b, c, n, last, undecided, which, d1, d2, d3, d4, d5, d6, d8, step):
    """One word of digits against those of the thresholds of the costs."""
    a, b, c, n, word = sfc64(a, b, c, n, step)
    c0, c1, c2 = which
    low = choose(c1, choose(c0, d3, d2), choose(c0, d1, d8))
    high = choose(c1, d6, choose(c0, d5, d4))
    last, undecided = compare(word, choose(c2, high, low), last, undecided)
    return a, b, c, n, last, undecided


@numba.njit
def _one_leading(a, b, c, n, last, und, which, d, k, step):
    d1, d2, d3, d4, d5, d6, d8 = d
    return _digit(
        a, b, c, n, last, und, which, d1[k], d2[k], d3[k], d4[k], d5[k], d6[k], d8[k], step
    )


@numba.njit
def _three_digits(a, b, c, n, last, und, which, d, k, step):
    a, b, c, n, last, und = _one_leading(a, b, c, n, last, und, which, d, k, step)
    a, b, c, n, last, und = _one_leading(a, b, c, n, last, und, which, d, k + 1, step)
    return _one_leading(a, b, c, n, last, und, which, d, k + 2, step)


@numba.njit
def _one_digit(a, b, c, n, last, und, which, d, k):
    return _digit(
        a, b, c, n, last, und, which, d[0, k], d[1, k], d[2, k], d[3, k], d[4, k], d[5, k],
        d[6, k], np.uint64(1),
    )  # fmt: skip


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps):
    """See `three_states.sweep`; thresholds: (n, 7), of the costs 1, 2, 3, 4, 5, 6, 8."""
    sweep(words, streams, thresholds, sweeps, _cost, _first_digits, _three_digits, _one_digit)


@compiled(error_model="numpy")
def total_energies(words):
    """Of lattices (n, 2, 2, L): (n,). Spins that are not 0, less the sum of s s' over bonds."""
    size = words.shape[3]
    half = np.uint64(size // 2)
    sites = all_sites(size)
    found = np.zeros(words.shape[0], np.int64)
    for chain in range(words.shape[0]):
        plus, minus = words[chain, 0], words[chain, 1]
        for r in range(size):
            p, m = plus[0, r], minus[0, r]
            sp, sm = plus[1, r], minus[1, r]
            left = np.uint64(1) if r % 2 == 0 else half - np.uint64(1)
            right = half - left
            found[chain] += ones(p | m) + ones(sp | sm)
            found[chain] -= _bonds(p, m, sp, sm, sites)
            fp, fm = (sp << left) | (sp >> right), (sm << left) | (sm >> right)
            found[chain] -= _bonds(p, m, fp, fm, sites)
            up, down = (r - 1) % size, (r + 1) % size
            found[chain] -= _bonds(p, m, plus[1, up], minus[1, up], sites)
            found[chain] -= _bonds(p, m, plus[1, down], minus[1, down], sites)
    return found


@numba.njit
def _bonds(p, m, other_p, other_m, sites):
    """The sum of s s' over the sites of a row and one neighbour each."""
    like = (p & other_p) | (m & other_m)
    unlike = (p & other_m) | (m & other_p)
    return ones(like & sites) - ones(unlike & sites)
