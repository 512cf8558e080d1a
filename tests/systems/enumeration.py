"""Every configuration of a small lattice, and its energy from nothing but the definition."""

import itertools

import numpy as np

from ising_bench.ndarrays import Spins
from ising_bench.systems.ising.model import Ising


def all_configurations(system: Ising, size: int) -> Spins:
    """All of them, (n, L, L); fixed rows stay fixed."""
    rows = size - 2 if system.has_fixed_rows else size
    free = np.array(list(itertools.product((1, -1), repeat=rows * size)), np.int8)
    spins = free.reshape(-1, rows, size)
    if system.has_fixed_rows:
        top = np.ones((len(spins), 1, size), np.int8)
        spins = np.concatenate([top, spins, -top], axis=1)
    return spins


def bonds(system: Ising, size: int) -> list[tuple[tuple[int, int], tuple[int, int], int]]:
    """Pairs of sites and their coupling, written out one by one."""
    found = []
    for r in range(size):
        for c in range(size):
            across = system.column_wrap if c == size - 1 else 1
            found.append(((r, c), (r, (c + 1) % size), system.coupling * across))
            if r < size - 1:
                found.append(((r, c), (r + 1, c), system.coupling))
            elif not system.has_fixed_rows:
                found.append(((r, c), (0, c), system.coupling * system.row_wrap))
    return found


def energies(system: Ising, spins: Spins) -> np.ndarray:
    """Total energies, bond by bond."""
    total = np.zeros(len(spins), np.int64)
    for (r1, c1), (r2, c2), coupling in bonds(system, spins.shape[1]):
        total -= coupling * spins[:, r1, c1].astype(np.int64) * spins[:, r2, c2]
    return total
