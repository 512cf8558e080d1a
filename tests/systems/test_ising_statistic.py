"""The exact physics against enumeration, other formulas, and the literature."""

from math import comb, lgamma, log, pi, sqrt

import finite_lattice
import mpmath as mp
import numpy as np
import pytest
from enumeration import all_configurations, energies

from ising_bench.errors import IsingBenchError
from ising_bench.physics.thermal import logarithms, thermal_of
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    SYSTEMS,
    fourier,
    partition,
)
from ising_bench.systems.ising.density import density_of_states, kind_of, primes
from ising_bench.systems.ising.model import Ising

CRITICAL = 2 / log(1 + sqrt(2))  # Onsager, Phys. Rev. 65, 117 (1944)
all_systems = pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)


@all_systems
def test_density_of_states_counts_every_configuration_of_a_small_lattice(system: Ising) -> None:
    excess = energies(system, all_configurations(system, 4)) - system.ground_energy(4)
    assert density_of_states(kind_of(system), 4) == [
        int((excess == 4 * k).sum()) for k in range(17)
    ]


@all_systems
@pytest.mark.parametrize("size", [4, 6, 10, 16])
def test_all_configurations_are_counted_and_their_mean_energy_vanishes(
    system: Ising, size: int
) -> None:
    """At infinite temperature; with fixed rows the 2 L bonds within them keep their energy."""
    states = density_of_states(kind_of(system), size)
    free = size * size - (2 * size if system.has_fixed_rows else 0)
    assert sum(states) == 2**free
    total = sum(g * (system.ground_energy(size) + 4 * k) for k, g in enumerate(states))
    assert total == (-2 * size * 2**free if system.has_fixed_rows else 0)


@pytest.mark.release  # a part of it is recomputed below
@all_systems
def test_the_shipped_table_is_the_density_of_states_at_100(system: Ising) -> None:
    """Its lowest levels against exact integers from another formula in arbitrary precision, its
    sum against the number of configurations, its ground states against their count."""
    shipped = thermal_of(system, 100).log_density
    lowest = finite_lattice.lowest_levels(system, 100, 8)
    np.testing.assert_array_equal(shipped[:8], logarithms(lowest))
    free = 9_800 if system.has_fixed_rows else 10_000
    assert np.logaddexp.reduce(shipped) == pytest.approx(free * log(2), rel=1e-15)
    ground = {
        SKEWED_FERRO: log(99),
        ANTIPERIODIC_FERRO: log(4 * comb(200, 100) * 100**2 // 200 - 2 * 100**2),
    }.get(system, log(2))
    assert shipped[0] == pytest.approx(ground, rel=1e-15)


def test_a_part_of_the_shipped_table_recomputed() -> None:
    """Two primes of the 300 that make the integers: they know the differences g - g' of levels
    that the symmetry of the periodic lattice holds equal, and all low levels modulo each."""
    from ising_bench.systems.ising.density import residues

    lowest = finite_lattice.lowest_levels(SKEWED_FERRO, 100, 8)
    for p in primes(100)[:2]:
        wrapped = residues(kind_of(PERIODIC_FERRO), 100, p)
        np.testing.assert_array_equal(wrapped, wrapped[::-1])
        assert int(wrapped.sum(dtype=object)) % p == pow(2, 10_000, p)
        fixed = residues(kind_of(SKEWED_FERRO), 100, p)
        assert fixed[:8].tolist() == [g % p for g in lowest]


@all_systems
@pytest.mark.parametrize("temperature", ["0.3", "1.0", "2.27", "4.0"])
def test_ten_digits_of_everything_against_the_product_formulas(
    system: Ising, temperature: str
) -> None:
    with mp.workdps(250):
        k = 1 / mp.mpf(temperature)
        h = mp.mpf(10) ** -60

        def log_z(k: mp.mpf) -> mp.mpf:
            digits = 150 + int(200 / float(temperature))
            with mp.workdps(250 + digits):
                z = finite_lattice.partition(system, 100, k)
                return mp.log(z) + k * system.ground_energy(100)

        below, here, above = log_z(k - h), log_z(k), log_z(k + h)
        excess = float((below - above) / (2 * h))
        capacity = float(k**2 * (above - 2 * here + below) / h**2)
    t = float(temperature)
    assert thermal_of(system, 100).log_normalised(t) == pytest.approx(
        float(here), rel=1e-12, abs=1e-14
    )
    assert thermal_of(system, 100).excess_energy(t) == pytest.approx(excess, rel=1e-11)
    assert thermal_of(system, 100).heat_capacity(t) == pytest.approx(capacity, rel=1e-11)


@all_systems
def test_at_zero_temperature_the_ground_states_have_all_the_weight(system: Ising) -> None:
    p = thermal_of(system, 100).distribution(0.0)
    assert p[0] == 1
    assert p.sum() == 1
    assert thermal_of(system, 100).energy(0.0) == system.ground_energy(100)
    assert thermal_of(system, 100).heat_capacity(0.0) == 0
    assert thermal_of(system, 100).log_partition(0.0) == np.inf
    assert thermal_of(system, 100).log_normalised([0.0, 0.02]) == pytest.approx(
        [thermal_of(system, 100).log_density[0]] * 2
    )


@all_systems
def test_every_grid_temperature_has_a_distribution(system: Ising) -> None:
    t = np.arange(401) / 100
    p = thermal_of(system, 100).distribution(t)
    assert p.shape == (401, 10_001)
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-11)
    mean = p @ thermal_of(system, 100).levels
    np.testing.assert_allclose(mean, thermal_of(system, 100).energy(t), rtol=1e-11)
    assert (np.diff(thermal_of(system, 100).excess_energy(t[20:])) > 0).all()


