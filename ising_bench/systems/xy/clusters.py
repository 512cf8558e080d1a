"""Wolff's cluster update: equilibrium in some fifty times that a site is turned over, where single
angles take thousands of sweeps.

The angles of a cluster are mirrored, a -> s - a: from a random site on, a neighbour joins with
probability 1 - exp(-cost/T), the cost being that of leaving it as it is (U. Wolff, Phys. Rev. Lett.
62, 361, 1989). A mirror of any direction would, in the cold, hardly ever do more than turn all
sites together, as they all stand on one side of it. So it is drawn near the first site's own
direction, which moves by a step of the Metropolis update; the way back is by the opposite step, as
likely. In whole numbers as that update, so that images may start from it; it is no kernel of the
data, whose sweeps are Metropolis's, and a check of it.
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
_AT_A_TIME = 16


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
def _grow(spins, step, farthest, slope, limit, stream, clusters):
    """As `grow`; farthest: steps that the first site is moved at most; slope, limit: see
    `acceptance_of`.

    One word is the first site, one its move, from the farthest backwards to the farthest forwards;
    a neighbour for which there is a cost takes one word, those of the latest site that joined
    first, its neighbours above, below, left and right.
    """
    size = spins.shape[0]
    rows, columns = np.empty(size * size, np.int64), np.empty(size * size, np.int64)
    turned = 0
    for _ in range(clusters):
        site = _below(stream, np.uint64(size * size))
        rows[0], columns[0], number = site // size, site % size, 1
        was = np.int64(spins[rows[0], columns[0]])
        moved = was + step * (_below(stream, np.uint64(2 * farthest + 1)) - farthest)
        axis = was + moved
        spins[rows[0], columns[0]] = np.uint8(moved)
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
    return turned


def grow(
    spins: Spins,
    step: int,
    settings: tuple[int, int, int],
    stream: NDArray[np.uint64],
    clusters: int,
) -> int:
    """Turn over so many clusters of a lattice (L, L) of angles, multiples of `step`, in place.
    settings: see `settings_of`; stream: the SFC64 state (4,). The number of sites turned over."""
    window, slope, limit = settings
    return int(_grow(spins, step, window, np.uint64(slope), np.int64(limit), stream, clusters))


def relax(
    spins: Spins,
    step: int,
    settings: tuple[int, int, int],
    stream: NDArray[np.uint64],
    turns: int,
) -> int:
    """Turn over clusters as `grow` does until the sites have been turned over so many times, on
    average, and then as many again. The number of clusters that took.

    As many again: what a large cluster leaves behind is not equilibrium, and a rule that stops when
    enough is done mostly stops after a large one.
    """
    clusters, turned = 0, 0
    while turned < turns * spins.size:
        turned += grow(spins, step, settings, stream, _AT_A_TIME)
        clusters += _AT_A_TIME
    grow(spins, step, settings, stream, clusters)
    return clusters
