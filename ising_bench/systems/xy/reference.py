"""The specification of the Metropolis update, as plain loops over sites.

`kernel.py` does the same thing to all rows at once; a test holds them equal bit for bit. Nothing
here is fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.streams import row_streams
from ising_bench.systems.xy.acceptance import acceptance, settings_of
from ising_bench.systems.xy.cosine import COSINE
from ising_bench.systems.xy.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY


@dataclass
class State:
    """What the loops keep of chains: their lattices, (n, L, L), the streams of their rows, and
    window, slope and limit of each."""

    system: "XY"
    spins: Spins
    streams: list[list[np.random.SFC64]]
    settings: list[tuple[int, int, int]]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins.copy()
    system: XY = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    found = [settings_of(chain.grid.exact(chain.point), system.directions) for chain in chains]
    return State(system, starts, [row_streams(chain) for chain in chains], found)


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        for _ in range(number):
            sweep(state.spins[i], state.system.step, state.streams[i], *state.settings[i])


def images(state: State) -> Spins:
    return state.spins.copy()


def observables(state: State) -> Observed:
    return {"energy": state.system.energy(state.spins)}


def sweep(
    spins: Spins, step: int, streams: list[np.random.SFC64], window: int, slope: int, limit: int
) -> None:
    """One checkerboard Metropolis sweep of an L x L lattice, in place.

    First every site with even row + column, then every site with odd, from left to right. The
    stream of the site's row gives one word: bit 63 says whether the angle turns back or on, bits 55
    to 32 by how many directions, 1 to `window`, and bits 31 to 0 are a uniform number, which below
    `acceptance` of the cost accepts the move. What costs nothing is accepted.
    """
    size = spins.shape[0]
    for colour in (0, 1):
        for row in range(size):
            for column in range((row + colour) % 2, size, 2):
                word = int(streams[row].random_raw())
                turn = step * (1 + ((word >> 32 & 0xFFFFFF) * window >> 24))
                old = int(spins[row, column])
                new = (old - turn if word >> 63 else old + turn) % 256
                cost = 0
                for other in _neighbours(spins, row, column):
                    cost += int(COSINE[(old - other) % 256]) - int(COSINE[(new - other) % 256])
                if cost <= 0 or word & 0xFFFFFFFF < _accepted(min(cost, limit), slope):
                    spins[row, column] = new


def _accepted(cost: int, slope: int) -> int:
    return int(acceptance.py_func(np.uint64(cost), np.uint64(slope)))


def _neighbours(spins: Spins, row: int, column: int) -> list[int]:
    size = spins.shape[0]
    steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
    return [int(spins[(row + r) % size, (column + c) % size]) for r, c in steps]