def test_the_antiferromagnet_is_the_ferromagnet_with_one_sublattice_turned() -> None:
    for size in (4, 100):
        np.testing.assert_array_equal(
            thermal_of(PERIODIC_ANTIFERRO, size).log_density,
            thermal_of(PERIODIC_FERRO, size).log_density,
        )


def test_energy_of_the_infinite_lattice() -> None:
    """Onsager 1944, away from T_c, where L = 100 differs by less than exp(-L / xi)."""
    for t in (1.0, 1.8, 3.5):
        k = 1 / t
        modulus = 2 * np.sinh(2 * k) / np.cosh(2 * k) ** 2
        elliptic = float(mp.ellipk(modulus**2))
        u = -(1 / np.tanh(2 * k)) * (1 + 2 / pi * (2 * np.tanh(2 * k) ** 2 - 1) * elliptic)
        assert thermal_of(PERIODIC_FERRO, 100).energy(t) / 1e4 == pytest.approx(u, rel=1e-9)


def test_finite_size_terms_at_the_critical_temperature() -> None:
    """Ferdinand and Fisher, Phys. Rev. 185, 832 (1969): on the square torus ln Z - L^2 f and
    L (-U/L^2 - sqrt 2) tend to constants made of theta functions of nome exp(-pi), and C/L^2 grows
    as (2/pi) ln(1 + sqrt 2)^2 ln L."""
    theta2, theta3, theta4 = (float(mp.jtheta(n, 0, mp.exp(-mp.pi))) for n in (2, 3, 4))
    total = theta2 + theta3 + theta4
    eta = (theta2 * theta3 * theta4 / 2) ** (1 / 3)
    bulk = 2 * float(mp.catalan) / pi + log(2) / 2
    log_z = thermal_of(PERIODIC_FERRO, 100).log_partition(CRITICAL) - 1e4 * bulk
    assert log_z == pytest.approx(log(total / (2 * eta)), abs=2e-5)
    excess = 100 * (-thermal_of(PERIODIC_FERRO, 100).energy(CRITICAL) / 1e4 - sqrt(2))
    assert excess == pytest.approx(2 * theta2 * theta3 * theta4 / total, abs=3e-5)
    c16, c32 = (thermal_of(PERIODIC_FERRO, n).heat_capacity(CRITICAL) / n**2 for n in (16, 32))
    slope = (c32 - c16) / log(2)
    assert slope == pytest.approx(2 / pi * log(1 + sqrt(2)) ** 2, rel=0.02)


