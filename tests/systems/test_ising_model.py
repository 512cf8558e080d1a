import numpy as np
import pytest
from enumeration import all_configurations, bonds, energies

from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    SYSTEMS,
)
from ising_bench.systems.ising.lattices import magnetization
from ising_bench.systems.ising.model import Ising


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_energy_is_the_sum_over_bonds_for_every_configuration(system: Ising) -> None:
    spins = all_configurations(system, 4)
    np.testing.assert_array_equal(system.energy(spins), energies(system, spins))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_ground_energy_is_the_lowest_of_all_configurations(system: Ising) -> None:
    assert system.energy(all_configurations(system, 4)).min() == system.ground_energy(4)


@pytest.mark.parametrize(
    ("system", "energy", "count"),
    [
        (PERIODIC_FERRO, -20000, 20000),
        (PERIODIC_ANTIFERRO, -20000, 20000),
        (ANTIPERIODIC_FERRO, -19600, 20000),
        (SKEWED_FERRO, -19700, 19900),
    ],
    ids=lambda x: getattr(x, "name", None),
)
def test_ground_energies_and_bonds_of_the_paper_lattice(
    system: Ising, energy: int, count: int
) -> None:
    assert system.ground_energy(100) == energy
    assert len(bonds(system, 100)) == count


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_energies_differ_from_the_ground_state_by_multiples_of_four(system: Ising) -> None:
    excess = system.energy(all_configurations(system, 4)) - system.ground_energy(4)
    assert set(excess % 4) == {0}


def test_the_checkerboard_turns_the_antiferromagnet_into_the_ferromagnet() -> None:
    spins = all_configurations(PERIODIC_FERRO, 4)
    turned = spins * sublattice_signs(4)
    np.testing.assert_array_equal(PERIODIC_ANTIFERRO.energy(turned), PERIODIC_FERRO.energy(spins))


def test_magnetization_is_the_sum_of_spins() -> None:
    spins = np.ones((2, 100, 100), np.int8)
    spins[1, :50] = -1
    assert magnetization(spins).tolist() == [10000, 0]
