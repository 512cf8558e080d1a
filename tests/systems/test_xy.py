"""The XY model: whole numbers for cosines and exponentials, exact values, the start by clusters."""

from fractions import Fraction
from itertools import product
from math import exp, log, pi

import numba
import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.physics.jackknife import standard_error
from ising_bench.simulation.simulate import simulate
from ising_bench.systems.xy import XY, XY_MODEL, clusters, kernel, starts
from ising_bench.systems.xy.acceptance import (
    MOST,
    acceptance,
    acceptance_of,
    roughly,
    settings_of,
    window,
)
from ising_bench.systems.xy.cosine import ALIGNED, COSINE, cosine, nearly
from ising_bench.tasks import Grid
from systems.currents import log_partition, weights

STEP = Fraction("0.003935")
GRID = Grid("temperature", "J/k_B", STEP, 400, "of the data")
SITES = 100 * 100
SMALL = XY("clock", directions=8)


def chains(
    size: int, number: int, sweeps: int, point: int, start: str = "ground", system: XY = XY_MODEL
) -> list[Chain]:
    return [
        Chain("07", system.name, "test", i, system, size, GRID, point, 0, sweeps, start)
        for i in range(number)
    ]


def test_the_table_is_the_cosine_to_half_a_unit_and_has_its_symmetries() -> None:
    angles = np.arange(256)
    exactly = ALIGNED * np.cos(2 * pi * angles / 256)
    assert np.abs(COSINE - exactly).max() < 0.492
    np.testing.assert_array_equal(COSINE, COSINE[-angles % 256])
    np.testing.assert_array_equal(COSINE, -COSINE[(angles + 128) % 256])
    assert (COSINE[0], COSINE[64], COSINE[1]) == (ALIGNED, 0, ALIGNED - 79)


@pytest.mark.parametrize("options", [{}, {"fastmath": {"contract"}}], ids=["as written", "fused"])
def test_the_kernels_polynomial_is_the_table(options: dict) -> None:
    """With products and sums apart, and fused where this processor does that."""

    @numba.njit(**options)
    def evaluated(differences: np.ndarray, found: np.ndarray) -> None:
        for i in range(len(found)):
            found[i] = cosine(differences[i])

    differences = np.arange(-300, 600, dtype=np.int32)
    found = np.empty(len(differences), np.float32)
    evaluated(differences, found)
    np.testing.assert_array_equal(found, COSINE[differences % 256])


@numba.njit
def _evaluate(angles: np.ndarray, found: np.ndarray) -> None:
    for i in range(len(found)):
        found[i] = nearly(angles[i])


def test_a_rough_cost_is_as_close_as_the_kernel_takes_it_to_be() -> None:
    """The worst over all angles that an odd polynomial can be off, and sums of random angles."""
    angles = np.arange(256, dtype=np.int32)
    x, y = np.empty((2, 256), np.float32)
    _evaluate(angles, x)
    _evaluate(angles - np.int32(64), y)
    differences = angles[:, None] - angles
    bonds = (x[:, None] * x + y[:, None] * y) / np.float32(ALIGNED)
    off = np.abs(bonds.astype(float) - COSINE[differences % 256]).max()
    assert 8 * off < kernel._OFF - 1
    rng = np.random.default_rng(5)
    old, new, *four = rng.integers(0, 256, (6, 200_000))
    field = [sum((part[n] for n in four), np.float32(0)) for part in (x, y)]
    rough = (x[old] - x[new]) * field[0] + (y[old] - y[new]) * field[1]
    exactly = sum(COSINE[(old - n) % 256] - COSINE[(new - n) % 256] for n in four)
    assert np.abs(rough.astype(float) / ALIGNED - exactly).max() < kernel._OFF - 1


@pytest.mark.parametrize("point", [1, 30, 227, 400])
def test_a_rough_acceptance_is_as_close_as_the_kernel_takes_it_to_be(point: int) -> None:
    slope, limit = acceptance_of(point * STEP)
    costs = np.unique(np.geomspace(1, limit - 1, 20_000).astype(np.int64))
    exactly = np.exp(-costs / (float(point * STEP) * ALIGNED))
    rough = np.array([roughly.py_func(np.float32(c), np.float32(slope / 2**62)) for c in costs])
    assert np.abs(rough / 2**24 / exactly - 1).max() < 2**-14  # half of the kernel's margin


