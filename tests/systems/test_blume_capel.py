"""The Blume-Capel model: kernel, the exact anchors, and the shipped density against them."""

from dataclasses import replace
from itertools import product
from math import exp, log

import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.paper import GRID, TASK
from ising_bench.physics import transfer
from ising_bench.physics.jackknife import standard_error
from ising_bench.physics.level_tests import in_classes
from ising_bench.rows import rows_of
from ising_bench.simulation.simulate import simulate
from ising_bench.simulation.streams import stream_of
from ising_bench.systems.blume_capel import BLUME_CAPEL, kernel, reference
from ising_bench.systems.blume_capel.acceptance import COSTS, thresholds
from ising_bench.systems.blume_capel.certified import STEP
from ising_bench.systems.blume_capel.density import density_of_states
from ising_bench.systems.ising import PERIODIC_FERRO
from ising_bench.systems.ising.density import density_of_states as ising_density

SITES = 10_000


def chains(size: int, number: int, point: int, sweeps: int = 0) -> list[Chain]:
    grid = replace(GRID, step=STEP)
    return [
        Chain("05", "blume_capel", "test", i, BLUME_CAPEL, size, grid, point, 0, sweeps)
        for i in range(number)
    ]


def with_error(number: object) -> tuple[float, float]:
    """A number computed from the shipped density, and its error."""
    found = BLUME_CAPEL.statistic(100)
    values = [number(one) for one in (found, *found.replicas)]  # type: ignore[operator]
    return values[0], standard_error(values[0], values[1:])


def test_kernel_equals_reference_over_many_sweeps() -> None:
    """So many that the tail beyond the first 12 digits, rare in one sweep, is used often."""
    mine = chains(8, 2, 240, 400)
    np.testing.assert_array_equal(simulate(mine), simulate(mine, kernel="reference"))


@pytest.mark.parametrize(("margin", "moves"), [(0, False), (1, True)], ids=["equal", "below"])
def test_the_comparison_goes_to_the_last_of_64_digits(margin: int, moves: bool) -> None:
    """The threshold is put at, or just above, the uniform number that one site will meet."""
    rng = np.random.default_rng(5)
    for site in (0, 17, 49):
        state = kernel.begin(chains(100, 1, 100))
        first = kernel.images(state)
        state.streams[:] = rng.integers(0, 2**64, (1, 4, 100), dtype=np.uint64)
        step, *words = (int(w) for w in stream_of(state.streams[0, :, 8]).random_raw(65))
        digits = [(word >> site) & 1 for word in words]
        number = sum(digit << (63 - k) for k, digit in enumerate(digits))
        old = int(first[0, 8, 2 * site])
        new = reference._following(old)
        if not step >> site & 1:
            new = reference._following(new)
        cost = reference.cost_of(first[0], 8, 2 * site, new)
        assert cost in (3, 8)  # a zero, or the other sign
        limits = [number + margin if c == cost else 0 for c in COSTS]
        kernel.sweep_chains(
            state.words, state.streams, np.array([limits], np.uint64), np.array([1])
        )
        assert bool((kernel.images(state) != first)[0, 8, 2 * site]) is moves


@pytest.mark.parametrize("point", [100, 227, 400])
def test_each_single_move_is_in_detailed_balance(point: int) -> None:
    """exp(-E/T) P(move) is the same there and back, for all that a site's neighbours can be, and
    every cost that occurs has its threshold."""
    (chain,) = chains(4, 1, point)
    t = float(chain.grid.exact(point))
    accepted = dict(zip(COSTS, thresholds(chain), strict=True))
    met = set()
    for around in product((-1, 0, 1), repeat=4):
        lattice = np.zeros((5, 5), np.int8)
        lattice[1, 2], lattice[3, 2], lattice[2, 1], lattice[2, 3] = around
        for old in (-1, 0, 1):
            lattice[2, 2] = old
            for new in {-1, 0, 1} - {old}:
                cost = reference.cost_of(lattice, 2, 2, new)
                after = lattice.copy()
                after[2, 2] = new
                assert cost == BLUME_CAPEL.energy(after) - BLUME_CAPEL.energy(lattice)
                there = accepted[cost] / 2**64 if cost > 0 else 1.0
                back = accepted[-cost] / 2**64 if cost < 0 else 1.0
                assert there == pytest.approx(back * exp(-cost / t), rel=1e-12, abs=1e-18)
                met.add(abs(cost))
    assert met - {0} == set(COSTS)


