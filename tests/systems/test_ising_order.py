import numpy as np

from ising_bench.physics.stripes import is_striped
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
)
from ising_bench.systems.ising.order import interface_heights, order_parameter
from ising_bench.systems.ising.starts import flat_interface


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


def test_the_interface_is_where_the_columns_change_sign() -> None:
    for height in (1, 4, 7):
        assert (interface_heights(flat_interface(8, height)[None]) == height).all()
    steps = np.array([1, 2, 3, 4, 5, 6, 7, 4])
    spins = np.where(np.arange(8)[:, None] < steps, 1, -1).astype(np.int8)[None]
    assert (interface_heights(spins) == steps).all()
    spins[0, 1, 6] = -1  # an island in the bulk does not move it
    assert (interface_heights(spins) == steps).all()


def test_a_stripe_has_no_order() -> None:
    stripe = np.ones((1, 8, 8), np.int8)
    stripe[:, :4] = -1
    assert is_striped(PERIODIC_FERRO, order_parameter(PERIODIC_FERRO, stripe)).all()
    assert not is_striped(SKEWED_FERRO, order_parameter(SKEWED_FERRO, -stripe)).any()
