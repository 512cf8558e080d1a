"""The quantum Ising chain: exact values by diagonalisation, cluster updates, kinks and images."""

from fractions import Fraction
from itertools import product
from math import exp, factorial, log, sqrt

import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Array
from ising_bench.simulation.simulate import simulate, simulate_all
from ising_bench.system import CPU
from ising_bench.systems import public
from ising_bench.systems.quantum_ising import QUANTUM_ISING, worldlines
from ising_bench.systems.quantum_ising.kinks import STRONGEST, log_weights
from ising_bench.systems.quantum_ising.likelihood import log_likelihood, on_grid
from ising_bench.systems.quantum_ising.near_best import near_best
from ising_bench.systems.quantum_ising.poisson import limits
from ising_bench.systems.quantum_ising.spectrum import kinks, log_partition, slope
from ising_bench.systems.quantum_ising.statistic import Kinks
from ising_bench.systems.quantum_ising.worldlines import Worldline
from ising_bench.tasks import Grid

GRID = Grid("field", "J", Fraction("0.0044"), 400, "of the data")
BONDS = ((1.0, 0.3, 2.0), (1.0, 1.0, 1.5), (1.0, 1.7, 0.7), (0.6, 0.9, 3.0), (1.0, 1e-3, 0.5))


def hamiltonian(sites: int, bond: float, field: float) -> Array:
    """A dense matrix over all states of s^z."""
    states = np.arange(2**sites)
    spins = basis(sites)
    h = np.diag(-bond * (spins * np.roll(spins, -1, axis=1)).sum(1).astype(float))
    for i in range(sites):
        h[states, states ^ (1 << i)] -= field
    return h


def basis(sites: int) -> np.ndarray:
    bits = np.arange(2**sites)[:, None] >> np.arange(sites) & 1
    return (1 - 2 * bits).astype(np.int8)


def exponential(h: Array, time: float) -> Array:
    """exp(-time h) of a symmetric matrix."""
    energies, vectors = np.linalg.eigh(h)
    return np.asarray((vectors * np.exp(-time * energies)) @ vectors.T)


def chains(size: int, number: int, updates: int, point: int) -> list[Chain]:
    return [
        Chain("07", "quantum", "test", i, QUANTUM_ISING, size, GRID, point, 0, updates)
        for i in range(number)
    ]


@pytest.mark.parametrize("sites", range(2, 9))
def test_the_partition_function_is_that_of_the_matrix(sites: int) -> None:
    for bond, field, beta in BONDS:
        energies = np.linalg.eigvalsh(hamiltonian(sites, bond, field))
        expected = log(np.exp(-beta * energies).sum())
        found = log_partition(field, sites, beta, bond)
        assert found.real == pytest.approx(expected, abs=1e-12)
        assert found.imag == 0
    assert log_partition(-0.7, sites) == pytest.approx(log_partition(0.7, sites))


@pytest.mark.parametrize(("sites", "field"), [(4, 0.0), (4, 0.9), (7, 1.0), (8, 1.6)])
def test_exact_values_are_those_of_the_matrix(sites: int, field: float) -> None:
    beta, h = sites / 2, hamiltonian(sites, 1.0, field)
    density = exponential(h - np.eye(len(h)) * np.linalg.eigvalsh(h)[0], beta)
    density /= np.trace(density)
    spins = basis(sites)
    flips = hamiltonian(sites, 0.0, 1.0)
    found = public.exact("quantum_ising", field=field, size=sites)
    assert (found.size, found.field, found.beta) == (sites, field, beta)
    assert found.energy_per_site == pytest.approx(np.trace(density @ h) / sites)
    along = -np.trace(density @ flips) / sites
    assert found.transverse_magnetization == pytest.approx(along)
    products = (spins * np.roll(spins, -1, axis=1)).mean(1)
    assert found.bonds == pytest.approx(density.diagonal() @ products)
    assert found.kinks == pytest.approx(beta * field * along * sites)


def test_exact_values_want_a_field_that_there_is() -> None:
    with pytest.raises(IsingBenchError, match="quantum_ising wants a field, not a temperature"):
        public.exact("quantum_ising", 1.0)
    with pytest.raises(IsingBenchError, match="periodic_ferro wants a temperature, not a field"):
        public.exact("periodic_ferro", field=1.0)
    with pytest.raises(IsingBenchError, match="field -1"):
        public.exact("quantum_ising", field=-1.0)
    with pytest.raises(ValueError, match="field"):
        Kinks(100).log_probability(STRONGEST + 0.1)


