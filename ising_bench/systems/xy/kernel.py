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
from ising_bench.systems.xy.cosine import TURN, UNIT_BITS, cosine, nearly
from ising_bench.systems.xy.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY

_LANES = 16  # rows are padded to a multiple of this: a scalar remainder loop costs a tenth
_0, _1, _24, _31 = np.int32(0), np.int32(1), np.int32(24), np.int32(31)
_8, _24_BITS, _32 = np.uint32(8), np.uint32((1 << 24) - 1), np.uint64(32)
# `contract`: products and sums may fuse, as nothing here depends on the last digit of either
_loop = numba.njit(error_model="numpy", fastmath={"contract"}, inline="always")

_NOTHING, _TWO = np.float32(0), np.float32(2)
_QUARTER = np.int32(TURN // 4)
# A cost from vectors is nearer than this to that of rounded bonds, in units of 2**-18 J: eight of
# them are off by a half at most, and single precision by less than one more
_OFF, _ANY = 6, 2.0**64
_CLOSE = np.float32(_OFF << UNIT_BITS)


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
            _rough(slope),
            int(number),
        )


def _rough(slope: int) -> tuple[np.float32, np.float32]:
    """For `_decide`: the slope in its units, and by what part a chance from a rough cost is off at
    most. At T = 0 that is so much that all is decided by the definition."""
    far = min(2 ** (_OFF * slope / 2**57), _ANY)
    return np.float32(slope / 2**80), np.float32(far * (1 + 2**-13) - 1)


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


@_loop
def _draw(streams, high, low):
    """The next word of each row's SFC64 stream, in halves."""
    for r in range(len(high)):
        a, b, c, n = streams[0, r], streams[1, r], streams[2, r], streams[3, r]
        word = a + b + n
        streams[3, r] = n + np.uint64(1)
        streams[0, r] = b ^ (b >> np.uint64(11))
        streams[1, r] = c + (c << np.uint64(3))
        streams[2, r] = ((c << np.uint64(24)) | (c >> np.uint64(40))) + word
        high[r] = np.uint32(word >> _32)
        low[r] = np.uint32(word)


@_loop
def _propose(angles, colour, j, high, window, step, new):
    for r in range(len(new)):
        turn = shr(mul(np.int32(high[r] & _24_BITS), window), _24)
        turn = mul(step, add(turn, _1))
        back = shr(np.int32(high[r]), _31)
        new[r] = add(angles[colour, j, r + 1], sub(np.int32(turn ^ back), back))


@_loop
def _components(angles, turned, components):
    """2**18 times a component of the unit vectors of angles, turned back by so much."""
    for r in range(len(components)):
        components[r] = nearly(sub(angles[r], turned))


@_loop
def _field(vectors, other, j, before, after, field):
    """A component of the sum of the vectors of the four neighbours."""
    for r in range(len(field)):
        one, two = vectors[other, before, r + 1], vectors[other, after, r + 1]
        far = two if (r ^ other) & 1 == 0 else one
        near = vectors[other, j, r] + vectors[other, j, r + 2]
        field[r] = near + (vectors[other, j, r + 1] + far)


@_loop
def _decide(low, x, y, colour, j, new_x, new_y, field_x, field_y, rough, taken):
    """Which moves are accepted, -1 or 0, by rough costs; and whether one is too close for that."""
    close = _0
    slope, off = rough
    for r in range(len(taken)):
        cost = (x[colour, j, r + 1] - new_x[r]) * field_x[r]  # in units of 2**-36 J
        cost += (y[colour, j, r + 1] - new_y[r]) * field_y[r]
        chance = roughly(cost if cost > _NOTHING else _NOTHING, slope)
        beyond = np.float32(np.int32(low[r] >> _8)) - chance
        taken[r] = sub(_0, np.int32(beyond < _NOTHING))
        unsure = (abs(beyond) <= chance * off + _TWO) | (abs(cost) <= _CLOSE)
        close = union(close, np.int32(unsure))
    return close


