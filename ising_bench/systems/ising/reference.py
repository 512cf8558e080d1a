"""The specification of the Metropolis update, as plain loops over sites.

`kernel.py` does the same thing to all sites of a colour at once; a test holds the two equal bit
for bit. Nothing here is fast, and nothing here knows of packed words: couplings are read from the
system, spins are +1 and -1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.multispin import WORD, words_of_row
from ising_bench.simulation.streams import LEADING_WORDS, below, stream_of, word_states
from ising_bench.systems.ising.acceptance import thresholds
from ising_bench.systems.ising.starts import start

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


Streams = list[np.random.SFC64]  # of one row
Limits = tuple[int, int]  # acceptance probabilities of dE = 4 and of dE = 8, times 2**64


@dataclass
class State:
    """What the loops keep of chains: their lattices, (n, L, L), the streams of their rows, one for
    each 64 sites of a colour, and the acceptance probabilities."""

    system: "Ising"
    spins: Spins
    streams: list[list[Streams]]
    limits: list[Limits]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins.copy()
    system: Ising = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    streams = [_streams(chain) for chain in chains]
    return State(system, starts, streams, [thresholds(chain) for chain in chains])


def _streams(chain: Chain) -> list[Streams]:
    states = word_states(chain, words_of_row(chain.size))
    return [[stream_of(state) for state in row.T] for row in states.transpose(2, 0, 1)]


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        for _ in range(number):
            sweep(state.system, state.spins[i], state.streams[i], state.limits[i])


def images(state: State) -> Spins:
    return state.spins.copy()


def observables(state: State) -> Observed:
    return {"energy": state.system.energy(state.spins)}


def local_fields(system: "Ising", spins: Spins, row: int, column: int) -> list[int]:
    """J_ij s_j of the four bonds of a site (none of them across a boundary of fixed rows)."""
    size = spins.shape[0]
    fields = []
    for d_row, d_column in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        sign = system.coupling
        if not 0 <= row + d_row < size:
            sign *= system.row_wrap
        if not 0 <= column + d_column < size:
            sign *= system.column_wrap
        fields.append(sign * int(spins[(row + d_row) % size, (column + d_column) % size]))
    return fields


def acceptance(system: "Ising", spins: Spins, row: int, column: int, limits: Limits) -> int:
    """The probability that a proposed flip of this site is accepted, times 2**64."""
    fields = local_fields(system, spins, row, column)
    unsatisfied = sum(field * int(spins[row, column]) < 0 for field in fields)
    return (limits[1], limits[0], 2**64, 2**64, 2**64)[unsatisfied]


def sweep(system: "Ising", spins: Spins, streams: list[Streams], limits: Limits) -> None:
    """One checkerboard Metropolis sweep of an L x L lattice, in place.

    First every site with even row + column, then every site with odd. A stream of a row gives 12
    words to each half-sweep, then one more at a time while any of its sites is undecided, at most
    64. Bit j of the words, first word most significant, is the uniform number u of the row's j-th
    site of that colour from the left, of the first 64; a second stream serves the second 64, and so
    on. u and the threshold are compared digit by digit until they differ, and u < threshold
    accepts. Rows that are fixed take no words.
    """
    size = spins.shape[0]
    for colour in (0, 1):
        for row in range(size):
            if system.has_fixed_rows and row in (0, size - 1):
                continue
            words = [[int(s.random_raw()) for _ in range(LEADING_WORDS)] for s in streams[row]]
            for j, column in enumerate(range((row + colour) % 2, size, 2)):
                word, bit = divmod(j, WORD)
                threshold = acceptance(system, spins, row, column, limits)
                if threshold == 2**64 or below(threshold, bit, words[word], streams[row][word]):
                    spins[row, column] *= -1  # no later site of this half-sweep is its neighbour
