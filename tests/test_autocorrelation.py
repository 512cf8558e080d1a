import numpy as np
import pytest

from ising_bench.autocorrelation import integrated_time, order_parameter
from ising_bench.systems import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    sublattice_signs,
)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_integrated_time_of_an_autoregressive_process(rho: float) -> None:
    """x' = rho x + noise has tau = (1 + rho) / (2 (1 - rho))."""
    rng = np.random.default_rng(0)
    x = np.empty((50, 4000))
    x[:, 0] = rng.normal(size=50) / np.sqrt(1 - rho**2)
    for t in range(1, 4000):
        x[:, t] = rho * x[:, t - 1] + rng.normal(size=50)
    tau, error = integrated_time(x)
    assert abs(tau - (1 + rho) / (2 * (1 - rho))) < 4 * error + 0.02 * tau
    assert error < 0.1 * tau


def test_a_constant_has_the_least_time() -> None:
    assert integrated_time(np.ones((3, 10))) == (0.5, 0.0)


def test_order_parameters_are_one_in_ground_states_wherever_the_walls_are() -> None:
    up = np.ones((1, 6, 6), np.int8)
    assert order_parameter(PERIODIC_FERRO, -up).tolist() == [1]
    assert order_parameter(PERIODIC_ANTIFERRO, up * sublattice_signs(6)).tolist() == [1]
    for height in range(1, 6):
        flat = up.copy()
        flat[:, height:] = -1
        assert order_parameter(SKEWED_FERRO, flat).tolist() == [1]
        crossed = flat.copy()
        crossed[:, :, height:] *= -1
        assert order_parameter(ANTIPERIODIC_FERRO, crossed).tolist() == [1]


def test_order_parameters_are_small_in_disorder() -> None:
    spins = np.random.default_rng(0).choice([-1, 1], (20, 100, 100)).astype(np.int8)
    for system in (PERIODIC_FERRO, PERIODIC_ANTIFERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO):
        assert (order_parameter(system, spins) < 0.3).all()
