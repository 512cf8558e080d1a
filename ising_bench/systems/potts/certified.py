"""ln g(E) of 100 x 100 lattices, measured: some minutes of long chains at every temperature.

q = 3: Metropolis chains, and Swendsen-Wang ones where Metropolis has autocorrelation times of
thousands of sweeps. q = 10: chains of the ordered phase from a ground state and of the disordered
one from a random start, each phase solved by itself, as no chain passes between them; joined by
ln(Z_ordered/Z_disordered) = ln 10 at T_c (see `transition.py`).
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import log, pi
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.ndarrays import Array
from ising_bench.physics import certified, moments
from ising_bench.physics.certified import SIZE
from ising_bench.physics.multihistogram import Density, Series, density, joined
from ising_bench.physics.thermal import Thermal
from ising_bench.progress import bar
from ising_bench.systems.potts.clusters import cluster_energies
from ising_bench.systems.potts.starts import RANDOM
from ising_bench.systems.potts.transition import CORRELATION_LENGTH, critical_temperature

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts

FOLDER = Path(str(files("ising_bench") / "systems" / "potts" / "data"))
STEPS = {
    3: Fraction("0.0043847"),
    10: Fraction("0.0030902"),
}  # T_c is at 226.92, as Ising's is in hundredths
_CLUSTERS = range(220, 238)  # steps at which clusters are updated, q = 3
_CLUSTER_STRIDE, _CLUSTER_BURN = 2, 1000
_TWO_PHASES = 227  # the step at which equilibrium has both, q = 10
_STEPS = (*certified.LADDER, *certified.HOTTER)
_LAST_GROUND_START = 226  # in steps, q = 3: hotter chains start at random


def moments_file(states: int) -> Path:
    """What is shipped of the order parameter."""
    return FOLDER / f"moments_q{states}_{SIZE}.npy"


def observables(system: "Potts") -> moments.Observe:
    return lambda spins: system.order(spins)[None]


def measured_moments(system: "Potts") -> Array:
    """What is shipped of the order parameter, measured anew."""
    return moments.measured(system, SIZE, STEPS[system.states], RANDOM, observables(system))


def name(states: int) -> str:
    """Of the shipped files."""
    return f"log_density_q{states}_{SIZE}"


@cache
def statistic(system: "Potts") -> Thermal:
    """Of the 100 x 100 lattice, from what is shipped."""
    q, sites = system.states, SIZE * SIZE
    extent = certified.Extent(
        lowest=-2 * sites,
        impossible=(1, 2, 3, 5),  # one site of another colour costs 4, two neighbours 6
        mean=-2 * sites / q,
        variance=2 * sites / q * (1 - 1 / q),
    )
    label = f"{system.name} with L = {SIZE}"
    return certified.thermal(label, system.energy, extent, *certified.load(FOLDER, name(q)))


@cache
def tables(system: "Potts") -> tuple[Array, Array]:
    """What is shipped, measured anew."""
    with bar(f"density of states of {system.name}", _number(system.states), "chains") as advance:
        measured = (_continuous if system.states == 3 else _first_order)(system, advance)
    return certified.tables(measured, -2 * SIZE * SIZE, log(system.states))


def _number(states: int) -> int:
    """Of chains."""
    return len(_STEPS) if states == 3 else sum(map(_repeats, _STEPS)) + _repeats(_TWO_PHASES)


def _continuous(system: "Potts", advance: Callable[[int], object]) -> Density:
    step = STEPS[system.states]
    cold = [k * step for k in _STEPS if k <= _LAST_GROUND_START and k not in _CLUSTERS]
    near = [k * step for k in _CLUSTERS]
    hot = [k * step for k in _STEPS if k > _LAST_GROUND_START and k not in _CLUSTERS]
    clusters = cluster_energies(
        system.states,
        SIZE,
        near,
        certified.SAMPLES,
        _CLUSTER_STRIDE,
        _CLUSTER_BURN,
        certified.ENTROPY,
    )
    advance(len(near))
    return density(
        [
            *certified.metropolis_series(system, SIZE, cold, progress=advance),
            *(Series(float(1 / t), e) for t, e in zip(near, clusters, strict=True)),
            *certified.metropolis_series(system, SIZE, hot, RANDOM, advance),
        ]
    )


def _first_order(system: "Potts", advance: Callable[[int], object]) -> Density:
    q, step = system.states, STEPS[system.states]
    cold = [k * step for k in _STEPS if k <= _TWO_PHASES for _ in range(_repeats(k))]
    hot = [k * step for k in _STEPS if k >= _TWO_PHASES for _ in range(_repeats(k))]
    ordered = density(certified.metropolis_series(system, SIZE, cold, progress=advance))
    disordered = density(certified.metropolis_series(system, SIZE, hot, RANDOM, advance))
    critical = 1 / critical_temperature(q)
    gap = ordered.log_partition(critical) - disordered.log_partition(critical)
    disordered = disordered.shifted(np.asarray(gap - log(q)))
    return _bridged(joined(ordered, disordered), (ordered, disordered), critical)


def _repeats(k: int) -> int:
    """Chains at a step, q = 10."""
    return 16 if abs(k - _TWO_PHASES) <= 1 else 4 if abs(k - _TWO_PHASES) <= 3 else 1


def _bridged(both: Density, phases: tuple[Density, Density], critical: float) -> Density:
    """With the energies between the phases that no chain had, roughly: the bridge has no error.

    At T_c each phase is taken for a Gaussian down to where a lattice of two strips is likelier:
    there P(E) is flat, by exp(-L/xi) below the peaks, xi the correlation length of the disordered
    phase (twice the interface tension over T is 1/xi: C. Borgs and W. Janke, J. Physique I 2, 2011,
    1992).
    """
    energies = both.lowest + np.arange(len(both.log_density))
    shapes = []
    for phase in phases:
        own = phase.lowest + np.arange(len(phase.log_density))
        logs = phase.log_density - critical * own
        total = np.logaddexp.reduce(logs)
        weights = np.exp(logs - total)
        mean = (weights * own).sum()
        variance = (weights * (own - mean) ** 2).sum()
        peak = total - log(2 * pi * variance) / 2
        shapes.append((mean, variance, peak))
    plateau = sum(peak for *_, peak in shapes) / 2 - SIZE / CORRELATION_LENGTH
    filled = np.full(len(energies), plateau)
    for mean, variance, peak in shapes:
        filled = np.maximum(filled, peak - (energies - mean) ** 2 / (2 * variance))
    filled += critical * energies
    (cold_mean, *_), (hot_mean, *_) = shapes
    between = (energies > cold_mean) & (energies < hot_mean)

    def bridge(rows: Array) -> Array:
        return np.where(between & np.isneginf(rows), filled, rows)

    return Density(both.lowest, bridge(both.log_density), bridge(both.without_block))
