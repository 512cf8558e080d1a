"""The kernel against the exact energy and heat capacity of the finite lattice.

The draws are fixed, so these tests are deterministic; the bounds are those of the statistics.
"""

import numpy as np
import pytest

import finite_lattice as exact
from ising_bench.chains import Chain, simulate
from ising_bench.systems import PERIODIC_FERRO

CHAINS = 4096


@pytest.mark.parametrize("hundredths", [150, 200, 300])
def test_mean_energy_and_heat_capacity_are_exact_within_four_standard_errors(
    hundredths: int,
) -> None:
    system = PERIODIC_FERRO
    chains = [
        Chain("00", system.name, "physics", i, system, 100, 0, hundredths, 750)
        for i in range(CHAINS)
    ]
    energy = system.energy(simulate(chains)).astype(float)
    t = hundredths / 100
    u, c = exact.energy_and_heat_capacity(system, 100, str(t))
    error = energy.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(energy.mean() - 10_000 * u) < 4 * error
    # the variance of n independent energies, with the error that their fourth moment gives
    deviations = (energy - energy.mean()) ** 2
    variance, variance_error = deviations.mean(), deviations.std(ddof=1) / np.sqrt(CHAINS)
    assert abs(variance - 10_000 * c * t**2) < 4 * variance_error
