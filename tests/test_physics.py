"""The kernel against the exact energy and heat capacity of the finite lattice.

The draws are fixed, so these tests are deterministic; the bounds are those of the statistics.
"""

import numpy as np
import pytest

from ising_bench.physics import exact
from ising_bench.simulation.chains import Chain, simulate
from ising_bench.systems import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    System,
)

CHAINS = 1024


@pytest.mark.parametrize(
    ("system", "hundredths"),
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
    system: System, hundredths: int
) -> None:
    chains = [
        Chain("00", system.name, "physics", i, system, 100, 0, hundredths, 750)
        for i in range(CHAINS)
    ]
    energy = system.energy(simulate(chains)).astype(float)
    t = hundredths / 100
    error = energy.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(energy.mean() - exact.energy(system, t)) < 4 * error
    # the variance of n independent energies, with the error that their fourth moment gives
    deviations = (energy - energy.mean()) ** 2
    variance, variance_error = deviations.mean(), deviations.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(variance - exact.energy_variance(system, t)) < 4 * variance_error
