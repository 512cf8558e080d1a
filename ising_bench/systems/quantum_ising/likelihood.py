"""The likelihood of an image, exactly: a product of Pfaffians, one pair for each two rows.

An image shows the worldlines at L instants Delta = beta/L apart, so P(image | h) is the product
over its rows of <s'| exp(-Delta H) |s>, s' being the row below s, over Z(h). In domain walls, which
stand on the bonds between unlike neighbours, H is a quadratic form of fermions (of the dual chain;
E. Lieb, T. Schultz, D. Mattis, Ann. Phys. 16, 407, 1961), and walls at given places are a Fock
state: the element is a Pfaffian, of a matrix with a row for each wall of s' and of s, in each of
the two sectors of prod s^x, antiperiodic and periodic::

    a = C Pf [[X, Y], [-Y^T, Z]],    <s'| exp(-Delta H) |s> = (a_anti + s_0 s'_0 a_periodic)/2

X joins walls of s', which were made, Z walls of s, which vanish, Y those that moved. All three
depend on the distance of the walls alone, by sums over the momenta of the sector.
"""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from ising_bench.jit import compiled
from ising_bench.ndarrays import Array, Spins
from ising_bench.simulation.simulate import default_threads
from ising_bench.systems.quantum_ising.near_best import near_best
from ising_bench.systems.quantum_ising.spectrum import log_partition
from ising_bench.systems.quantum_ising.worldlines import beta

# The sectors differ by what a row does whose spins are all turned over: an element that is less
# than so much of the other has no digits left, and is taken as that. It is far from any field at
# which such an image is seen.
_LEAST = 1e-12


def log_likelihood(spins: Spins, fields: Array) -> Array:
    """ln P(image | h) of images (n, L, L) at fields (m,) above 0 in |J|: (n, m)."""
    return _without_partition(spins, fields) - log_partition(fields, spins.shape[-1]).real


def on_grid(spins: Spins, fields: Array) -> Array:
    """The same at many ascending fields, some ten times as fast: -inf where it is some 30 or more
    below the highest."""
    # not smooth in the field: Z where the gap closes, and a power for each kink that is seen
    kinks = (spins != np.roll(spins, -1, axis=1)).sum((1, 2))
    partition, logs = log_partition(fields, spins.shape[-1]).real, np.log(fields)

    def of(image: Spins, number: int) -> Array:
        def smooth(at: Array) -> Array:
            return np.asarray(_without_partition(image[None], at)[0] - number * np.log(at))

        return near_best(smooth, fields, number * logs - partition)

    with ThreadPoolExecutor(default_threads()) as pool:
        return np.stack(list(pool.map(of, spins, kinks.tolist())))


def _without_partition(spins: Spins, fields: Array) -> Array:
    tables = np.array([_tables(float(field), spins.shape[-1]) for field in fields])
    found = np.zeros((len(spins), len(fields)))
    _log_elements(np.ascontiguousarray(spins, np.int8), tables, found)
    return found


def _tables(field: float, size: int) -> Array:
    """ln C, and X, Y and Z by the distance of two walls to the left, of both sectors: (2, 1 + 3
    L)."""
    delta = float(beta(size)) / size
    distance = np.arange(size)
    found = []
    for odd in (1, 0):
        pairs = np.arange(2 - odd, size, 2) * np.pi / size
        half, mixed = 2 * (1 - field * np.cos(pairs)), 2 * field * np.sin(pairs)
        energy = np.sqrt(half**2 + mixed**2)
        # of exp(-Delta H) on the pair k, -k: both empty stays, one is filled, two appear or vanish
        cosh, sinh = np.cosh(delta * energy), np.sinh(delta * energy) / energy
        empty = np.exp(-delta * half) * (cosh + half * sinh)
        moves = np.exp(-delta * half) / empty
        appear = np.exp(-delta * half) * mixed * sinh / empty
        sines = np.sin(distance[:, None] * pairs) * appear
        made = -2 / size * sines.sum(1)
        moved = 2 / size * (np.cos(distance[:, None] * pairs) * moves).sum(1)
        if not odd:
            moved += np.exp(-2 * delta * (1 - field)) / size
        if (size - odd) % 2 == 0:
            moved += np.exp(-2 * delta * (1 + field)) / size * (-1.0) ** distance
        constant = delta * size + np.log(empty).sum()
        found.append(np.concatenate([[constant], made, moved, -made]))
    return np.array(found)


