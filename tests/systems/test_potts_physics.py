"""The Potts model against what is known exactly, and the shipped density against all of it."""

from fractions import Fraction
from itertools import product
from math import log, sqrt

import numpy as np
import pytest

from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.physics.jackknife import standard_error
from ising_bench.physics.thermal import Thermal
from ising_bench.systems.ising import PERIODIC_FERRO
from ising_bench.systems.ising.density import density_of_states as ising_density
from ising_bench.systems.potts import POTTS_Q3, POTTS_Q10, SYSTEMS
from ising_bench.systems.potts.clusters import cluster_energies
from ising_bench.systems.potts.density import density_of_states
from ising_bench.systems.potts.model import Potts
from ising_bench.systems.potts.transition import (
    critical_temperature,
    latent_heat,
    phase_energies,
)

each = pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
SITES = 10_000


def with_error(system: Potts, number: object) -> tuple[float, float]:
    """A number computed from the shipped density, and its error."""
    found = system.statistic(100)
    values = [number(one) for one in (found, *found.replicas)]  # type: ignore[operator]
    return values[0], standard_error(values[0], values[1:])


@pytest.mark.parametrize(
    ("states", "rows", "columns"), [(3, 3, 3), (4, 2, 3), (2, 4, 3), (10, 2, 2)]
)
def test_densities_of_states_count_every_configuration(
    states: int, rows: int, columns: int
) -> None:
    s = np.array(list(product(range(states), repeat=rows * columns))).reshape(-1, rows, columns)
    equal = (s == np.roll(s, 1, 1)).sum((1, 2)) + (s == np.roll(s, 1, 2)).sum((1, 2))
    expected = np.bincount(equal, minlength=2 * rows * columns + 1).tolist()
    assert density_of_states(states, rows, columns) == expected


def test_ten_colours_on_3_x_3() -> None:
    """By set partitions: the sum over partitions into m blocks of 10 9 8 ... (m factors)."""
    equal_bonds: dict[tuple[int, int], int] = {}

    def partitions(sites: list[int], blocks: int) -> None:
        if len(sites) == 9:
            s = np.array(sites).reshape(3, 3)
            n = int((s == np.roll(s, 1, 0)).sum() + (s == np.roll(s, 1, 1)).sum())
            equal_bonds[blocks, n] = equal_bonds.get((blocks, n), 0) + 1
            return
        for block in range(blocks + 1):
            partitions([*sites, block], max(blocks, block + 1))

    partitions([], 0)
    expected = [0] * 19
    for (blocks, n), number in equal_bonds.items():
        expected[n] += number * int(np.prod([10 - i for i in range(blocks)]))
    assert density_of_states(10, 3, 3) == expected
    assert sum(expected) == 10**9


def test_two_colours_are_the_ising_model() -> None:
    """Of n equal bonds the Ising energy is 2 N - 2 n."""
    found = density_of_states(2, 4, 4)
    assert [found[32 - 2 * i] for i in range(17)] == ising_density(1, 4)
    assert sum(found) == 2**16


