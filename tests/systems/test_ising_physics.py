"""The kernel against the exact energy and heat capacity of the finite lattice.

The draws are fixed, so these tests are deterministic; the bounds are those of the statistics.
"""

import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.paper import GRID
from ising_bench.physics.thermal import thermal_of
from ising_bench.simulation.simulate import simulate
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
)
from ising_bench.systems.ising.model import Ising

CHAINS = 1024


@pytest.mark.parametrize(
    ("system", "point"),
    [
        (PERIODIC_FERRO, 150),
        (PERIODIC_FERRO, 200),
        (PERIODIC_FERRO, 300),
        (PERIODIC_ANTIFERRO, 300),
        (SKEWED_FERRO, 300),
        (ANTIPERIODIC_FERRO, 150),
        (ANTIPERIODIC_FERRO, 300),
    ],
    ids=str,
)
def test_mean_energy_and_heat_capacity_are_exact_within_four_standard_errors(
    system: Ising, point: int
) -> None:
    chains = [
        Chain("00", system.name, "physics", i, system, 100, GRID, point, 0, 750)
        for i in range(CHAINS)
    ]
    energy = system.energy(simulate(chains)).astype(float)
    t = point / 100
    error = energy.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(energy.mean() - thermal_of(system, 100).energy(t)) < 4 * error
    # the variance of n independent energies, with the error that their fourth moment gives
    deviations = (energy - energy.mean()) ** 2
    variance, variance_error = deviations.mean(), deviations.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(variance - thermal_of(system, 100).energy_variance(t)) < 4 * variance_error
