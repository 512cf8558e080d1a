"""The specification of the Metropolis update, as plain loops over sites.

`three.py` and `ten.py` do the same thing to all sites of a colour of the checkerboard at once; a
test holds them equal bit for bit. Nothing here is fast, and nothing here knows of packed words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.streams import LEADING_WORDS, below, row_streams
from ising_bench.systems.potts.starts import start
from ising_bench.systems.potts.thresholds import thresholds

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts


@dataclass
class State:
    """What the loops keep of chains: their lattices, (n, L, L), the streams of their rows, and the
    acceptance probabilities of costs 1 to 4, times 2**64."""

    system: "Potts"
    spins: Spins
    streams: list[list[np.random.SFC64]]
    limits: list[tuple[int, ...]]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins.copy()
    system: Potts = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    streams = [row_streams(chain) for chain in chains]
    return State(system, starts, streams, [thresholds(chain) for chain in chains])


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        for _ in range(number):
            sweep(state.system.states, state.spins[i], state.streams[i], state.limits[i])


def images(state: State) -> Spins:
    return state.spins.copy()


def observables(state: State) -> Observed:
    return {"energy": state.system.energy(state.spins)}


def sweep(
    states: int, spins: Spins, streams: list[np.random.SFC64], limits: tuple[int, ...]
) -> None:
    """One checkerboard Metropolis sweep of an L x L lattice, in place.

    First every site with even row + column, then every site with odd. The stream of a row gives
    each half-sweep the words of its proposals, bit j of each being about the row's j-th site of
    that colour of the checkerboard from the left, and then 12 words, then one more at a time while
    any site is undecided, at most 64: bit j of these, first word most significant, is the uniform
    number u of that site, and u below the threshold of the move's cost accepts it, compared digit
    by digit until they differ. What costs nothing is accepted.
    """
    size = spins.shape[0]
    for colour in (0, 1):
        for row in range(size):
            columns = range((row + colour) % 2, size, 2)
            old = [int(spins[row, column]) for column in columns]
            proposed = _PROPOSALS[states](old, streams[row])
            words = [int(streams[row].random_raw()) for _ in range(LEADING_WORDS)]
            for j, column in enumerate(columns):
                around = _neighbours(spins, row, column)
                cost = around.count(old[j]) - around.count(proposed[j])
                if cost <= 0 or below(limits[cost - 1], j, words, streams[row]):
                    spins[row, column] = proposed[j]


def _neighbours(spins: Spins, row: int, column: int) -> list[int]:
    size = spins.shape[0]
    steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
    return [int(spins[(row + r) % size, (column + c) % size]) for r, c in steps]


def _one_of_two(old: list[int], stream: np.random.SFC64) -> list[int]:
    """Three colours, one word: a one means the next colour, cyclically, a zero the one before."""
    word = int(stream.random_raw())
    return [(s + (1 if word >> j & 1 else 2)) % 3 for j, s in enumerate(old)]


def _one_of_nine(old: list[int], stream: np.random.SFC64) -> list[int]:
    """Ten colours: six words give each site a number from 0 to 63, its lowest digit first, 63
    meaning that the next six decide; the first twelve words are always taken. r is the number
    modulo 9, and the r-th of the other colours is proposed."""
    numbers: list[int] = [63] * len(old)
    taken = 0
    while taken < 2 or 63 in numbers:
        words = [int(stream.random_raw()) for _ in range(6)]
        drawn = [sum((w >> j & 1) << i for i, w in enumerate(words)) for j in range(len(old))]
        numbers = [new if was == 63 else was for was, new in zip(numbers, drawn, strict=True)]
        taken += 1
    return [r if r < s else r + 1 for r, s in zip([n % 9 for n in numbers], old, strict=True)]


_PROPOSALS = {3: _one_of_two, 10: _one_of_nine}
