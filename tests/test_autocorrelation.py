import numpy as np
import pytest

from ising_bench.physics.autocorrelation import integrated_time


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
