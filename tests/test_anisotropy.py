"""Exact moments of the interface's direction, against enumeration and recomputed."""

import numpy as np
import pytest

from enumeration import all_configurations, energies
from ising_bench.physics import anisotropy, exact
from ising_bench.physics.evidence import Lattices
from ising_bench.physics.order_tests import vertical_minus_horizontal
from ising_bench.regions import GRID
from ising_bench.systems import SKEWED_FERRO


@pytest.mark.parametrize("hundredths", [20, 70, 227, 400])
def test_moments_are_those_of_all_configurations(hundredths: int) -> None:
    spins = all_configurations(SKEWED_FERRO, 4)
    weights = np.exp(-(energies(SKEWED_FERRO, spins) + 20.0) / (hundredths / 100))
    weights /= weights.sum()
    along = (spins != np.roll(spins, -1, axis=2)).sum((1, 2))
    across = (spins[:, :-1] != spins[:, 1:]).sum((1, 2))
    mean = weights @ (across - along)
    variance = weights @ (across - along - mean) ** 2
    assert anisotropy.compute(4, hundredths) == pytest.approx((mean, variance), rel=1e-10)


def test_the_test_counts_the_same_bonds() -> None:
    spins = all_configurations(SKEWED_FERRO, 4)[:500]
    none = np.zeros(len(spins), np.int64)
    rows = Lattices("c", SKEWED_FERRO, spins, none, none, [])
    along = (spins != np.roll(spins, -1, axis=2)).sum((1, 2))
    across = (spins[:, :-1] != spins[:, 1:]).sum((1, 2))
    assert (vertical_minus_horizontal(rows) == across - along).all()


@pytest.mark.parametrize("hundredths", [0, 19, 20, 41, 105, 227, 400])
def test_the_shipped_table_is_what_is_computed(hundredths: int) -> None:
    assert tuple(anisotropy.moments()[:, hundredths]) == anisotropy.compute(100, hundredths)


def test_the_moments_are_within_what_the_energy_allows() -> None:
    """The energy is computed elsewhere: the horizontal bonds alone cannot cost more than all, and
    at low temperature they are all that costs."""
    t = np.array(GRID[20:]) / 100
    excess = exact.excess_energy(SKEWED_FERRO, t) / 2  # unsatisfied bonds above the forced 100
    mean = anisotropy.moments()[0, 20:]
    assert (100 - mean <= excess + 1e-9).all()
    cold = t < 0.5  # single steps of the interface are all there is, and all are horizontal
    np.testing.assert_allclose((100 - mean)[cold], excess[cold], rtol=2e-3)
