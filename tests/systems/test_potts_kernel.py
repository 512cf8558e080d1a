"""The Potts kernels: what the contract leaves, proposals, tails, starts, the exact distribution."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import exp

import numpy as np
import pytest

from ising_bench.chains import Chain
from ising_bench.errors import IsingBenchError
from ising_bench.paper import GRID, TASK
from ising_bench.physics.level_tests import in_classes
from ising_bench.rows import rows_of
from ising_bench.simulation.simulate import simulate
from ising_bench.simulation.streams import stream_of
from ising_bench.simulation.thresholds import boltzmann
from ising_bench.systems.potts import POTTS_Q3, POTTS_Q10, SYSTEMS, kernel, reference, ten, three
from ising_bench.systems.potts.certified import STEPS
from ising_bench.systems.potts.model import Potts
from ising_bench.systems.potts.thresholds import thresholds
from ising_bench.systems.potts.transition import latent_heat, ordered_weight

each = pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)


def chains(system: Potts, size: int, number: int, point: int, sweeps: int = 0) -> list[Chain]:
    grid = replace(GRID, step=STEPS[system.states])
    return [
        Chain("05", system.name, "test", i, system, size, grid, point, 0, sweeps)
        for i in range(number)
    ]


@each
def test_kernel_equals_reference_over_many_sweeps(system: Potts) -> None:
    """So many that what lies beyond the leading words, rare in one sweep, is used often."""
    mine = chains(system, 8, 2, 235, 400)
    np.testing.assert_array_equal(simulate(mine), simulate(mine, kernel="reference"))


@each
@pytest.mark.parametrize(("margin", "moves"), [(0, False), (1, True)], ids=["equal", "below"])
def test_the_comparison_goes_to_the_last_of_64_digits(
    system: Potts, margin: int, moves: bool
) -> None:
    """The threshold is put at, or just above, the uniform number that one site will meet."""
    rng = np.random.default_rng(5)
    before = {3: 1, 10: 12}[system.states]  # words of proposals
    sweep = {3: three.sweep_chains, 10: ten.sweep_chains}[system.states]
    for site in (0, 17, 49):
        state = kernel.begin(chains(system, 100, 1, 100))  # one colour: every move costs 4
        state.streams[:] = rng.integers(0, 2**64, (1, 4, 100), dtype=np.uint64)
        words = stream_of(state.streams[0, :, 8]).random_raw(before + 64)
        digits = [(int(word) >> site) & 1 for word in words[before:]]
        number = sum(digit << (63 - k) for k, digit in enumerate(digits))
        limits = np.array([[0, 0, 0, number + margin]], np.uint64)
        first = kernel.images(state)
        sweep(state.words, state.streams, limits, np.array([1]))
        assert bool((kernel.images(state) != first)[0, 8, 2 * site]) is moves


def test_three_colours_propose_the_two_others() -> None:
    class Word:
        def __init__(self, word: int) -> None:
            self.word = word

        def random_raw(self) -> int:
            return self.word

    for old in range(3):
        drawn = {reference._one_of_two([old], Word(word))[0] for word in (0, 1)}  # type: ignore[arg-type]
        assert drawn == {0, 1, 2} - {old}


def test_ten_colours_propose_each_of_the_nine_others_equally_often() -> None:
    """Of the 63 numbers that six bits can be and that count, seven stand for each."""

    class Words:
        def __init__(self, number: int) -> None:
            self.words = [number >> i & 1 for i in range(6)] * 2

        def random_raw(self) -> int:
            return self.words.pop(0)

    for old in range(10):
        drawn = Counter(
            reference._one_of_nine([old], Words(number))[0]  # type: ignore[arg-type]
            for number in range(63)
        )
        assert drawn == dict.fromkeys(set(range(10)) - {old}, 7)


@each
def test_a_kernel_proposes_as_the_reference_does_where_many_draw_again(system: Potts) -> None:
    """With nothing to pay every proposal is taken, so the colours are the proposals."""
    mine = chains(system, 100, 1, 400)
    found = []
    for implementation in (kernel, reference):
        state = implementation.begin(mine)
        everything = tuple([2**64 - 1] * 4)
        if implementation is kernel:
            state.limits[:] = everything
        else:
            state.limits = [everything]
        implementation.advance(state, np.array([8]))
        found.append(implementation.images(state))
    np.testing.assert_array_equal(*found)
    share = np.bincount(found[0].ravel(), minlength=system.states) / 1e4
    assert np.abs(share * system.states - 1).max() < 0.2


@each
@pytest.mark.parametrize("point", [100, 227, 400])
def test_each_single_move_is_in_detailed_balance(system: Potts, point: int) -> None:
    """exp(-E/T) P(move) is the same there and back, for all that a site's neighbours can be: the
    proposals are symmetric, so the acceptances must have that ratio. As sites of one colour of the
    checkerboard do not meet, a sweep leaves the Boltzmann distribution as it is."""
    (chain,) = chains(system, 4, 1, point)
    t = float(chain.grid.exact(point))
    accepted = dict(enumerate(thresholds(chain), start=1))
    for around in product(range(min(system.states, 5)), repeat=4):
        for old, new in product(range(min(system.states, 5)), repeat=2):
            cost = around.count(old) - around.count(new)
            there = accepted[cost] / 2**64 if cost > 0 else 1.0
            back = accepted[-cost] / 2**64 if cost < 0 else 1.0
            assert there == pytest.approx(back * exp(-cost / t), rel=1e-12, abs=1e-18)
    assert accepted == {cost: boltzmann(cost, chain.grid.exact(point)) for cost in (1, 2, 3, 4)}


@each
@pytest.mark.parametrize("point", [150, 227, 400])
def test_long_chains_have_the_exact_distribution_of_the_4_x_4_lattice(
    system: Potts, point: int
) -> None:
    mine = chains(system, 4, 4000, point, 400)
    rows = rows_of(replace(TASK, grid=mine[0].grid), mine, simulate(mine))
    found = in_classes(rows, system.statistic(4))
    assert min(finding.p for finding in found) > 1e-3, found


@each
def test_starts(system: Potts) -> None:
    mine = [replace(chain, start="random") for chain in chains(system, 100, 20, 1)]
    share = np.bincount(simulate(mine).ravel(), minlength=system.states) / 200_000
    assert np.abs(share * system.states - 1).max() < 0.02
    assert len({spins.tobytes() for spins in simulate(mine)}) == 20
    with pytest.raises(IsingBenchError, match="rough"):
        simulate([replace(chain, start="rough") for chain in chains(system, 8, 1, 1)])


def test_a_chain_starts_in_a_phase_as_often_as_equilibrium_is_in_it() -> None:
    def ordered(point: int, size: int = 100) -> float:
        mine = [replace(c, start="phase") for c in chains(POTTS_Q10, size, 400, point)]
        return float((POTTS_Q10.order(simulate(mine)) == 1).mean())

    assert ordered(226) == 1
    assert ordered(0) == 1
    assert ordered(228) == 0
    assert ordered(400) == 0
    t = 227 * STEPS[10]
    expected = ordered_weight(10, t, 100) / 2**64
    assert 0.2408 < expected < 0.2410
    assert abs(ordered(227) - expected) < 4 * np.sqrt(expected * (1 - expected) / 400)


def test_the_weight_of_the_ordered_phase_follows_from_the_latent_heat() -> None:
    """ten of eleven parts at T_c, and even where ln 10 is made up for."""
    beta = np.log(1 + np.sqrt(10))
    assert ordered_weight(10, Fraction(1 / beta), 100) / 2**64 == pytest.approx(10 / 11, rel=1e-9)
    heat = float(latent_heat(10))
    even = Fraction(1 / (beta - np.log(10) / (heat * 32**2)))
    assert ordered_weight(10, even, 32) / 2**64 == pytest.approx(0.5, rel=1e-9)


def test_a_continuous_transition_has_no_phases_to_start_in() -> None:
    with pytest.raises(IsingBenchError, match="continuous"):
        simulate([replace(chain, start="phase") for chain in chains(POTTS_Q3, 8, 1, 227)])
