"""ln g(E) of the 100 x 100 lattice, measured: some minutes of long Metropolis chains at every
temperature."""

from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.ndarrays import Array, Spins
from ising_bench.physics import certified, moments
from ising_bench.physics.certified import SIZE
from ising_bench.physics.multihistogram import density
from ising_bench.physics.thermal import Thermal
from ising_bench.progress import bar
from ising_bench.systems.blume_capel.starts import RANDOM

if TYPE_CHECKING:
    from ising_bench.systems.blume_capel.model import BlumeCapel

FOLDER = Path(str(files("ising_bench") / "systems" / "blume_capel" / "data"))
NAME = f"log_density_{SIZE}"  # of the shipped files
STEP = Fraction("0.0061577")  # T_c is at 226.92 of them, as Ising's is in hundredths
# Near T_c the energy takes some 300 sweeps to be another: there are more chains.
_NEAR, _REPEATS = range(222, 233), 4
_LAST_GROUND_START = 226  # in steps: hotter chains start at random

MOMENTS_FILE = FOLDER / f"moments_{SIZE}.npy"  # of `OBSERVABLES`
OBSERVABLES = ("order", "zeros")


def observables(spins: Spins) -> Array:
    """|sum s|/N and the share of zeros of lattices (n, L, L): (2, n)."""
    order = np.abs(spins.mean((1, 2), dtype=np.float64))
    return np.stack([order, (spins == 0).mean((1, 2))])


def measured_moments(system: "BlumeCapel") -> Array:
    """What is shipped of them, measured anew."""
    return moments.measured(system, SIZE, STEP, RANDOM, observables)


@cache
def statistic(system: "BlumeCapel") -> Thermal:
    """Of the 100 x 100 lattice, from what is shipped."""
    sites = SIZE * SIZE
    extent = certified.Extent(
        lowest=-sites,
        impossible=(1, 2, 4),  # a zero costs 3, two neighbours 5
        mean=2 * sites / 3,  # of s**2, and bonds have none
        variance=(8 / 9 + 2 / 9) * sites,  # of two bonds a site, and of s**2
    )
    label = f"{system.name} with L = {SIZE}"
    return certified.thermal(label, system.energy, extent, *certified.load(FOLDER, NAME))


@cache
def tables(system: "BlumeCapel") -> tuple[Array, Array]:
    """What is shipped, measured anew."""
    steps = [
        k
        for k in (*certified.LADDER, *certified.HOTTER)
        for _ in range(_REPEATS if k in _NEAR else 1)
    ]
    cold = [k * STEP for k in steps if k <= _LAST_GROUND_START]
    hot = [k * STEP for k in steps if k > _LAST_GROUND_START]
    with bar(f"density of states of {system.name}", len(steps), "chains") as advance:
        chains = [
            *certified.metropolis_series(system, SIZE, cold, progress=advance),
            *certified.metropolis_series(system, SIZE, hot, RANDOM, advance),
        ]
    return certified.tables(density(chains), system.ground_energy(SIZE), log(2))
