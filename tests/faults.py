"""Faults to plant into honest lattices: the tests and the power benchmark share them."""

from dataclasses import replace

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.ndarrays import Spins
from ising_bench.paper import GRID
from ising_bench.releases.digest import made
from ising_bench.releases.release import Release
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows, joined
from ising_bench.system import System
from ising_bench.systems.ising import kernel
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.starts import flat_interface
from ising_bench.tasks import Task


def spread(
    task: Task, system: System, number: int, sweeps: int, start: str = GROUND
) -> list[Chain]:
    """So many chains of each class, evenly over its points."""
    points = [r.points[i * len(r.points) // number] for r in task.regions for i in range(number)]
    return [
        Chain(
            "5e", system.name, "honest", i, system, 100, task.grid, point, task.label_of(point),
            sweeps, start,
        )
        for i, point in enumerate(points)
    ]  # fmt: skip


def honest(name: str, release: Release = V1) -> Rows:
    """All rows of a config of a release."""
    return joined([rows for _, rows in made(release, release.config(name))])


def run(system: Ising, spins: Spins, points: np.ndarray, sweeps: int) -> Spins:
    """Metropolis sweeps with fixed random streams."""
    chains = [
        Chain("01", system.name, "faults", i, system, 100, GRID, int(point), 0, sweeps)
        for i, point in enumerate(points)
    ]
    state = kernel.begin(chains, spins)
    kernel.advance(state, np.full(len(chains), sweeps))
    return kernel.images(state)


def wrong_temperatures(rows: Rows, label: int, shift: int) -> Rows:
    """The temperatures of a class are off by so many hundredths."""
    wrong = np.clip(rows.points + shift, 0, 400)
    return replace(rows, points=np.where(rows.labels == label, wrong, rows.points))


def random_starts(rows: Rows, sweeps: int = 50) -> Rows:
    """All but the hot class come from random lattices after a few sweeps."""
    mine = rows.labels < 3
    random = np.random.default_rng(0).choice([-1, 1], (int(mine.sum()), 100, 100)).astype(np.int8)
    if rows.system.has_fixed_rows:
        random[:, 0], random[:, -1] = 1, -1
    spins = rows.spins.copy()
    spins[mine] = run(rows.system, random, rows.points[mine], sweeps)
    return replace(rows, spins=spins)


def wrong_seam(rows: Rows) -> Rows:
    """All wrap bonds of one side had the wrong sign while the hot class was made."""
    wrong = replace(rows.system, column_wrap=-rows.system.column_wrap)
    hot = rows.labels == 3
    spins = rows.spins.copy()
    spins[hot] = run(wrong, spins[hot], rows.points[hot], 300)
    return replace(rows, spins=spins)


def exchanged_labels(rows: Rows, label: int) -> Rows:
    """A tenth of a class and the next one exchanged labels, with their temperatures, so that every
    row agrees with itself."""
    points, labels = rows.points.copy(), rows.labels.copy()
    below, above = (np.flatnonzero(labels == k) for k in (label, label + 1))
    n = min(len(below), len(above)) // 10
    for values in (points, labels):
        values[below[:n]], values[above[:n]] = values[above[:n]], values[below[:n]].copy()
    return replace(rows, points=points, labels=labels)


def flat_interfaces(rows: Rows, sweeps: int = 10) -> Rows:
    """The coldest class started flat and ran a few sweeps only."""
    mine = rows.labels == 0
    flat = np.stack([flat_interface(100, 20 + i % 60) for i in range(int(mine.sum()))])
    spins = rows.spins.copy()
    spins[mine] = run(rows.system, flat, rows.points[mine], sweeps)
    return replace(rows, spins=spins)


def turned(rows: Rows, lying: np.ndarray) -> Rows:
    """Some lattices transposed."""
    spins = np.where(lying[:, None, None], rows.spins.swapaxes(1, 2), rows.spins)
    return replace(rows, spins=np.ascontiguousarray(spins))