@pytest.mark.parametrize("point", [150, 227, 400])
def test_long_chains_have_the_exact_distribution_of_the_4_x_4_lattice(point: int) -> None:
    mine = chains(4, 4000, point, 400)
    rows = rows_of(replace(TASK, grid=mine[0].grid), mine, simulate(mine))
    found = in_classes(rows, BLUME_CAPEL.statistic(4))
    assert min(finding.p for finding in found) > 1e-3, found


def test_random_starts_hold_each_spin_equally_often() -> None:
    spins = simulate([replace(chain, start="random") for chain in chains(100, 20, 1)])
    share = np.bincount(spins.ravel() + 1, minlength=3) / spins.size
    assert np.abs(3 * share - 1).max() < 0.02


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 3), (2, 2)])
def test_densities_of_states_count_every_configuration(rows: int, columns: int) -> None:
    n = rows * columns
    s = np.array(list(product((-1, 0, 1), repeat=n))).reshape(-1, rows, columns)
    bonds = (s * np.roll(s, 1, 1)).sum((1, 2)) + (s * np.roll(s, 1, 2)).sum((1, 2))
    energies = (s * s).sum((1, 2)) - bonds
    expected = np.bincount(energies + n, minlength=4 * n + 1).tolist()
    assert density_of_states(rows, columns) == expected


def test_the_4_x_4_lattice_has_the_levels_of_another_calculation() -> None:
    """By the trace over sequences of rows, with the sum of s**2 as a second variable."""
    found = density_of_states(4, 4)
    lowest = {-16: 2, -13: 32, -11: 64, -10: 176, -9: 192, -8: 592, -7: 1056, -6: 2048}
    assert {e - 16: g for e, g in enumerate(found[:11]) if g} == lowest
    assert found[16] == 93625
    assert sum(found) == 3**16


def test_without_zeros_it_is_the_ising_model() -> None:
    """The same energy, and N more; the same density of states."""
    s = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (50, 8, 8))
    np.testing.assert_array_equal(BLUME_CAPEL.energy(s), PERIODIC_FERRO.energy(s) + 64)
    model = transfer.Model(
        choices=lambda _: [(1, 1), (-1, 1)],
        bond=lambda one, other: 1 - one * other,
        own=lambda spin: spin * spin,
    )
    found = transfer.density_of_states(model, 4, 4, 80)
    assert [found[16 + 4 * i] for i in range(17)] == ising_density(1, 4)


def test_moments_at_infinite_temperature() -> None:
    """2 D/3 a site, and two bonds of variance 4/9 and s**2 of variance 2/9."""
    g, energies = np.array(density_of_states(4, 4), float), np.arange(-16, 49)
    mean = (g * energies).sum() / g.sum()
    assert mean / 16 == pytest.approx(2 / 3, rel=1e-12)
    variance = (g * (energies - mean) ** 2).sum() / g.sum()
    assert variance / 16 == pytest.approx(8 / 9 + 2 / 9, rel=1e-12)


def test_the_shipped_density_sums_to_all_configurations() -> None:
    """Though normalised by the two ground states alone."""
    value, error = with_error(lambda one: np.logaddexp.reduce(one.log_density))
    assert 0 < error < 0.5
    assert abs(value - SITES * log(3)) < 4 * error


def test_the_shipped_density_has_the_exact_lowest_levels() -> None:
    """One zero 3, two neighbouring zeros 5, two others 6, three in a row or around a corner 7."""
    n = SITES
    exact = {3: 2 * n, 5: 4 * n, 6: 2 * (n * (n - 1) // 2 - 2 * n), 7: 12 * n}
    log_density = BLUME_CAPEL.statistic(100).log_density
    assert np.isneginf(log_density[[1, 2, 4]]).all()
    assert np.isfinite(log_density[5:]).all()
    for level, number in exact.items():
        value, error = with_error(lambda one, i=level: one.log_density[i])
        assert abs(value - log(number)) < 5 * error + 1e-6, level


def test_the_shipped_density_has_the_moments_of_infinite_temperature() -> None:
    u, error = with_error(lambda one: float(one.energy(1e12)) / SITES)
    assert abs(u - 2 / 3) < 5 * error
    v, error = with_error(lambda one: float(one.energy_variance(1e12)) / SITES)
    assert abs(v - 10 / 9) < 5 * error
