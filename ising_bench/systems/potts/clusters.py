"""Swendsen and Wang's cluster update: equilibrium near T_c, where single sites take thousands of
sweeps.

Each bond between equal colours is kept with probability 1 - exp(-1/T); the clusters of kept bonds
each take a new colour, uniform over all q (R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86,
1987). This is no kernel of the data: images come from Metropolis alone. It measures what the table
of `certified.py` needs there, and is a check of all else.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numba
import numpy as np
from numpy.typing import NDArray

from ising_bench.jit import compiled
from ising_bench.keys import key, words
from ising_bench.simulation.multispin import next_word
from ising_bench.simulation.simulate import default_threads
from ising_bench.simulation.thresholds import boltzmann


def cluster_energies(
    states: int,
    size: int,
    temperatures: Sequence[Fraction],
    samples: int,
    stride: int,
    burn: int,
    entropy: str,
) -> NDArray[np.int64]:
    """Total energies of one chain at each temperature, from one colour, after `burn` updates and
    `stride` more each time: (temperatures, samples). The same on every machine."""
    found = np.empty((len(temperatures), samples), np.int64)

    def run(i: int) -> None:
        stream = np.ones(4, np.uint64)
        stream[:3] = words(key(entropy, "clusters", str(states), i, "stream"), 3)
        drop = np.uint64(boltzmann(1, temperatures[i]))
        lattice = np.zeros((size, size), np.uint8)
        update(lattice, states, drop, stream, burn, 1, found[i, :0])
        update(lattice, states, drop, stream, 0, stride, found[i])

    with ThreadPoolExecutor(default_threads()) as pool:
        list(pool.map(run, range(len(temperatures))))
    return found


@numba.njit
def _root(label, i):
    while label[i] != i:
        label[i] = label[label[i]]
        i = label[i]
    return i


@numba.njit
def _join(label, i, j):
    i, j = _root(label, i), _root(label, j)
    if i < j:
        label[j] = i
    else:
        label[i] = j


@compiled(error_model="numpy")
def update(lattice, states, drop, stream, burn, stride, energies):
    """Update a lattice (L, L) in place: `burn` times, then before each of the energies (samples,)
    `stride` times. drop: exp(-1/T) times 2**64; stream: the SFC64 state (4,)."""
    size = lattice.shape[0]
    label, colour = np.empty(size * size, np.int32), np.empty(size * size, np.uint8)
    incomplete = (~np.uint64(0) % np.uint64(states) + np.uint64(1)) % np.uint64(states)
    highest = ~np.uint64(0) - incomplete  # words above it belong to no whole run of colours
    for step in range(burn + stride * len(energies)):
        for i in range(size * size):
            label[i] = i
        for r in range(size):
            below = r + 1 if r + 1 < size else 0
            for c in range(size):
                right = c + 1 if c + 1 < size else 0
                if lattice[r, c] == lattice[r, right] and next_word(stream) >= drop:
                    _join(label, r * size + c, r * size + right)
                if lattice[r, c] == lattice[below, c] and next_word(stream) >= drop:
                    _join(label, r * size + c, below * size + c)
        for i in range(size * size):  # a root comes before the other sites of its cluster
            root = _root(label, i)
            if root == i:
                word = next_word(stream)
                while word > highest:
                    word = next_word(stream)
                colour[i] = word % np.uint64(states)
            lattice[i // size, i % size] = colour[root]
        done = step + 1 - burn
        if done > 0 and done % stride == 0:
            equal = 0
            for r in range(size):
                below = r + 1 if r + 1 < size else 0
                for c in range(size):
                    right = c + 1 if c + 1 < size else 0
                    equal += lattice[r, c] == lattice[r, right]
                    equal += lattice[r, c] == lattice[below, c]
            energies[done // stride - 1] = -equal