@pytest.mark.parametrize("point", [1, 2, 30, 106, 227, 400])
def test_acceptance_is_the_exponential(point: int) -> None:
    slope, limit = acceptance_of(point * STEP)
    rng = np.random.default_rng(point)
    some = rng.integers(1, limit, 20_000)
    costs = np.unique([*range(1, 3000), *some, *some // 50 + 1, limit - 1])
    found = acceptance.py_func(costs.astype(np.uint64), np.uint64(slope))
    exactly = np.exp(-costs / (float(point * STEP) * ALIGNED)) * 2**32
    assert np.abs(found.astype(float) - exactly).max() < 2.5
    if limit < MOST:
        assert acceptance.py_func(np.uint64(limit), np.uint64(slope)) == 0


def test_acceptance_at_the_ends_of_temperature() -> None:
    for frozen in (Fraction(0), Fraction(1, 10**9), Fraction(1, 10**30)):
        slope, limit = acceptance_of(frozen)
        assert limit == 1
        assert acceptance.py_func(np.uint64(1), np.uint64(slope)) == 0
    slope, limit = acceptance_of(Fraction(10**12))
    assert limit == MOST
    assert acceptance.py_func(np.uint64(MOST), np.uint64(slope)) > 2**32 - 10


def test_windows_are_of_both_sides_and_at_most_half_a_turn() -> None:
    assert [window(k * STEP, 256) for k in (0, 1, 30, 104, 227, 400, 10**6)] == [
        1, 4, 18, 33, 49, 64, 128,
    ]  # fmt: skip
    assert window(400 * STEP, 8) == 2


@pytest.mark.parametrize(("directions", "point"), [(4, 227), (8, 60), (8, 227), (8, 400)])
def test_a_sweep_leaves_the_exact_distribution(directions: int, point: int) -> None:
    """The transition matrix of the rule, whole numbers and all, on the 2 x 2 torus."""
    system = XY("clock", directions)
    step, temperature = system.step, point * STEP
    slope, limit = acceptance_of(temperature)
    reach = window(temperature, directions)
    edges = [-(-(n << 31) // reach) for n in range(reach + 1)]
    chances = np.diff(edges) / 2**32  # of each number of directions, either way
    states = np.array(list(product(range(0, 256, step), repeat=4)), np.uint8)
    energies = system.energy(states.reshape(-1, 2, 2))
    place = {bytes(state): i for i, state in enumerate(states)}
    p = np.exp(-(energies - energies.min()) / (float(temperature) * ALIGNED))
    p /= p.sum()
    after = p.copy()
    for site in (0, 3, 1, 2):  # the colours of the checkerboard
        before, after = after, np.zeros_like(p)
        for turns, chance in enumerate(chances, 1):
            for sign in (-1, 1):
                moved = states.copy()
                moved[:, site] += np.uint8(sign * turns * step % 256)
                to = np.array([place[bytes(state)] for state in moved])
                cost = np.clip(energies[to] - energies, 0, limit)
                taken = acceptance.py_func(cost.astype(np.uint64), np.uint64(slope)) / 2**32
                taken[cost == 0] = 1.0
                np.add.at(after, to, before * chance * taken)
                after += before * chance * (1 - taken)
    assert np.abs(after - p).sum() < 2e-9
    assert after.sum() == pytest.approx(1, abs=1e-12)


def bessel(orders: int, x: float) -> np.ndarray:
    """I_0(x) to I_n(x): their integral, by a sum that is exact to all digits."""
    return weights(np.exp(x * np.cos(2 * pi * np.arange(512) / 512)), orders)


@pytest.mark.parametrize("temperature", [0.4, 0.8932, 1.574])
def test_the_smallest_torus_is_a_ring_of_bessel_functions(temperature: float) -> None:
    """Z = (2 pi)**4 sum of I_n(2/T)**4: for 256 directions the same with an angle's 256 ways."""
    exact = XY_MODEL.statistic(2)
    beta = 1 / temperature
    ring = bessel(80, 2 * beta) ** 4
    continuous = log(ring[0] + 2 * ring[1:].sum()) + 4 * log(256)
    assert float(exact.log_partition(temperature)) == pytest.approx(continuous, abs=3e-5)
    table = weights(np.exp(2 * beta * COSINE / ALIGNED), 255) ** 4  # every n from 0 to 255 once
    clock = log(table.sum()) + 4 * log(256)
    assert float(exact.log_partition(temperature)) == pytest.approx(clock, abs=1e-10)


def test_currents_give_what_enumeration_gives() -> None:
    """Of the 2 x 2 torus of the clock, from its own density of states, and of the rotor."""
    for beta in (0.5, 1.12):
        ring = bessel(40, 2 * beta) ** 4
        rotor = log(ring[0] + 2 * ring[1:].sum())
        assert log_partition(bessel(9, beta), 2, 2) == pytest.approx(rotor, abs=1e-9)
        clock = weights(np.exp(beta * COSINE / ALIGNED), 9)
        exact = float(XY_MODEL.statistic(2).log_partition(1 / beta)) - 4 * log(256)
        assert log_partition(clock, 2, 2) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(("point", "most", "known"), [(227, 4, -1.498497), (400, 3, -0.863484)])
def test_chains_have_the_exact_energy_of_the_torus(point: int, most: int, known: float) -> None:
    size, temperature, h = 4, float(point * STEP), 1e-3
    logs = [
        log_partition(weights(np.exp(b * (COSINE / ALIGNED - 1)), most), size, size) + 32 * b
        for b in (1 / temperature - h, 1 / temperature + h)
    ]
    exact = -(logs[1] - logs[0]) / (2 * h) / size**2
    assert exact == pytest.approx(known, abs=3e-6)
    spins = simulate(chains(size, 8000, 30, point, "clusters"))
    energies = XY_MODEL.energy(spins) / ALIGNED / size**2
    error = energies.std() / np.sqrt(len(energies))
    assert abs(energies.mean() - exact) < 4 * error


def test_clusters_by_loops_are_those_of_the_kernel() -> None:
    """Wolff's update again, as plain loops over Python's numbers."""
    for system, point in ((XY_MODEL, 227), (XY_MODEL, 1), (SMALL, 400)):
        settings = settings_of(point * STEP, system.directions)
        rng = np.random.default_rng(point)
        begun = (system.step * rng.integers(system.directions, size=(6, 6))).astype(np.uint8)
        state = np.array([3, 5, 7, 1], np.uint64)
        spins = begun.copy()
        turned = clusters.grow(spins, system.step, settings, state.copy(), 12)
        expected, number = wolff(begun, system.step, settings, state, 12)
        np.testing.assert_array_equal(spins, expected)
        assert turned == number


@pytest.mark.parametrize("point", [60, 227])
def test_clusters_leave_the_exact_distribution(point: int) -> None:
    """Of the energies of the 2 x 2 torus, on the way of many updates."""
    settings = settings_of(point * STEP, SMALL.directions)
    exactly = SMALL.statistic(2)
    spins, stream = np.zeros((2, 2), np.uint8), np.array([11, 13, 17, 1], np.uint64)
    updates = 40_000
    levels = np.empty(updates, np.int64)
    for i in range(updates):
        clusters.grow(spins, SMALL.step, settings, stream, 5)
        levels[i] = exactly.of(spins)
    expected = updates * np.exp(exactly.log_probability(float(point * STEP)))
    found = np.bincount(levels, minlength=len(expected))
    often = expected > 200
    # what is left of the correlation of updates widens the spread by less than a half
    assert (np.abs(found - expected)[often] < 6 * np.sqrt(expected[often])).all()


def wolff(
    begun: np.ndarray, step: int, settings: tuple[int, int, int], state: np.ndarray, grown: int
) -> tuple[np.ndarray, int]:
    farthest, slope, limit = settings
    stream = np.random.SFC64(0)
    full = stream.state
    full["state"]["state"] = state
    stream.state = full
    size, turned = len(begun), 0
    lattice = {(r, c): int(begun[r, c]) for r in range(size) for c in range(size)}
    for _ in range(grown):
        first = divmod(int(stream.random_raw()) % size**2, size)
        move = step * (int(stream.random_raw()) % (2 * farthest + 1) - farthest)
        axis = 2 * lattice[first] + move
        lattice[first] = (axis - lattice[first]) % 256
        waiting = [first]
        while waiting:
            r, c = here = waiting.pop()
            turned += 1
            for there in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                other = (there[0] % size, there[1] % size)
                was, now = axis - lattice[here], lattice[here]
                cost = int(COSINE[(was - lattice[other]) % 256])
                cost -= int(COSINE[(now - lattice[other]) % 256])
                if cost > 0:
                    kept = acceptance.py_func(np.uint64(min(cost, limit)), np.uint64(slope))
                    if int(stream.random_raw()) & 0xFFFFFFFF >= int(kept):
                        lattice[other] = (axis - lattice[other]) % 256
                        waiting.append(other)
    found = [[lattice[r, c] for c in range(size)] for r in range(size)]
    return np.array(found, np.uint8), turned


def measured(value: str, temperature: float) -> tuple[float, float]:
    """A number of the shipped statistic, and its standard error, of the whole lattice."""
    statistic = XY_MODEL.statistic(100)
    ones = [statistic, *statistic.replicas]
    found = [float(getattr(one, value)(temperature)) for one in ones]  # type: ignore[arg-type]
    return found[0], standard_error(found[0], found[1:])


def test_cold_lattices_have_the_energy_of_spin_waves() -> None:
    """T/2 each but for the uniform turn, and T**2/16 a site from their first interaction."""
    for point in (1, 2, 5):
        t = float(point * STEP)
        waves = SITES * (t / 2 * (1 - 1 / SITES) + t**2 / 16)
        found, error = measured("excess_energy", t)
        assert error < 2e-4 * waves
        assert abs(found - waves) < 4 * error + SITES * t**3


def test_hot_lattices_have_the_energy_of_the_high_temperature_series() -> None:
    """ln Z/N = 2 ln I_0 + 2 t**4 + 4 t**6 + ..., t = I_1/I_0, its next terms of t**8."""
    t, h = 6.0, 1e-3
    logs = []
    for beta in (1 / t - h, 1 / t + h):
        i0, i1 = bessel(1, beta)
        logs.append(2 * log(i0) + 2 * (i1 / i0) ** 4 + 4 * (i1 / i0) ** 6)
    series = -SITES * (logs[1] - logs[0]) / (2 * h)
    found, error = measured("energy", t)
    assert abs(found - series) < 4 * error + SITES * (0.5 / t) ** 7 * 40


def test_the_density_of_states_sums_to_all_states() -> None:
    """From infinite temperature, where it is normalised, down to spin waves: ln Z there is that of
    free modes, half of ln(2 pi T/lambda) each, with N T/16 from their first interaction."""
    t = float(5 * STEP)
    wave = 2 - 2 * np.cos(2 * pi * np.arange(100) / 100)
    modes = (wave[:, None] + wave).ravel()[1:]
    free = SITES * log(256 / (2 * pi)) + log(2 * pi) + log(SITES) / 2 + SITES * t / 16
    free += float(np.log(2 * pi * t / modes).sum()) / 2
    found, error = measured("log_normalised", t)
    assert error < 1.5
    assert abs(found - free) < 3 * error


@pytest.mark.parametrize("point", [104, 300])
def test_clusters_have_the_energy_that_sweeps_were_measured_to_have(point: int) -> None:
    """Independent lattices by Wolff's update, and some sweeps for what it is slow in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starts, "TURNS", 30)
        spins = simulate(chains(100, 60, 50, point, "clusters"))
    energies = XY_MODEL.energy(spins) / ALIGNED
    found, error = measured("energy", float(point * STEP))
    spread = np.hypot(energies.std() / np.sqrt(len(energies)), error)
    assert abs(energies.mean() - found) < 4 * spread


def test_energies_between_levels_belong_to_the_nearest_and_too_cold_is_refused() -> None:
    statistic = XY_MODEL.statistic(100)
    levels = statistic.levels
    some = np.array([levels[0], levels[5] + 1, levels[900] - 1, levels[-1]])
    assert statistic.level_of(some).tolist() == [0, 5, 900, len(levels) - 1]
    with pytest.raises(ValueError, match="none of those that are known"):
        statistic.level_of(levels[-1] + 1)
    with pytest.raises(ValueError, match="must be 0 or at least"):
        statistic.log_probability(1e-5)
    assert np.exp(statistic.log_probability(0.0))[0] == 1


def test_vortices_come_in_pairs_and_one_is_seen() -> None:
    size = 12
    r, c = np.mgrid[:size, :size] - (size - 1) / 2
    pair = np.angle((c + 3.5 + 1j * r) * (c - 3.5 - 1j * r))  # a vortex and an antivortex
    spins = np.rint(pair * 128 / pi).astype(int) % 256
    assert XY_MODEL.vortices(spins.astype(np.uint8)) == 2
    rng = np.random.default_rng(0)
    many = XY_MODEL.vortices(rng.integers(0, 256, (50, 20, 20)).astype(np.uint8))
    assert (many % 2 == 0).all()
    assert many.mean() / 400 == pytest.approx(1 / 3, abs=0.02)  # of angles that know nothing
    assert XY_MODEL.vortices(np.full((8, 8), 17, np.uint8)) == 0


def test_the_mean_vector_is_that_of_the_angles() -> None:
    spins = np.random.default_rng(1).integers(0, 256, (3, 10, 10)).astype(np.uint8)
    exactly = np.exp(2j * pi * spins / 256).mean((1, 2))
    found = XY_MODEL.mean_vector(spins)
    np.testing.assert_allclose(found, np.stack([exactly.real, exactly.imag], 1), atol=2e-6)
    np.testing.assert_allclose(XY_MODEL.order(spins), np.abs(exactly), atol=2e-6)


def test_what_is_no_clock_is_refused() -> None:
    for directions in (2, 6, 100, 512):
        with pytest.raises(ValueError, match="power of two"):
            XY("clock", directions)


def test_no_pair_of_charges_tells_the_clock_from_the_rotor() -> None:
    """exp(-q**2 T/4) at the coldest temperature of the data above 0."""
    assert exp(-(256**2) * float(STEP) / 4) < 1e-27