@numba.njit(inline="always")
def _bonds(angle, above, below, beside, far):
    """The sum of the cosines of four differences."""
    one = cosine(sub(angle, above)) + cosine(sub(angle, below))
    other = cosine(sub(angle, beside)) + cosine(sub(angle, far))
    return one + other


@_loop
def _price(angles, colour, j, before, after, new, cost):
    """By the definition, in units of 2**-18 J."""
    other = 1 - colour
    for r in range(len(new)):
        one, two = angles[other, before, r + 1], angles[other, after, r + 1]
        far = two if (r ^ other) & 1 == 0 else one
        above, below = angles[other, j, r], angles[other, j, r + 2]
        beside = angles[other, j, r + 1]
        cost[r] = _bonds(angles[colour, j, r + 1], above, below, beside, far)
        cost[r] -= _bonds(new[r], above, below, beside, far)


@_loop
def _decide_closely(low, cost, slope, limit, taken):
    """By the definition."""
    for r in range(len(taken)):
        at = np.uint64(np.int64(min(max(np.int32(cost[r]), _0), limit)))
        taken[r] = -np.int32((cost[r] <= _NOTHING) | (np.uint64(low[r]) < acceptance(at, slope)))


@_loop
def _move(bits, colour, j, new, taken):
    """Of angles, or of the bits of vectors."""
    for r in range(len(new)):
        old = bits[colour, j, r + 1]
        bits[colour, j, r + 1] = np.int32(old ^ (np.int32(old ^ new[r]) & taken[r]))


@_loop
def _close_circle(rows, colour, size):
    """The last row again before the first, the first after the last."""
    for j in range(rows.shape[1]):
        rows[colour, j, 0] = rows[colour, j, size]
        rows[colour, j, size + 1] = rows[colour, j, 1]


# No array is cut in the loops: each piece would be counted in and out, at 5 ns
@compiled(error_model="numpy", fastmath={"contract"})
def sweep_chain(held, streams, size, step, window, slope, limit, rough, sweeps):
    """See `State`; of one chain."""
    angles = held.astype(np.int32)
    columns, rows = angles.shape[1], angles.shape[2] - 2
    x, y = np.empty(angles.shape, np.float32), np.empty(angles.shape, np.float32)
    for colour in range(2):
        for j in range(columns):
            _components(angles[colour, j], _0, x[colour, j])
            _components(angles[colour, j], _QUARTER, y[colour, j])
    x_bits, y_bits = x.view(np.int32), y.view(np.int32)
    high, low = np.empty(rows, np.uint32), np.empty(rows, np.uint32)
    new, taken = np.empty(rows, np.int32), np.empty(rows, np.int32)
    new_x, new_y = np.empty(rows, np.float32), np.empty(rows, np.float32)
    new_x_bits, new_y_bits = new_x.view(np.int32), new_y.view(np.int32)
    field_x, field_y = np.empty(rows, np.float32), np.empty(rows, np.float32)
    for _ in range(sweeps):
        for colour in range(2):
            _close_circle(angles, 1 - colour, size)
            _close_circle(x, 1 - colour, size)
            _close_circle(y, 1 - colour, size)
            for j in range(columns):
                before, after = (j - 1) % columns, (j + 1) % columns
                _draw(streams, high, low)
                _propose(angles, colour, j, high, window, step, new)
                _components(new, _0, new_x)
                _components(new, _QUARTER, new_y)
                _field(x, 1 - colour, j, before, after, field_x)
                _field(y, 1 - colour, j, before, after, field_y)
                if _decide(low, x, y, colour, j, new_x, new_y, field_x, field_y, rough, taken):
                    _price(angles, colour, j, before, after, new, field_x)
                    _decide_closely(low, field_x, slope, limit, taken)
                _move(angles, colour, j, new, taken)
                _move(x_bits, colour, j, new_x_bits, taken)
                _move(y_bits, colour, j, new_y_bits, taken)
    held[:] = angles.astype(np.uint8)


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
