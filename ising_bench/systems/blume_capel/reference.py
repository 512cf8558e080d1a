"""The specification of the Metropolis update, as plain loops over sites.

`kernel.py` does the same thing to all sites of a colour of the checkerboard at once; a test holds
the two equal bit for bit. Nothing here is fast, and nothing here knows of packed words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.streams import LEADING_WORDS, below, row_streams
from ising_bench.systems.blume_capel.acceptance import COSTS, thresholds
from ising_bench.systems.blume_capel.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.blume_capel.model import BlumeCapel


Limits = dict[int, int]  # acceptance probabilities by cost, times 2**64


@dataclass
class State:
    """What the loops keep of chains: their lattices, (n, L, L), the streams of their rows, and the
    acceptance probabilities."""

    system: "BlumeCapel"
    spins: Spins
    streams: list[list[np.random.SFC64]]
    limits: list[Limits]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins.copy()
    system: BlumeCapel = chains[0].system  # type: ignore[assignment]  # gets its own chains
    streams = [row_streams(chain) for chain in chains]
    limits = [dict(zip(COSTS, thresholds(chain), strict=True)) for chain in chains]
    return State(system, starts, streams, limits)


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        for _ in range(number):
            sweep(state.spins[i], state.streams[i], state.limits[i])


def images(state: State) -> Spins:
    return state.spins.copy()


def observables(state: State) -> Observed:
    return {"energy": state.system.energy(state.spins)}


def sweep(spins: Spins, streams: list[np.random.SFC64], limits: Limits) -> None:
    """One checkerboard Metropolis sweep of an L x L lattice, in place.

    First every site with even row + column, then every site with odd. The stream of a row gives
    each half-sweep one word, bit j of which is about the row's j-th site of that colour of the
    checkerboard from the left: a one proposes the spin that follows in 0, +1, -1, 0, a zero the one
    before. Then it gives 12 words, then one more at a time while any site is undecided, at most 64:
    bit j of these, first word most significant, is the uniform number u of that site, and u below
    the threshold of the move's cost accepts it, compared digit by digit until they differ. What
    costs nothing is accepted.
    """
    size = spins.shape[0]
    for colour in (0, 1):
        for row in range(size):
            step = int(streams[row].random_raw())
            words = [int(streams[row].random_raw()) for _ in range(LEADING_WORDS)]
            for j, column in enumerate(range((row + colour) % 2, size, 2)):
                old = int(spins[row, column])
                new = _following(old) if step >> j & 1 else _following(_following(old))
                cost = cost_of(spins, row, column, new)
                if cost <= 0 or below(limits[cost], j, words, streams[row]):
                    spins[row, column] = new


def _following(spin: int) -> int:
    return {0: 1, 1: -1, -1: 0}[spin]


def cost_of(spins: Spins, row: int, column: int, new: int) -> int:
    """What it costs to put this spin there: -(new - old) h + new**2 - old**2."""
    size, old = spins.shape[0], int(spins[row, column])
    steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
    field = sum(int(spins[(row + r) % size, (column + c) % size]) for r, c in steps)
    return -(new - old) * field + new * new - old * old
