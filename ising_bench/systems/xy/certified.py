"""ln g(E) of the 100 x 100 lattice, measured: some minutes of long chains at every temperature."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.chains import Chain
from ising_bench.ndarrays import Array
from ising_bench.physics import certified, continuum, moments
from ising_bench.physics.certified import SIZE
from ising_bench.progress import bar
from ising_bench.simulation.simulate import default_threads
from ising_bench.system import CPU
from ising_bench.systems.xy.acceptance import settings_of
from ising_bench.systems.xy.clusters import grow, relax
from ising_bench.systems.xy.cosine import ALIGNED
from ising_bench.systems.xy.starts import CLUSTERS
from ising_bench.tasks import Grid

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY

FOLDER = Path(str(files("ising_bench") / "systems" / "xy" / "data"))
FILE = FOLDER / f"curve_{SIZE}.npy"
STEP = Fraction("0.003935")  # the transition (T = 0.8929) is at 226.92 of them, as Ising's is
MOMENTS_FILE = FOLDER / f"moments_{SIZE}.npy"  # of `OBSERVABLES`
OBSERVABLES = ("order", "vortices")
LENGTH = certified.Length(burn=2000, samples=1500, stride=10)

_SITES = SIZE * SIZE
SCALE = continuum.Scale(
    sites=_SITES,
    middle=2.0 * _SITES,
    least=1.0,
    most=2.0 * _SITES + 15 * _SITES**0.5,
    knots=(
        *(0, 0.05, 0.1, 0.15, 0.2, 0.24, 0.27, 0.29, 0.31, 0.33, 0.35, 0.38, 0.42, 0.5, 0.6, 0.75),
        *(0.9, 1.075),
    ),
)
# Of the moments: points left out, times that a site is turned over by clusters until equilibrium,
# of these the share between two samples, and the sweeps.
_POINTS_APART, _BURN, _SHARE, _SWEEPS = 4, 60, 20, 5
# Where a clock of 256 directions begins to freeze: 4 pi**2/(1.17 q**2), and what the levels reach
_COLDEST = 0.0006


@cache
def statistic(system: "XY") -> continuum.Continuous:
    """Of the 100 x 100 lattice, from what is shipped."""
    return continuum.thermal(
        f"{system.name} with L = {SIZE}",
        system.energy,
        SCALE,
        system.ground_energy(SIZE),
        system.energy_unit,
        (log(system.directions), _SITES * log(system.directions)),
        np.load(FILE),
        _COLDEST,
    )


def curve(system: "XY") -> Array:
    """What is shipped, measured anew."""
    steps = (*certified.LADDER, *certified.HOTTER)
    with bar(f"density of states of {system.name}", len(steps), "chains") as advance:
        chains = certified.metropolis_series(
            system, SIZE, [k * STEP for k in steps], CLUSTERS, advance, LENGTH
        )
    ground = system.ground_energy(SIZE)
    return continuum.coefficients(SCALE, ground, 1 / ALIGNED, chains)


def observables(system: "XY") -> moments.Observe:
    """The length of the mean vector, and vortices, of lattices (n, L, L): (2, n)."""
    return lambda spins: np.stack([system.order(spins), system.vortices(spins)])


def measured_moments(system: "XY") -> Array:
    """What is shipped of them, measured anew: by clusters and sweeps in turn, as single angles
    alone take thousands of sweeps; at every fourth temperature, and on straight lines between."""
    points = range(0, moments.POINTS, _POINTS_APART)
    observe = observables(system)
    grid = Grid("temperature", "J/k_B", STEP, moments.POINTS - 1, "of long chains")
    kernel = system.kernels()[CPU]
    name = f"moments {system.name}"

    def chain_of(point: int, i: int) -> Chain:
        return Chain(certified.ENTROPY, name, str(point), i, system, SIZE, grid, point, 0, _SWEEPS)

    def run(point: int) -> Array:
        settings = settings_of(point * STEP, system.directions)
        spins, seen = np.zeros((SIZE, SIZE), np.uint8), []
        stream = np.append(chain_of(point, 0).draws("clusters").take(3), np.uint64(1))
        clusters = relax(spins, system.step, settings, stream, _BURN)
        for i in range(moments.SAMPLES):
            grow(spins, system.step, settings, stream, -(-clusters // _SHARE))
            state = kernel.begin([chain_of(point, i)], spins[None])
            kernel.advance(state, np.array([_SWEEPS]))
            (spins,) = kernel.images(state)
            seen.append(observe(spins[None])[:, 0])
        kept = np.array(seen)
        return np.stack([kept.mean(0), kept.var(0)], axis=1)

    with (
        bar(name, len(points), "chains") as advance,
        ThreadPoolExecutor(default_threads()) as pool,
    ):
        found = []
        for one in pool.map(run, points):
            found.append(one)
            advance(1)
    every, rows = np.arange(moments.POINTS), np.stack(found, axis=-1)
    flat = [np.interp(every, points, row) for row in rows.reshape(-1, len(points))]
    return np.round(np.reshape(flat, (*rows.shape[:2], -1)), 12)
