"""The bit-parallel kernel against the reference, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from ising_bench.arrays import Spins
from ising_bench.simulation import reference
from ising_bench.simulation.chains import Chain, pack, simulate, unpack
from ising_bench.simulation.metropolis import LEADING_WORDS, sweep_chains
from ising_bench.simulation.thresholds import acceptance_thresholds
from ising_bench.systems import SYSTEMS, System


def chain(system: System, size: int, hundredths: int, sweeps: int, index: int = 0) -> Chain:
    return Chain("00", system.name, "test", index, system, size, 0, hundredths, sweeps)


def by_reference(chain: Chain) -> Spins:
    spins = chain.start()
    streams = [reference.row_stream(state) for state in chain.streams().T]
    for _ in range(chain.sweeps):
        reference.sweep(chain.system, spins, streams, chain.hundredths)
    return spins


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("hundredths", [0, 1, 50, 105, 227, 400])
def test_kernel_equals_reference_on_the_release_lattice(system: System, hundredths: int) -> None:
    chains = [chain(system, 100, hundredths, 5, i) for i in range(2)]
    for spins, c in zip(simulate(chains), chains, strict=True):
        np.testing.assert_array_equal(spins, by_reference(c))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("hundredths", [0, 1, 50, 105, 227, 400])
def test_kernel_equals_reference_from_a_random_lattice(system: System, hundredths: int) -> None:
    """Where every kind of proposal is met, also at temperatures that leave a ground state alone."""
    rng = np.random.default_rng(hundredths)
    spins = rng.choice([-1, 1], (1, 100, 100)).astype(np.int8)
    if system.has_fixed_rows:
        spins[:, 0], spins[:, -1] = 1, -1
    states = rng.integers(0, 2**64, (1, 3, 100), dtype=np.uint64)
    words = pack(system, spins)
    thresholds = np.array([acceptance_thresholds(hundredths)], np.uint64)
    sweep_chains(words, states, thresholds, np.array([3]), system.column_wrap, system.row_wrap)
    expected = spins[0].copy()
    streams = [reference.row_stream(state) for state in states[0].T]
    for _ in range(3):
        reference.sweep(system, expected, streams, hundredths)
    assert (expected != spins[0]).mean() > 0.2
    np.testing.assert_array_equal(unpack(system, words)[0], expected)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [4, 6, 10, 64, 128])
def test_kernel_equals_reference_on_other_even_lattices(system: System, size: int) -> None:
    c = chain(system, size, 227, 4)
    np.testing.assert_array_equal(simulate([c])[0], by_reference(c))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_kernel_equals_reference_over_many_sweeps(system: System) -> None:
    """So many that the tail beyond the first 12 digits, rare in one sweep, is used often."""
    c = chain(system, 8, 240, 400)
    np.testing.assert_array_equal(simulate([c])[0], by_reference(c))


@pytest.mark.parametrize(("margin", "flips"), [(0, False), (1, True)], ids=["equal", "below"])
def test_the_comparison_goes_to_the_last_of_64_digits(margin: int, flips: bool) -> None:
    """The threshold is put at, or just above, the uniform number that one site will meet."""
    rng = np.random.default_rng(5)
    for site in (0, 17, 49):
        streams = rng.integers(0, 2**64, (1, 3, 100), dtype=np.uint64)
        stream = reference.row_stream(streams[0, :, 8])
        digits = [(int(word) >> site) & 1 for word in stream.random_raw(64)]
        number = sum(digit << (63 - k) for k, digit in enumerate(digits))
        words = np.zeros((1, 2, 100), np.uint64)  # all down: every flip costs 8
        sweep_chains(
            words, streams, np.array([[0, number + margin]], np.uint64), np.array([1]), 1, 1
        )
        assert bool((int(words[0, 0, 8]) >> site) & 1) is flips


def test_leading_words_are_the_same_in_kernel_and_reference() -> None:
    assert reference.LEADING_WORDS == LEADING_WORDS


def test_at_zero_temperature_a_ground_state_of_the_ferromagnet_stays() -> None:
    c = chain(SYSTEMS[0], 100, 0, 10)
    np.testing.assert_array_equal(simulate([c])[0], c.start())


def test_each_chain_runs_its_own_number_of_sweeps() -> None:
    long = chain(SYSTEMS[0], 8, 227, 30)
    short = replace(long, sweeps=7, index=1)
    both = simulate([long, short])
    np.testing.assert_array_equal(both[0], by_reference(long))
    np.testing.assert_array_equal(both[1], by_reference(short))
