"""Judging lattices that somebody's sampler drew at one temperature, against the exact physics.

The energies against P(E | T), which is known: their tests have exact p-values, and a distance has
beside it what as many honest lattices show. What has no closed form stands beside lattices of our
own (`reference_sample.py`).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.physics.thermal import Thermal
from ising_bench.releases.release import Config, Release
from ising_bench.releases.variant import varied
from ising_bench.rows import Rows
from ising_bench.scoring.reference_sample import compared, reference
from ising_bench.system import Finding

OURS = 1000  # lattices of our own
_DRAWS = 1000  # of as many honest lattices, for the distance of their energies
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Judgment:
    """energy, order: mean per site of the lattices, and its standard error. energy_distance:
    Wasserstein's, of their energies from P(E | T), per site; honest_distance: its mean and 95 %
    point where as many are drawn from that. findings: all tests; told_by: those that Holm's
    procedure rejects at one in a thousand, smallest p first."""

    size: int
    lattices: int
    certainty: str
    energy: tuple[float, float]
    exact_energy: float
    energy_distance: float
    honest_distance: tuple[float, float]
    order: tuple[float, float]
    our_order: tuple[float, float]
    findings: tuple[Finding, ...]
    told_by: tuple[Finding, ...]


def judge(
    release: Release,
    name: str,
    spins: Spins,
    temperature: str,
    ours: int = OURS,
    threads: int | None = None,
) -> Judgment:
    """Lattices (n, L, L), n at least 2, of the system of a config, at a temperature, a decimal.
    ours: how many of our own stand beside them. Random numbers in it are the same every time.

    Raises UnknownNameError, IsingBenchError where they are no lattices of the system or it has no
    temperature, ValueError for a size at which its density of states is not known.
    """
    config = config_of(release, name, spins, temperature)
    known = findings(rows_at(config, spins))
    if known[0].p == 0:
        raise IsingBenchError(f"{name}: {known[0].seen}")
    beside = reference(release, config, ours, threads)
    every = (*known, *compared(config, spins, beside))
    statistic, t, sites = thermal_statistic(config), config.task.grid.value(0), config.size**2
    energies = config.system.energy_unit * config.system.energy(spins)
    distance, honest = _distance(statistic, energies, t)
    return Judgment(
        size=config.size,
        lattices=len(spins),
        certainty=statistic.certainty,
        energy=_mean(energies / sites),
        exact_energy=float(statistic.energy(t)) / sites,
        energy_distance=distance / sites,
        honest_distance=(honest[0] / sites, honest[1] / sites),
        order=_mean(config.system.order(spins)),
        our_order=_mean(config.system.order(beside)),
        findings=every,
        told_by=tuple(rejected(every)),
    )


def config_of(release: Release, name: str, spins: Spins, temperature: str) -> Config:
    """The config at the size of these lattices, its grid of the one temperature. Raises as
    `judge`."""
    config = release.config(name)
    system = config.system
    if system.parameter != "temperature":
        raise IsingBenchError(
            f"{name} has a {system.parameter}: samplers are judged at temperatures"
        )
    if spins.ndim != 3 or spins.shape[1] != spins.shape[2] or len(spins) < 2:
        raise IsingBenchError(f"samples have shape {spins.shape}, not (n, L, L) with n from 2 up")
    if not system.symbols.holds(spins).all():
        raise IsingBenchError(f"a site of the samples is none of {system.symbols.described}")
    held = system.fixed(spins.shape[-1])
    if held is not None and not ((held == 0) | (spins == held)).all():
        raise IsingBenchError(f"a site that {system.name} fixes holds something else")
    return varied(config, spins.shape[-1], values=[temperature])


def rows_at(config: Config, spins: Spins) -> Rows:
    """Lattices as rows, at the one temperature of the config."""
    points = np.zeros(len(spins), np.int64)
    ids = tuple(f"{i:016x}" for i in range(len(spins)))
    labels = config.task.labels_of(points)
    return Rows(config.name, config.system, config.task, spins, points, labels, ids)


def thermal_statistic(config: Config) -> Thermal:
    """Of a config that has a temperature."""
    statistic = config.statistic
    assert isinstance(statistic, Thermal)
    return statistic


def _mean(values: Array) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / sqrt(len(values)))


def _distance(statistic: Thermal, energies: Array, t: float) -> tuple[float, tuple[float, float]]:
    """Wasserstein's distance of energies from P(E | T); its mean and 95 % point for honest ones."""
    p, seen = statistic.distribution(t), statistic.level_of(energies)
    likely = np.flatnonzero(p > _NEGLIGIBLE)
    first, last = min(likely[0], seen.min()), max(likely[-1], seen.max()) + 1
    share = p[first:last] / p[first:last].sum()
    below, gaps, n = share.cumsum()[:-1], np.diff(statistic.energies[first:last]), len(energies)

    def distance(counts: NDArray[np.int64]) -> float:
        return float((np.abs(counts.cumsum()[:-1] / n - below) * gaps).sum())

    rng = np.random.default_rng(0)
    honest = [distance(rng.multinomial(n, share)) for _ in range(_DRAWS)]
    found = distance(np.bincount(seen - first, minlength=last - first))
    return found, (float(np.mean(honest)), float(np.quantile(honest, 0.95)))
