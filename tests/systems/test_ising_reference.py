"""The reference update against the definition of the Metropolis algorithm, exactly."""

from fractions import Fraction

import numpy as np
import pytest
from enumeration import all_configurations, energies

from ising_bench.simulation.streams import stream_of
from ising_bench.simulation.thresholds import boltzmann
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import SKEWED_FERRO, SYSTEMS, reference
from ising_bench.systems.ising.model import Ising

SIZE = 4


def limits(point: int) -> tuple[int, int]:
    """The acceptance probabilities at this many hundredths, times 2**64."""
    return boltzmann(4, Fraction(point, 100)), boltzmann(8, Fraction(point, 100))


def codes(spins: np.ndarray) -> np.ndarray:
    """A number for each configuration: its up spins as binary digits."""
    flat = spins.reshape(len(spins), -1) > 0
    return flat @ (1 << np.arange(flat.shape[1], dtype=np.int64))


@pytest.mark.parametrize(
    ("system", "point"), [*((s, 227) for s in SYSTEMS), (SKEWED_FERRO, 60)], ids=str
)
def test_one_sweep_leaves_the_boltzmann_distribution_stationary(system: Ising, point: int) -> None:
    """Every configuration of a 4 x 4 lattice, every site, no sampling.

    Sites of one colour are not neighbours, so a half-sweep is its site updates one after another.
    The acceptance of each is asked of the reference, once for all configurations that agree on the
    site and its neighbours.
    """
    spins = all_configurations(system, SIZE)
    excess = energies(system, spins) - system.ground_energy(SIZE)
    exact = np.exp(-excess * 100 / point)
    exact /= exact.sum()
    names = codes(spins)
    where = np.empty(2 ** (SIZE * SIZE), np.int64)
    where[names] = np.arange(len(names))
    weight = exact.copy()
    rows = range(1, SIZE - 1) if system.has_fixed_rows else range(SIZE)
    for colour in (0, 1):
        for row in rows:
            for column in range((row + colour) % 2, SIZE, 2):
                flipped = spins.copy()
                flipped[:, row, column] *= -1
                partner = where[codes(flipped)]
                accept = acceptances(system, spins, row, column, point)
                flow = weight * (accept / 2.0**64)
                weight = weight - flow + flow[partner]
    np.testing.assert_allclose(weight, exact, rtol=1e-11, atol=1e-17)


def acceptances(system: Ising, spins: np.ndarray, row: int, column: int, point: int) -> np.ndarray:
    """Of a flip of this site in each configuration, times 2**64."""
    places = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    around = [spins[:, (row + r) % SIZE, (column + c) % SIZE] for r, c in places]
    _, one, kind = np.unique(
        codes(np.stack(around, axis=1)), return_index=True, return_inverse=True
    )
    asked = [reference.acceptance(system, spins[i], row, column, limits(point)) for i in one]
    return np.array(asked, float)[kind]


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_acceptance_follows_from_the_energy_of_the_flip(system: Ising) -> None:
    threshold4, threshold8 = limits(227)
    by_energy = {4: threshold4, 8: threshold8}
    rng = np.random.default_rng(0)
    costs = set()
    lattices = [rng.choice([-1, 1], (6, 6)).astype(np.int8) for _ in range(5)]
    lattices.append(system.coupling * np.ones((6, 6), np.int8))  # and its turned checkerboard
    lattices.append(sublattice_signs(6))
    for spins in lattices:
        for row, column in free_sites(system, 6):
            flipped = spins.copy()
            flipped[row, column] *= -1
            cost = int(system.energy(flipped) - system.energy(spins))
            expected = by_energy.get(cost, 2**64)
            assert reference.acceptance(system, spins, row, column, limits(227)) == expected
            costs.add(cost)
    assert costs == {-8, -4, 0, 4, 8}


def free_sites(system: Ising, size: int) -> list[tuple[int, int]]:
    rows = range(1, size - 1) if system.has_fixed_rows else range(size)
    return [(row, column) for row in rows for column in range(size)]


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_a_sweep_proposes_each_free_site_once_even_colour_first(system: Ising) -> None:
    """Uniform numbers that are 0 (accept what can be) or the largest (reject) at random, written
    into the streams: the sweep must give what single-site updates in its order give."""
    rng = np.random.default_rng(1)
    for size in (4, 6, 8):
        spins = rng.choice([-1, 1], (size, size)).astype(np.int8)
        rejects = rng.integers(0, 2, (size, size)).astype(bool)
        expected = spins.copy()
        for colour in (0, 1):
            for row, column in free_sites(system, size):
                if (row + column) % 2 != colour:
                    continue
                certain = reference.acceptance(system, expected, row, column, limits(227)) == 2**64
                if certain or not rejects[row, column]:
                    expected[row, column] *= -1
        streams = []
        for row in range(size):
            words = []
            for colour in (0, 1):
                bits = rejects[row, (row + colour) % 2 :: 2]
                words += [sum(1 << j for j, bit in enumerate(bits) if bit)] * 12
            streams.append(WrittenStream(words))
        reference.sweep(system, spins, [[s] for s in streams], limits(227))  # type: ignore[misc]
        np.testing.assert_array_equal(spins, expected)
        free_rows = {row for row, _ in free_sites(system, size)}
        assert [s.taken for s in streams] == [24 * (row in free_rows) for row in range(size)]


def test_row_streams_are_sfc64() -> None:
    """The generator's definition, written out."""
    mask = 2**64 - 1
    a, b, c, counter = 3, 5, 7, 1
    stream = stream_of([a, b, c, counter])
    for _ in range(100):
        word = (a + b + counter) & mask
        counter += 1
        a = b ^ (b >> 11)
        b = (c + (c << 3)) & mask
        c = (((c << 24) | (c >> 40)) + word) & mask
        assert int(stream.random_raw()) == word


class WrittenStream:
    """A stream whose words the test writes down; counts how many were taken."""

    def __init__(self, words: list[int]) -> None:
        self.words = words
        self.taken = 0

    def random_raw(self) -> int:
        self.taken += 1
        return self.words[self.taken - 1]


@pytest.mark.parametrize(
    ("difference", "spin"), [(-1, -1), (0, 1), (1, 1)], ids=["below", "equal", "above"]
)
def test_the_comparison_goes_to_the_last_of_64_digits(difference: int, spin: int) -> None:
    """All spins up, so a flip costs 8: site (0, 0) gets a number beside its threshold, every
    other site the largest number there is, which rejects."""
    value = limits(227)[1] + difference
    reject = 2**64 - 1
    first_row = [reject - 1 + ((value >> (63 - digit)) & 1) for digit in range(64)]
    streams = [WrittenStream((first_row if r == 0 else []) + [reject] * 64) for r in range(SIZE)]
    spins = np.ones((SIZE, SIZE), np.int8)
    reference.sweep(SYSTEMS[0], spins, [[s] for s in streams], limits(227))  # type: ignore[misc]
    agreeing = 64 - (value ^ (value - difference)).bit_length()
    assert streams[0].taken == min(agreeing + 1, 64) + 12
    assert streams[1].taken == 12 + 12
    assert spins[0, 0] == spin
    assert spins.sum() == SIZE * SIZE - 1 + spin