@compiled(error_model="numpy")
def _log_elements(spins, tables, found):
    """Add the logarithms of the elements of all rows of images (n, L, L) to found, (n, fields)."""
    size = spins.shape[1]
    walls = np.empty((size, size), np.int64)
    number = np.empty(size, np.int64)
    matrix = np.empty((2 * size, 2 * size))
    for image in range(len(spins)):
        for row in range(size):
            number[row] = 0
            for site in range(size):
                if spins[image, row, site] != spins[image, row, (site + 1) % size]:
                    walls[row, number[row]] = site
                    number[row] += 1
        for row in range(size):
            below = (row + 1) % size
            same = spins[image, row, 0] * spins[image, below, 0]
            after, before = walls[below, : number[below]], walls[row, : number[row]]
            for f in range(len(tables)):
                logs, signs = np.empty(2), np.empty(2)
                for sector in range(2):
                    n = _fill(matrix, after, before, tables[f, sector], sector == 0)
                    logs[sector], signs[sector] = _log_pfaffian(matrix, n)
                    logs[sector] += tables[f, sector, 0]
                ratio = same * signs[1] * signs[0] * np.exp(logs[1] - logs[0])
                found[image, f] += logs[0] + np.log(max(1 + ratio, _LEAST) / 2)


@numba.njit
def _fill(matrix, after, before, table, antiperiodic):
    """The upper half of the matrix of these walls, which are all of one row and then all of the
    other; its side."""
    size = (len(table) - 1) // 3
    made, split = len(after), len(after) + len(before)
    for i in range(split):
        one = after[i] if i < made else before[i - made]
        for j in range(i + 1, split):
            two = after[j] if j < made else before[j - made]
            distance, sign = one - two, 1.0
            if distance < 0:
                distance += size
                sign = -1.0 if antiperiodic else 1.0
            kind = (i >= made) + (j >= made)
            matrix[i, j] = sign * table[1 + kind * size + distance]
    return split


@numba.njit
def _log_pfaffian(a, n):
    """ln |Pf| and the sign of a skew-symmetric matrix, given its upper half a[:n, :n], which is
    overwritten: by Gauss's elimination of two rows at a time, with the largest pivot (M. Wimmer,
    ACM Trans. Math. Softw. 38, 30, 2012)."""
    log, sign = 0.0, 1.0
    for k in range(0, n - 1, 2):
        pivot = k + 1
        for j in range(k + 2, n):
            if abs(a[k, j]) > abs(a[k, pivot]):
                pivot = j
        if pivot != k + 1:
            sign = -sign
            _exchange(a, k, pivot, n)
        if a[k, k + 1] == 0.0:
            return -np.inf, 1.0
        log += np.log(abs(a[k, k + 1]))
        if a[k, k + 1] < 0:
            sign = -sign
        for i in range(k + 2, n - 1):
            one, two = a[k, i] / a[k, k + 1], a[k + 1, i] / a[k, k + 1]
            for j in range(i + 1, n):
                a[i, j] += two * a[k, j] - one * a[k + 1, j]
    return log, sign


@numba.njit
def _exchange(a, k, pivot, n):
    """Rows and columns k + 1 and `pivot` of what is left from row k on."""
    first = k + 1
    a[k, first], a[k, pivot] = a[k, pivot], a[k, first]
    for j in range(first + 1, pivot):
        a[first, j], a[j, pivot] = -a[j, pivot], -a[first, j]
    a[first, pivot] = -a[first, pivot]
    for j in range(pivot + 1, n):
        a[first, j], a[pivot, j] = a[pivot, j], a[first, j]
