"""Wolff's cluster update: equilibrium in some hundred steps, where single angles take thousands of
sweeps.

All angles are reflected at a random axis, a -> s - a, those of a cluster: from a random site on, a
neighbour joins with probability 1 - exp(-cost/T), the cost being that of leaving it as it is (U.
Wolff, Phys. Rev. Lett. 62, 361, 1989). In whole numbers as the Metropolis update, so that images
may start from it; it is no kernel of the data, whose sweeps are Metropolis's, and a check of it.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from ising_bench.jit import compiled
from ising_bench.ndarrays import Spins
from ising_bench.simulation.multispin import next_word
from ising_bench.systems.xy.acceptance import acceptance
from ising_bench.systems.xy.cosine import COSINE

_LOW = np.uint64(0xFFFFFFFF)


@numba.njit
def _below(stream, n):
    """A uniform integer from 0 to n - 1: a word modulo n, words of the last, incomplete run of n
    being passed over."""
    limit = ~np.uint64(0) - (~np.uint64(0) % n + np.uint64(1)) % n
    word = next_word(stream)
    while word > limit:
        word = next_word(stream)
    return np.int64(word % n)


@compiled(error_model="numpy")
def grow(spins, step, slope, limit, stream, least):
    """Grow clusters on a lattice (L, L) of angles, multiples of `step`, in place, until at least so
    many sites were turned over. slope, limit: see `acceptance_of`; stream: the SFC64 state (4,).
    The number of clusters.

    One word is the axis, one the first site; a neighbour for which there is a cost takes one word,
    those of the latest site that joined first, its neighbours above, below, left and right.
    """
    size = spins.shape[0]
    rows, columns = np.empty(size * size, np.int64), np.empty(size * size, np.int64)
    turned, grown = 0, 0
    while turned < least:
        grown += 1
        axis = step * _below(stream, np.uint64(256 // step))
        site = _below(stream, np.uint64(size * size))
        rows[0], columns[0], number = site // size, site % size, 1
        spins[rows[0], columns[0]] = np.uint8(axis - np.int64(spins[rows[0], columns[0]]))
        while number:
            number -= 1
            turned += 1
            row, column = rows[number], columns[number]
            new = np.int64(spins[row, column])
            old = axis - new
            for direction in range(4):
                r, c = row, column
                if direction == 0:
                    r = row - 1 if row > 0 else size - 1
                elif direction == 1:
                    r = row + 1 if row + 1 < size else 0
                elif direction == 2:
                    c = column - 1 if column > 0 else size - 1
                else:
                    c = column + 1 if column + 1 < size else 0
                other = np.int64(spins[r, c])
                cost = np.int64(COSINE[(old - other) & 255]) - np.int64(COSINE[(new - other) & 255])
                if cost > 0:
                    stays = acceptance(np.uint64(min(cost, limit)), slope)
                    if (next_word(stream) & _LOW) >= stays:
                        spins[r, c] = np.uint8(axis - other)
                        rows[number], columns[number] = r, c
                        number += 1
    return grown


def update(
    spins: Spins, step: int, slope: int, limit: int, stream: NDArray[np.uint64], least: int
) -> int:
    """As `grow`."""
    return int(grow(spins, step, np.uint64(slope), np.int64(limit), stream, least))
