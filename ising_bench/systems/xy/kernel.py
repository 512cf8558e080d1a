"""The fast kernel: the angles of one column and colour of the checkerboard, row beside row, in the
lanes of vector instructions.

Every loop here is over rows and works on numbers of one width, so that it becomes vector code on
any processor; the words of the rows' streams come out side by side, and no number depends on how
many lanes there are.
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
from ising_bench.simulation.int32 import add, mul, shr, sub, union
from ising_bench.simulation.streams import row_states
from ising_bench.systems.xy.acceptance import acceptance, roughly, settings_of
from ising_bench.systems.xy.cosine import cosine
from ising_bench.systems.xy.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY

_LANES = 16  # rows are padded to a multiple of this: a scalar remainder loop costs a tenth
_0, _1, _24, _31 = np.int32(0), np.int32(1), np.int32(24), np.int32(31)
_8, _24_BITS, _32 = np.uint32(8), np.uint32((1 << 24) - 1), np.uint64(32)
# `roughly` is closer than this: by a part, and by a unit of 2**-24 for what is exact to 2**-32
_LESS, _MORE = np.float32(1 - 2**-13), np.float32(1 + 2**-13)
_ONE, _TWO = np.float32(1), np.float32(2)


@dataclass
class State:
    """What the kernel keeps of chains: their angles by colour, column and row, with the last row
    again before the first and the first after the last, (n, 2, L/2, padded L + 2); the states of
    their rows' streams, (n, 4, padded L); and window, slope and limit of each."""

    system: "XY"
    size: int
    angles: NDArray[np.uint8]
    streams: NDArray[np.uint64]
    settings: list[tuple[int, int, int]]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins
    system: XY = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    n, size, _ = starts.shape
    padded = -(-size // _LANES) * _LANES
    angles = np.zeros((n, 2, size // 2, padded + 2), np.uint8)
    for colour in (0, 1):
        for parity in (0, 1):
            columns = starts[:, parity::2, (colour + parity) % 2 :: 2]
            angles[:, colour, :, 1 + parity : size + 1 : 2] = columns.swapaxes(1, 2)
    streams = np.zeros((n, 4, padded), np.uint64)
    streams[:, :, :size] = np.stack([row_states(chain) for chain in chains])
    found = [settings_of(chain.grid.exact(chain.point), system.directions) for chain in chains]
    return State(system, size, angles, streams, found)


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        window, slope, limit = state.settings[i]
        sweep_chain(
            state.angles[i],
            state.streams[i],
            state.size,
            np.int32(state.system.step),
            np.int32(window),
            np.uint64(slope),
            np.int32(limit),
            np.float32(slope / 2**62),
            int(number),
        )


def images(state: State) -> Spins:
    spins = np.empty((len(state.angles), state.size, state.size), np.uint8)
    for colour in (0, 1):
        for parity in (0, 1):
            rows = state.angles[:, colour, :, 1 + parity : state.size + 1 : 2]
            spins[:, parity::2, (colour + parity) % 2 :: 2] = rows.swapaxes(1, 2)
    return spins


def observables(state: State) -> Observed:
    energies = [_energy(angles, state.size) for angles in state.angles]
    return {"energy": np.array(energies, np.int64)}


@numba.njit(inline="always")
def _draw(streams, high, low):
    """The next word of each row's SFC64 stream, in halves."""
    a, b, c, n = streams[0], streams[1], streams[2], streams[3]
    for r in range(len(high)):
        word = a[r] + b[r] + n[r]
        n[r] += np.uint64(1)
        a[r] = b[r] ^ (b[r] >> np.uint64(11))
        b[r] = c[r] + (c[r] << np.uint64(3))
        c[r] = ((c[r] << np.uint64(24)) | (c[r] >> np.uint64(40))) + word
        high[r] = np.uint32(word >> _32)
        low[r] = np.uint32(word)


@numba.njit(inline="always")
def _propose(old, high, window, step, new):
    for r in range(len(new)):
        turn = shr(mul(np.int32(high[r] & _24_BITS), window), _24)
        turn = mul(step, add(turn, _1))
        back = shr(np.int32(high[r]), _31)
        new[r] = np.uint8(add(np.int32(old[r]), sub(np.int32(turn ^ back), back)))


@numba.njit(inline="always")
def _bonds(angle, above, below, beside, far):
    """The sum of the cosines of four differences."""
    one = cosine(sub(angle, np.int32(above))) + cosine(sub(angle, np.int32(below)))
    other = cosine(sub(angle, np.int32(beside))) + cosine(sub(angle, np.int32(far)))
    return one + other


@numba.njit(inline="always")
def _price(old, new, above, below, beside, far, cost):
    for r in range(len(new)):
        before = _bonds(np.int32(old[r]), above[r], below[r], beside[r], far[r])
        after = _bonds(np.int32(new[r]), above[r], below[r], beside[r], far[r])
        cost[r] = np.int32(before - after)


@numba.njit(inline="always")
def _decide(low, cost, rough_slope, taken):
    """Which moves are accepted, -1 or 0, by `roughly`; and whether one is too close for that."""
    close = _0
    for r in range(len(taken)):
        chance = roughly(max(cost[r], _0), rough_slope)
        number = np.float32(np.int32(low[r] >> _8))
        free = cost[r] <= _0
        surely = free | (number + _TWO <= chance * _LESS)
        maybe = free | (number < chance * _MORE + _ONE)
        taken[r] = sub(_0, np.int32(surely))
        close = union(close, np.int32(surely ^ maybe))
    return close


@numba.njit(inline="always")
def _decide_closely(low, cost, slope, limit, taken):
    """The same by the definition."""
    for r in range(len(taken)):
        chance = acceptance(np.uint64(np.int64(min(max(cost[r], _0), limit))), slope)
        taken[r] = -np.int32((cost[r] <= _0) | (np.uint64(low[r]) < chance))


@numba.njit(inline="always")
def _move(angles, new, taken):
    for r in range(len(new)):
        angles[r] ^= (angles[r] ^ new[r]) & np.uint8(taken[r])


# `contract`: products and sums may fuse, as nothing here depends on the last digit of either
@compiled(error_model="numpy", fastmath={"contract"})
def sweep_chain(angles, streams, size, step, window, slope, limit, rough_slope, sweeps):
    """See `State`; of one chain."""
    columns, rows = angles.shape[1], angles.shape[2] - 2
    high, low = np.empty(rows, np.uint32), np.empty(rows, np.uint32)
    far, new = np.empty(rows, np.uint8), np.empty(rows, np.uint8)
    cost, taken = np.empty(rows, np.int32), np.empty(rows, np.int32)
    for _ in range(sweeps):
        for colour in range(2):
            others = angles[1 - colour]
            for j in range(columns):
                others[j, 0], others[j, size + 1] = others[j, size], others[j, 1]
            for j in range(columns):
                mine, beside = angles[colour, j], others[j]
                before, after = others[(j - 1) % columns], others[(j + 1) % columns]
                for r in range(rows):
                    far[r] = after[r + 1] if (r + colour) & 1 else before[r + 1]
                _draw(streams, high, low)
                _propose(mine[1 : rows + 1], high, window, step, new)
                _price(
                    mine[1 : rows + 1], new, beside[:rows], beside[2:], beside[1 : rows + 1], far,
                    cost,
                )  # fmt: skip
                if _decide(low, cost, rough_slope, taken):
                    _decide_closely(low, cost, slope, limit, taken)
                _move(mine[1 : rows + 1], new, taken)


@compiled(error_model="numpy")
def _energy(angles, size):
    columns, total = angles.shape[1], np.int64(0)
    for j in range(columns):
        before, after = angles[1, (j - 1) % columns], angles[1, (j + 1) % columns]
        for r in range(size):
            above = angles[1, j, r if r > 0 else size]
            below = angles[1, j, r + 2 if r + 1 < size else 1]
            far = after[r + 1] if r & 1 else before[r + 1]
            mine, beside = np.int32(angles[0, j, r + 1]), angles[1, j, r + 1]
            total -= np.int64(_bonds(mine, above, below, beside, far))
    return total
