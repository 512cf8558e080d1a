"""Tests of the energies against P(E | T) of the finite lattice: mean, dispersion, shape.

The mean is a score test, the most sensitive one to a wrong temperature; the shape is that of
randomised quantiles.
"""

import numpy as np
from numpy.typing import NDArray

from ising_bench.arrays import Array
from ising_bench.physics import exact
from ising_bench.physics.evidence import Finding, Lattices
from ising_bench.physics.significance import two_sided_p, uniform_p
from ising_bench.regions import REGIONS
from ising_bench.simulation.keys import key, words
from ising_bench.systems import System


def levels(rows: Lattices) -> Finding:
    """Every energy is E0 modulo 4, and one that some configuration has."""
    size = rows.spins.shape[-1]
    wrong = int((~exact.has_energy(rows.system, rows.system.energy(rows.spins), size)).sum())
    return Finding(rows.config, "all", "energy levels", float(wrong == 0), f"{wrong} impossible")


def in_classes(rows: Lattices) -> list[Finding]:
    """The three tests in each class that has rows."""
    energy, found = rows.system.energy(rows.spins).astype(float), []
    for label, region in enumerate(REGIONS):
        mine = rows.labels == label
        if mine.any():
            found += _energy_tests(rows, energy, mine, region.name)
    return found


def _score(levels: Array, weights: Array, temperature: float) -> Array:
    """The derivative of ln P(E | T) by T: the most powerful term against a shifted temperature."""
    return (
        (levels - (weights * levels).sum()) / temperature**2
        if temperature
        else np.zeros_like(levels)
    )


def _dispersion(levels: Array, weights: Array, _: float) -> Array:
    squares = (levels - (weights * levels).sum()) ** 2
    # one level spacing more, or single excitations at very low temperature would rule the sum
    return squares / ((weights * squares).sum() + 16)


def _energy_tests(
    rows: Lattices, energy: Array, mine: NDArray[np.bool], part: str
) -> list[Finding]:
    system, hundredths, e = rows.system, rows.hundredths[mine], energy[mine]
    ids = [sample_id for sample_id, is_mine in zip(rows.sample_ids, mine, strict=True) if is_mine]
    t = hundredths / 100
    excess = e - exact.energy(system, t)
    variance = exact.energy_variance(system, t)
    quantiles = _randomised_quantiles(system, hundredths, e, ids)
    tests = [
        (
            "mean energy",
            two_sided_p(system, hundredths, e, _score),
            f"{excess.mean() / rows.spins[0].size:+.5f} per site from exact",
        ),
        (
            "dispersion",
            two_sided_p(system, hundredths, e, _dispersion),
            f"{(excess**2).sum() / variance.sum():.3f} of the exact variance"
            if variance.any()
            else "too cold for any",
        ),
        ("shape", uniform_p(quantiles), f"mean quantile {quantiles.mean():.3f}"),
    ]
    return [Finding(rows.config, part, test, p, seen) for test, p, seen in tests]


def _randomised_quantiles(
    system: System, hundredths: NDArray[np.int64], energy: Array, sample_ids: list[str]
) -> Array:
    """P(E' < E | T) + r P(E | T), uniform on honest data though most of a class may share a level.

    r is a uniform number that follows from the row's id, so the test gives the same answer always.
    """
    weights = exact.energy_distribution(system, hundredths / 100)
    index = exact.level_of(system, energy)
    here = weights[np.arange(len(index)), index]
    below = weights.cumsum(1)[np.arange(len(index)), index] - here
    random = [int(words(key(i, "", "", 0, "quantile"), 1)[0]) / 2.0**64 for i in sample_ids]
    return np.clip(below + np.array(random) * here, 0, 1)