def test_weights_of_kinks_are_those_of_the_series() -> None:
    """Dyson's: exp of the bonds' part of H, with the field's as the step from each order to the
    next, in one matrix of blocks."""
    sites, orders = 3, 12
    beta, d = sites / 2, 2**3
    big = np.zeros((d * (orders + 1), d * (orders + 1)))
    bonds, field = hamiltonian(sites, 1.0, 0.0), hamiltonian(sites, 0.0, 1.0)
    for i in range(orders + 1):
        big[i * d : (i + 1) * d, i * d : (i + 1) * d] = -beta * bonds
        if i < orders:
            big[i * d : (i + 1) * d, (i + 1) * d : (i + 2) * d] = -beta * field
    series, term = np.eye(len(big)), np.eye(len(big))
    for k in range(1, 80):
        term = term @ big / k
        series += term
    weights = [np.trace(series[:d, i * d : (i + 1) * d]) for i in range(orders + 1)]
    assert np.abs(weights[1::2]).max() < 1e-9
    np.testing.assert_allclose(np.exp(log_weights(sites)[:6]), weights[0:11:2], rtol=1e-9)


@pytest.mark.parametrize("size", [2, 7, 16, 100])
def test_weights_of_kinks_sum_to_the_partition_function(size: int) -> None:
    """At every field of the grid, though each was found at another."""
    p = np.exp(Kinks(size).log_probability(GRID.values))
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-10)
    levels = Kinks(size).levels
    for point in (30, 227, 400):
        mean, variance = kinks(GRID.value(point), size)
        assert p[point] @ levels == pytest.approx(mean, rel=1e-9)
        assert p[point] @ (levels - mean) ** 2 == pytest.approx(variance, rel=1e-6)


def test_poisson_numbers_have_their_probabilities() -> None:
    for mean in (Fraction(0), Fraction(1, 3), Fraction(88)):
        found = np.diff([0, *limits(mean), 2**64]).astype(float) / 2**64
        known = [exp(-mean) * float(mean**k / factorial(k)) for k in range(len(found) - 1)]
        np.testing.assert_allclose(found[:-1], known, rtol=1e-9, atol=2.0**-62)


