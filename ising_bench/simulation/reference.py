"""The specification of the Metropolis update, as plain loops over sites.

`metropolis.py` does the same thing to all sites of a colour at once; a test holds the two equal bit
for bit. Nothing here is fast, and nothing here knows of packed words: couplings are read from the
system, spins are +1 and -1.
"""

import numpy as np
from numpy.typing import NDArray

from ising_bench.arrays import Spins
from ising_bench.simulation.thresholds import acceptance_thresholds
from ising_bench.systems import System

LEADING_WORDS = 12
MOST_WORDS = 64


def row_stream(state: NDArray[np.uint64]) -> np.random.SFC64:
    """The SFC64 generator of one lattice row, from its state words a, b, c; the counter is 1."""
    stream = np.random.SFC64(0)
    full = stream.state
    full["state"]["state"] = np.array([*state, 1], np.uint64)
    stream.state = full
    return stream


def local_fields(system: System, spins: Spins, row: int, column: int) -> list[int]:
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


def acceptance(system: System, spins: Spins, row: int, column: int, hundredths: int) -> int:
    """The probability that a proposed flip of this site is accepted, times 2**64."""
    fields = local_fields(system, spins, row, column)
    unsatisfied = sum(field * int(spins[row, column]) < 0 for field in fields)
    threshold4, threshold8 = acceptance_thresholds(hundredths)
    return (threshold8, threshold4, 2**64, 2**64, 2**64)[unsatisfied]


def sweep(system: System, spins: Spins, streams: list[np.random.SFC64], hundredths: int) -> None:
    """One checkerboard Metropolis sweep of an L x L lattice, in place.

    First every site with even row + column, then every site with odd. The stream of a row gives
    12 words to each half-sweep, then one more at a time while any site of the row is undecided, at
    most 64. Bit j of the words, first word most significant, is the uniform number u of the row's
    j-th site of that colour from the left: u and the threshold are compared digit by digit until
    they differ, and u < threshold accepts. Rows that are fixed take no words.
    """
    size = spins.shape[0]
    for colour in (0, 1):
        for row in range(size):
            if system.has_fixed_rows and row in (0, size - 1):
                continue
            words = [int(streams[row].random_raw()) for _ in range(LEADING_WORDS)]
            for j, column in enumerate(range((row + colour) % 2, size, 2)):
                threshold = acceptance(system, spins, row, column, hundredths)
                if threshold == 2**64 or _below(threshold, j, words, streams[row]):
                    spins[row, column] *= -1  # no later site of this half-sweep is its neighbour


def _below(threshold: int, j: int, words: list[int], stream: np.random.SFC64) -> bool:
    """Whether the number in bit j of the words is below the threshold; takes words as needed."""
    for digit in range(MOST_WORDS):
        if digit == len(words):
            words.append(int(stream.random_raw()))
        ours, limit = (words[digit] >> j) & 1, (threshold >> (63 - digit)) & 1
        if ours != limit:
            return ours < limit
    return False
