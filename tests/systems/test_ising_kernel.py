"""The bit-parallel kernel against the reference, bit for bit."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.ndarrays import Spins
from ising_bench.paper import GRID
from ising_bench.simulation.simulate import simulate
from ising_bench.simulation.streams import stream_of
from ising_bench.simulation.thresholds import boltzmann
from ising_bench.systems.ising import SYSTEMS, kernel, reference
from ising_bench.systems.ising.kernel import sweep_chains
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.packing import pack, unpack
from ising_bench.systems.ising.starts import start


def chain(system: Ising, size: int, point: int, sweeps: int, index: int = 0) -> Chain:
    return Chain("00", system.name, "test", index, system, size, GRID, point, 0, sweeps)


def by_reference(chain: Chain) -> Spins:
    return simulate([chain], kernel="reference")[0]


def limits(point: int) -> tuple[int, int]:
    return boltzmann(4, Fraction(point, 100)), boltzmann(8, Fraction(point, 100))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("point", [0, 1, 50, 105, 227, 400])
def test_kernel_equals_reference_on_the_release_lattice(system: Ising, point: int) -> None:
    chains = [chain(system, 100, point, 5, i) for i in range(2)]
    for spins, c in zip(simulate(chains), chains, strict=True):
        np.testing.assert_array_equal(spins, by_reference(c))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("point", [0, 1, 50, 105, 227, 400])
def test_kernel_equals_reference_from_a_random_lattice(system: Ising, point: int) -> None:
    """Where every kind of proposal is met, also at temperatures that leave a ground state alone."""
    rng = np.random.default_rng(point)
    spins = rng.choice([-1, 1], (1, 100, 100)).astype(np.int8)
    if system.has_fixed_rows:
        spins[:, 0], spins[:, -1] = 1, -1
    states = rng.integers(0, 2**64, (1, 4, 1, 100), dtype=np.uint64)
    expected = spins[0].copy()
    streams = [[stream_of(state)] for state in states[0, :, 0].T]
    for _ in range(3):
        reference.sweep(system, expected, streams, limits(point))
    words = pack(system, spins)
    thresholds = np.array([limits(point)], np.uint64)
    sweep_chains(words, states, thresholds, np.array([3]), system.column_wrap, system.row_wrap)
    assert (expected != spins[0]).mean() > 0.2
    np.testing.assert_array_equal(unpack(system, words)[0], expected)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_kernel_equals_reference_over_many_sweeps(system: Ising) -> None:
    """So many that the tail beyond the first 12 digits, rare in one sweep, is used often."""
    c = chain(system, 8, 240, 400)
    np.testing.assert_array_equal(simulate([c])[0], by_reference(c))


@pytest.mark.parametrize(("margin", "flips"), [(0, False), (1, True)], ids=["equal", "below"])
def test_the_comparison_goes_to_the_last_of_64_digits(margin: int, flips: bool) -> None:
    """The threshold is put at, or just above, the uniform number that one site will meet."""
    rng = np.random.default_rng(5)
    for site in (0, 17, 49):
        streams = rng.integers(0, 2**64, (1, 4, 1, 100), dtype=np.uint64)
        stream = stream_of(streams[0, :, 0, 8])
        digits = [(int(word) >> site) & 1 for word in stream.random_raw(64)]
        number = sum(digit << (63 - k) for k, digit in enumerate(digits))
        words = np.zeros((1, 2, 1, 100), np.uint64)  # all down: every flip costs 8
        sweep_chains(
            words, streams, np.array([[0, number + margin]], np.uint64), np.array([1]), 1, 1
        )
        assert bool((int(words[0, 0, 0, 8]) >> site) & 1) is flips


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [126, 130, 190, 256, 258])
def test_rows_of_several_words_equal_the_reference(system: Ising, size: int) -> None:
    """One word is full, or the last of several holds a single site, or is full."""
    mine = [chain(system, size, 240, 1)]
    spins = np.random.default_rng(size).choice(np.array([1, -1], np.int8), (1, size, size))
    if system.has_fixed_rows:
        spins[:, 0], spins[:, -1] = 1, -1
    found = []
    for implementation in (kernel, reference):
        state = implementation.begin(mine, spins)
        implementation.advance(state, np.array([1]))
        found.append(implementation.images(state))
        np.testing.assert_array_equal(
            implementation.observables(state)["energy"], system.energy(found[-1])
        )
    np.testing.assert_array_equal(*found)
    assert (found[0] != spins).mean() > 0.2


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [258, 1024])
def test_wide_lattices_have_the_exact_energy(system: Ising, size: int) -> None:
    mine = [chain(system, size, 320, 60, i) for i in range(4)]
    energy = system.energy(simulate(mine)).mean() / size**2
    known = system.exact(3.2, size)
    deviation = 3.2 * (known.heat_capacity_per_site / 4) ** 0.5 / size
    assert energy == pytest.approx(known.energy_per_site, abs=4.5 * deviation)


def test_at_zero_temperature_a_ground_state_of_the_ferromagnet_stays() -> None:
    c = chain(SYSTEMS[0], 100, 0, 10)
    np.testing.assert_array_equal(simulate([c])[0], start(c))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_sweeps_in_two_goes_are_sweeps_in_one(system: Ising) -> None:
    chains = [chain(system, 10, 227, 0, i) for i in range(3)]
    for implementation in (kernel, reference):
        at_once, stopped = (implementation.begin(chains) for _ in range(2))
        implementation.advance(at_once, np.array([9, 0, 4]))
        for sweeps in ([5, 0, 1], [4, 0, 3]):
            implementation.advance(stopped, np.array(sweeps))
        expected = implementation.images(at_once)
        np.testing.assert_array_equal(implementation.images(stopped), expected)


def test_each_chain_runs_its_own_number_of_sweeps() -> None:
    long = chain(SYSTEMS[0], 8, 227, 30)
    short = replace(long, sweeps=7, index=1)
    both = simulate([long, short])
    np.testing.assert_array_equal(both[0], by_reference(long))
    np.testing.assert_array_equal(both[1], by_reference(short))