def test_low_temperature_series() -> None:
    """The first terms of the series of Domb, Proc. R. Soc. A 196, 36 (1949), for n sites; Beale's
    32 x 32 density of states (Phys. Rev. Lett. 76, 78, 1996) begins with the same numbers."""
    for size in (16, 32, 100):
        n = size * size
        series = [1, 0, n, 2 * n, n * (n + 9) // 2, 2 * n * (n + 6)]
        if size == 100:
            expected = logarithms([2 * g for g in series])
            np.testing.assert_array_equal(thermal_of(PERIODIC_FERRO, 100).log_density[:6], expected)
        else:
            assert density_of_states(kind_of(PERIODIC_FERRO), size)[:6] == [2 * g for g in series]
    assert density_of_states(kind_of(PERIODIC_FERRO), 32)[:6] == [
        2,
        0,
        2048,
        4096,
        1057792,
        4218880,
    ]


def test_high_temperature_entropy() -> None:
    """Half way up the density of states is nearly the Gaussian of independent bonds."""
    peak = thermal_of(PERIODIC_FERRO, 100).log_density[5000]
    independent = lgamma(20_001) - 2 * lgamma(10_001) - 10_000 * log(2) + log(2)
    assert peak == pytest.approx(independent, abs=0.1)


@pytest.mark.parametrize(
    ("system", "size"),
    [(PERIODIC_FERRO, size) for size in (2, 5, 101, 1026)] + [(SKEWED_FERRO, 130)],
)
def test_other_sizes_are_refused(system: Ising, size: int) -> None:
    with pytest.raises(ValueError, match=f"L = {size}"):
        system.statistic(size)


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("inf")])
def test_impossible_temperatures_are_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        thermal_of(PERIODIC_FERRO, 100).energy(temperature)


@pytest.mark.parametrize("size", [4, 6, 16, 32, 100])
def test_a_fourier_sum_gives_the_integers(size: int) -> None:
    known = thermal_of(PERIODIC_FERRO, size).log_density
    found = fourier.log_density(size)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(known))
    has = np.isfinite(known)
    np.testing.assert_allclose(found[has], known[has], rtol=0, atol=1e-9)


def test_a_large_density_of_states_counts_all_configurations_and_the_lowest() -> None:
    size, told = 126, [0]
    found = fourier.log_density(size, told.append)
    highest = found.max()
    whole = highest + np.log(np.exp(found - highest).sum())
    assert whole == pytest.approx(size**2 * log(2), abs=1e-8)
    sites = size**2
    lowest = [2, 2 * sites, 4 * sites, sites * (sites + 9)]  # flips of one, two, ... sites
    assert np.exp(found[[0, 2, 3, 4]]) == pytest.approx(lowest, rel=1e-8)
    assert sites / 2 - 5 < sum(told) <= sites / 2


@all_systems
@pytest.mark.parametrize("size", [4, 32, 100])
@pytest.mark.parametrize("temperature", [0.0, 0.003, 0.2, 2.0, 2.269, 40.0])
def test_the_closed_forms_are_the_sums_over_levels(
    system: Ising, size: int, temperature: float
) -> None:
    known = vars(system.statistic(size).exact(temperature, size))
    found = vars(partition.exact_at(system, temperature, size))
    assert found.pop("certainty") == known.pop("certainty") == "exact"
    if temperature == 0:
        assert found.pop("log_partition_per_site") is known.pop("log_partition_per_site") is None
    assert found == pytest.approx(known, rel=1e-10, abs=1e-300)


@all_systems
def test_large_lattices_have_closed_forms_alone(system: Ising) -> None:
    """Bulk values (Onsager, Phys. Rev. 65, 117, 1944), which walls change by some 1 / L each."""
    found = system.exact(2.0, 1024)
    assert found.energy_per_site == pytest.approx(-1.745565, abs=6 / 1024)
    assert (system.energy_unit, found.certainty) == (1, "exact")
    with pytest.raises(ValueError, match="L = 51: L is even and from 4 to 1024"):
        system.exact(2.0, 51)
    for wrong in (-1.0, float("nan")):
        with pytest.raises(IsingBenchError, match="temperature"):
            system.exact(wrong, 130)
    if system.column_wrap == system.row_wrap == 1:
        assert system.exact(0.03, 1024).heat_capacity_per_site > 0
    else:
        with pytest.raises(IsingBenchError, match=r"take \d+ digits; .* from 0.089 up"):
            system.exact(0.08, 1024)
