"""The exact formulas that other tests lean on, against enumeration and the literature."""

import finite_lattice as exact
import numpy as np
import pytest
from enumeration import all_configurations, energies

from ising_bench.systems.ising import ANTIPERIODIC_FERRO, PERIODIC_FERRO, SYSTEMS
from ising_bench.systems.ising.model import Ising


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_low_levels_count_the_configurations_of_a_small_lattice(system: Ising) -> None:
    excess = energies(system, all_configurations(system, 4)) - system.ground_energy(4)
    counted = [int((excess == 4 * k).sum()) for k in range(6)]
    assert exact.lowest_levels(system, 4, 6) == counted


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_energy_and_heat_capacity_of_a_small_lattice(system: Ising) -> None:
    all_energies = energies(system, all_configurations(system, 4)).astype(float)
    weights = np.exp(-(all_energies - all_energies.min()) / 2.2)
    mean = (weights @ all_energies) / weights.sum()
    variance = (weights @ (all_energies - mean) ** 2) / weights.sum()
    expected = mean / 16, variance / 2.2**2 / 16
    assert exact.energy_and_heat_capacity(system, 4, "2.2") == pytest.approx(expected, rel=1e-12)


def test_ground_states_of_the_paper_lattice() -> None:
    """528-fold at L = 4; at L = 100 the closed staircases."""
    from math import comb

    assert exact.lowest_levels(ANTIPERIODIC_FERRO, 100, 3)[0] == (
        4 * comb(200, 100) * 100**2 // 200 - 2 * 100**2
    )
    assert exact.lowest_levels(PERIODIC_FERRO, 100, 4) == [2, 0, 20_000, 40_000]


def test_energy_of_the_paper_lattice_at_2_20() -> None:
    assert exact.energy_and_heat_capacity(PERIODIC_FERRO, 100, "2.2")[0] == pytest.approx(
        -1.54649, abs=5e-6
    )
