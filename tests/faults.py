"""Faults to plant into honest lattices: the tests and the power benchmark share them."""

from dataclasses import replace

import numpy as np

from ising_bench.arrays import Spins
from ising_bench.physics.evidence import Lattices
from ising_bench.releases.release import Release, lattices
from ising_bench.releases.v1 import V1
from ising_bench.simulation.chains import pack, unpack
from ising_bench.simulation.ground_states import flat_interface
from ising_bench.simulation.metropolis import sweep_chains
from ising_bench.simulation.thresholds import acceptance_thresholds
from ising_bench.systems import System


def honest(name: str, release: Release = V1) -> Lattices:
    """All rows of a config of a release."""
    config = release.config(name)
    parts = list(lattices(release, config))
    chains = [chain for _, made, _ in parts for chain in made]
    return Lattices(
        name,
        config.system,
        np.concatenate([spins for _, _, spins in parts]),
        np.array([chain.hundredths for chain in chains]),
        np.array([chain.label for chain in chains]),
        [chain.sample_id for chain in chains],
    )


def run(system: System, spins: Spins, hundredths: np.ndarray, sweeps: int) -> Spins:
    """Metropolis sweeps with fixed random streams."""
    rng = np.random.default_rng(1)
    words = pack(system, spins)
    streams = rng.integers(0, 2**64, (len(spins), 3, 100), dtype=np.uint64)
    thresholds = np.array([acceptance_thresholds(int(h)) for h in hundredths], np.uint64)
    counts = np.full(len(spins), sweeps)
    sweep_chains(words, streams, thresholds, counts, system.column_wrap, system.row_wrap)
    return unpack(system, words)


def wrong_temperatures(rows: Lattices, label: int, shift: int) -> Lattices:
    """The temperatures of a class are off by so many hundredths."""
    wrong = np.clip(rows.hundredths + shift, 0, 400)
    return replace(rows, hundredths=np.where(rows.labels == label, wrong, rows.hundredths))


def random_starts(rows: Lattices, sweeps: int = 50) -> Lattices:
    """All but the hot class come from random lattices after a few sweeps."""
    mine = rows.labels < 3
    random = np.random.default_rng(0).choice([-1, 1], (int(mine.sum()), 100, 100)).astype(np.int8)
    if rows.system.has_fixed_rows:
        random[:, 0], random[:, -1] = 1, -1
    spins = rows.spins.copy()
    spins[mine] = run(rows.system, random, rows.hundredths[mine], sweeps)
    return replace(rows, spins=spins)


def wrong_seam(rows: Lattices) -> Lattices:
    """All wrap bonds of one side had the wrong sign while the hot class was made."""
    wrong = replace(rows.system, column_wrap=-rows.system.column_wrap)
    hot = rows.labels == 3
    spins = rows.spins.copy()
    spins[hot] = run(wrong, spins[hot], rows.hundredths[hot], 300)
    return replace(rows, spins=spins)


def exchanged_labels(rows: Lattices, label: int) -> Lattices:
    """A tenth of a class and the next one exchanged labels, with their temperatures, so that every
    row agrees with itself."""
    hundredths, labels = rows.hundredths.copy(), rows.labels.copy()
    below, above = (np.flatnonzero(labels == k) for k in (label, label + 1))
    n = min(len(below), len(above)) // 10
    for values in (hundredths, labels):
        values[below[:n]], values[above[:n]] = values[above[:n]], values[below[:n]].copy()
    return replace(rows, hundredths=hundredths, labels=labels)


def flat_interfaces(rows: Lattices, sweeps: int = 10) -> Lattices:
    """The coldest class started flat and ran a few sweeps only."""
    mine = rows.labels == 0
    flat = np.stack([flat_interface(100, 20 + i % 60) for i in range(int(mine.sum()))])
    spins = rows.spins.copy()
    spins[mine] = run(rows.system, flat, rows.hundredths[mine], sweeps)
    return replace(rows, spins=spins)


def turned(rows: Lattices, lying: np.ndarray) -> Lattices:
    """Some lattices transposed."""
    spins = np.where(lying[:, None, None], rows.spins.swapaxes(1, 2), rows.spins)
    return replace(rows, spins=np.ascontiguousarray(spins))
