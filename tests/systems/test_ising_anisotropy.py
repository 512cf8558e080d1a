"""Exact moments of the interface's direction, against enumeration and recomputed."""

import numpy as np
import pytest
from enumeration import all_configurations, energies

from ising_bench.paper import GRID, TASK
from ising_bench.physics.thermal import thermal_of
from ising_bench.rows import Rows
from ising_bench.systems.ising import SKEWED_FERRO, anisotropy
from ising_bench.systems.ising.checks import vertical_minus_horizontal


def shipped() -> np.ndarray:
    moments = anisotropy.moments(100, GRID)
    assert moments is not None
    return moments


@pytest.mark.parametrize("point", [20, 70, 227, 400])
def test_moments_are_those_of_all_configurations(point: int) -> None:
    spins = all_configurations(SKEWED_FERRO, 4)
    weights = np.exp(-(energies(SKEWED_FERRO, spins) + 20.0) / (point / 100))
    weights /= weights.sum()
    along = (spins != np.roll(spins, -1, axis=2)).sum((1, 2))
    across = (spins[:, :-1] != spins[:, 1:]).sum((1, 2))
    mean = weights @ (across - along)
    variance = weights @ (across - along - mean) ** 2
    assert anisotropy.compute(4, point) == pytest.approx((mean, variance), rel=1e-10)


def test_the_test_counts_the_same_bonds() -> None:
    spins = all_configurations(SKEWED_FERRO, 4)[:500]
    none = np.zeros(len(spins), np.int64)
    rows = Rows("c", SKEWED_FERRO, TASK, spins, none, none, ())
    along = (spins != np.roll(spins, -1, axis=2)).sum((1, 2))
    across = (spins[:, :-1] != spins[:, 1:]).sum((1, 2))
    assert (vertical_minus_horizontal(SKEWED_FERRO, rows) == across - along).all()


@pytest.mark.parametrize("point", [0, 19, 20, 41, 105, 227, 400])
def test_the_shipped_table_is_what_is_computed(point: int) -> None:
    assert tuple(shipped()[:, point]) == anisotropy.compute(100, point)


def test_the_moments_are_within_what_the_energy_allows() -> None:
    """The energy is computed elsewhere: the horizontal bonds alone cannot cost more than all, and
    at low temperature they are all that costs."""
    t = GRID.values[20:]
    excess = (
        thermal_of(SKEWED_FERRO, 100).excess_energy(t) / 2
    )  # unsatisfied bonds above the forced 100
    mean = shipped()[0, 20:]
    assert (100 - mean <= excess + 1e-9).all()
    cold = t < 0.5  # single steps of the interface are all there is, and all are horizontal
    np.testing.assert_allclose((100 - mean)[cold], excess[cold], rtol=2e-3)