@pytest.mark.parametrize(("size", "point"), [(3, 400), (4, 227), (6, 150)])
def test_updates_have_the_exact_distribution_of_kinks_and_bonds(size: int, point: int) -> None:
    """Chains of many updates, whose blocks give the errors."""
    kernel = QUANTUM_ISING.kernels()[CPU]
    number, samples = 60, 1500
    state = kernel.begin(chains(size, number, 0, point))
    kernel.advance(state, np.full(number, 100))
    seen, bonds, squares = np.empty((3, samples, number))
    for i in range(samples):
        kernel.advance(state, np.full(number, 3))
        observed = kernel.observables(state)
        seen[i], bonds[i] = observed["kinks"], observed["bonds"]
        squares[i] = kernel.images(state)[:, 0].mean(1) ** 2
    field = GRID.value(point)
    density = exponential(hamiltonian(size, 1.0, field), size / 2).diagonal()
    known = public.exact("quantum_ising", field=field, size=size)
    square = density @ basis(size).mean(1) ** 2 / density.sum()
    for values, expected in ((seen, known.kinks), (bonds, known.bonds), (squares, square)):
        error = values.mean(0).std() / sqrt(number)
        assert abs(values.mean() - expected) < 4.5 * error
    p = np.exp(Kinks(size).log_probability(field))
    counts = np.bincount(seen[::2].astype(int).ravel() // 2, minlength=len(p)) / seen[::2].size
    per_chain = (seen[::2].astype(int)[..., None] // 2 == np.arange(len(p))).mean(0)
    often = p > 1e-3
    errors = per_chain.std(0) / sqrt(number)
    assert (np.abs(counts - p)[often] < 4.5 * errors[often]).all()


def test_a_long_chain_is_in_equilibrium_after_its_updates() -> None:
    for point in (106, 227):
        _, hidden = simulate_all(chains(100, 48, 100, point))
        mean, variance = kinks(GRID.value(point), 100)
        assert abs(hidden["kinks"].mean() - mean) < 4 * sqrt(variance / 48)


def test_rows_are_instants_and_kinks_between_them_are_through_the_image() -> None:
    up, turned = Worldline(1), Worldline(-1, (2**62, 2**62 + 5, 2**63, 3 * 2**62))
    lines = [up, turned, up, up]
    found = worldlines.image(lines)
    assert found[:, 0].tolist() == [1, 1, 1, 1]
    # one kink has passed at a quarter, three at half, four at three quarters
    assert found[:, 1].tolist() == [-1, 1, 1, -1]
    np.testing.assert_array_equal(worldlines.image(worldlines.through(found)), found)
    assert worldlines.agreement(up, up) == 2**64
    assert worldlines.agreement(up, turned) == 2**62 + 5


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_likelihoods_of_all_images_sum_to_one(size: int) -> None:
    every = np.array(list(product((1, -1), repeat=size**2)), np.int8).reshape(-1, size, size)
    fields = np.array([0.05, 0.3, 1.0, 1.7])
    np.testing.assert_allclose(np.exp(log_likelihood(every, fields)).sum(0), 1, atol=1e-11)


@pytest.mark.parametrize("size", [4, 5, 6])
def test_the_likelihood_is_a_product_of_matrix_elements(size: int) -> None:
    rng = np.random.default_rng(size)
    images = rng.choice(np.array([1, -1], np.int8), (40, size, size))
    states = (images < 0) @ (1 << np.arange(size))
    for field in (0.3, 1.0, 1.7):
        elements = np.log(exponential(hamiltonian(size, 1.0, field), 0.5))
        partition = log(np.trace(exponential(hamiltonian(size, 1.0, field), size / 2)))
        expected = elements[states, np.roll(states, -1, axis=1)].sum(1) - partition
        found = log_likelihood(images, np.array([field]))[:, 0]
        np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_the_slope_of_the_likelihood_has_no_mean_at_an_image_s_own_field() -> None:
    """And its variance is its mean curvature: of the sampler and the likelihood together."""
    size, point, step = 16, 227, 1e-3
    spins = simulate(chains(size, 3000, 60, point))
    field = GRID.value(point)
    low, here, high = log_likelihood(spins, np.array([field - step, field, field + step])).T
    slopes, curvature = (high - low) / (2 * step), -(high - 2 * here + low) / step**2
    assert abs(slopes.mean()) < 4 * slopes.std() / sqrt(len(slopes))
    assert slopes.var() / curvature.mean() == pytest.approx(1, abs=4 * sqrt(3 / len(slopes)))
    known = kinks(field, size)[1] / field**2
    assert 0.3 < curvature.mean() / known < 0.9  # images tell less than all kinks


@pytest.mark.parametrize("point", [5, 106, 227, 400])
def test_the_likelihood_on_the_grid_is_that_of_each_field(point: int) -> None:
    spins, fields = simulate(chains(20, 6, 30, point)), GRID.values[1:]
    found, expected = on_grid(spins, fields), log_likelihood(spins, fields)
    near = np.isfinite(found)
    np.testing.assert_allclose(found[near], expected[near], atol=1e-6)
    highest = expected.max(1, keepdims=True)
    assert (highest - expected)[~near].min(initial=np.inf) > 25


def test_near_the_best_few_values_stand_for_all() -> None:
    asked = []

    def smooth(x: Array) -> Array:
        asked.append(len(x))
        return -((x - 3.3) ** 2) * 50 - np.sin(x)

    x = np.linspace(0.01, 8, 800)
    found = near_best(smooth, x, -np.cosh(x) / 9)
    expected = smooth(x) - np.cosh(x) / 9
    near = np.isfinite(found)
    np.testing.assert_allclose(found[near], expected[near], atol=1e-8)
    assert sum(asked[:-1]) < 60
    assert expected[~near].max() < expected.max() - 25


def test_kinks_that_cannot_be_are_refused() -> None:
    spins = simulate(chains(6, 2, 5, 227))
    for wrong in (3, -2, 10**6):
        with pytest.raises(ValueError, match="kinks"):
            Kinks(6).of(spins, {"kinks": np.array([2, wrong])})


def test_a_slope_is_the_derivative() -> None:
    assert slope(lambda x: np.exp(2 * x), 0.3) == pytest.approx(2 * exp(0.6), rel=1e-14)