@pytest.mark.slow
def test_the_lowest_levels_are_those_of_a_few_changed_sites() -> None:
    """One site 4 bonds, two neighbours of one colour 6, of two colours 7; a = q - 1, sides of 5 and
    more."""
    found, n = density_of_states(3, 5, 5), 25
    q, a = 3, 2
    lowest = [found[2 * n - k] for k in range(9)]
    assert lowest[:8] == [q, 0, 0, 0, q * n * a, 0, q * 2 * n * a, q * 2 * n * a * (q - 2)]
    assert lowest[8] == q * (n * (n - 5) // 2 * a * a + 7 * n * a)


@each
def test_moments_at_infinite_temperature(system: Potts) -> None:
    """-2/q a site, and two bonds of variance (1/q)(1 - 1/q)."""
    q = system.states
    g = np.array(density_of_states(q, 4, 4), float)
    n = np.arange(33)
    mean = (g * n).sum() / g.sum() / 16
    assert mean == pytest.approx(2 / q, rel=1e-12)
    variance = (g * (n - 16 * mean) ** 2).sum() / g.sum() / 16
    assert variance == pytest.approx(2 / q * (1 - 1 / q), rel=1e-12)


@each
def test_the_shipped_density_sums_to_all_configurations(system: Potts) -> None:
    """Though normalised by the ground states alone: a check of every temperature between, and for
    q = 10 of ln(Z_ordered/Z_disordered) = ln 10 at T_c, by which its phases are joined."""
    value, error = with_error(system, lambda one: np.logaddexp.reduce(one.log_density))
    assert 0 < error < 0.5
    assert abs(value - SITES * log(system.states)) < 4 * error


@each
def test_the_shipped_density_has_the_exact_lowest_levels(system: Potts) -> None:
    q, a, n = system.states, system.states - 1, SITES
    exact = {
        4: q * n * a,
        6: q * 2 * n * a,
        7: q * 2 * n * a * (q - 2),
        8: q * (n * (n - 5) // 2 * a * a + 7 * n * a),
    }
    log_density = system.statistic(100).log_density
    assert log_density[0] == pytest.approx(log(q), abs=1e-6)
    assert np.isneginf(log_density[[1, 2, 3, 5]]).all()
    assert np.isfinite(log_density[6:]).all()
    for level, number in exact.items():
        value, error = with_error(system, lambda one, i=level: one.log_density[i])
        assert abs(value - log(number)) < 5 * error + 1e-6, level


@each
def test_the_shipped_density_has_the_moments_of_infinite_temperature(system: Potts) -> None:
    q = system.states
    u, error = with_error(system, lambda one: float(one.energy(1e12)) / SITES)
    assert abs(u + 2 / q) < 5 * error
    v, error = with_error(system, lambda one: float(one.energy_variance(1e12)) / SITES)
    assert abs(v - 2 / q * (1 - 1 / q)) < 5 * error


def test_latent_heat_is_baxters() -> None:
    """J. Phys. C 6, L445 (1973); its values for q = 5 and q = 10."""
    assert float(latent_heat(10)) == pytest.approx(0.6960494, abs=1e-7)
    assert float(latent_heat(5)) == pytest.approx(0.0529, abs=1e-4)
    ordered, disordered = phase_energies(10)
    assert (ordered, disordered) == pytest.approx((-1.6642525, -0.9682031), abs=1e-7)


def test_the_phases_of_ten_colours_have_baxters_energies() -> None:
    t = critical_temperature(10)

    def energies(one: Thermal) -> tuple[float, float]:
        weights = one.distribution(t)
        per_site = one.energies / SITES
        ordered = per_site < -1.3
        return tuple(  # type: ignore[return-value]
            float((weights * per_site)[phase].sum() / weights[phase].sum())
            for phase in (ordered, ~ordered)
        )

    for i, exact in enumerate(phase_energies(10)):
        value, error = with_error(POTTS_Q10, lambda one, i=i: energies(one)[i])
        assert 1e-4 < error < 4e-3
        assert abs(value - exact) < 4 * error


def test_three_colours_have_the_energy_of_duality_in_a_large_lattice() -> None:
    """u = -(1 + 1/sqrt q) at T_c of the infinite lattice; on the torus of side L it is lower by
    A L**(1/nu - 2), nu = 5/6 (M. P. M. den Nijs, J. Phys. A 12, 1857, 1979), so two sizes tell."""
    t = Fraction(critical_temperature(3))
    found = []
    for size, samples in ((16, 20_000), (32, 10_000)):
        series = cluster_energies(3, size, [t] * 4, samples, 2, 200, "01") / size**2
        tau, _ = integrated_time(series)
        found.append((series.mean(), np.sqrt(series.var() * 2 * tau / series.size)))
    (small, small_error), (large, large_error) = found
    factor = 2**0.8
    u = (factor * large - small) / (factor - 1)
    error = np.hypot(factor * large_error, small_error) / (factor - 1)
    assert error < 0.004
    assert abs(u + 1 + 1 / sqrt(3)) < 4 * error + 0.001  # and what the next power adds


def test_clusters_and_single_spins_have_the_same_energies() -> None:
    """Two colours against the exact Ising model: twice the energy and N more, at twice the
    temperature. Three against the shipped density, where no cluster chain entered it."""
    for t in (Fraction("1.0"), Fraction("1.135"), Fraction("1.5")):
        series = cluster_energies(2, 16, [t] * 4, 10_000, 2, 200, "02")
        tau, _ = integrated_time(series.astype(float))
        error = float(np.sqrt(series.var() * 2 * tau / series.size))
        exact = (float(PERIODIC_FERRO.statistic(16).energy(2 * float(t))) - 2 * 256) / 2
        assert abs(series.mean() - exact) < 4 * error
    t = 200 * Fraction("0.0043847")
    series = cluster_energies(3, 100, [t] * 2, 500, 2, 100, "03")
    tau, _ = integrated_time(series.astype(float))
    error = float(np.sqrt(series.var() * 2 * tau / series.size))
    u, other = with_error(POTTS_Q3, lambda one: float(one.energy(float(t))))
    assert abs(series.mean() - u) < 4 * np.hypot(error, other)
