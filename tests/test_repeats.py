"""The numbers in repeats.py, from the exact partition functions."""

import mpmath
import pytest

import finite_lattice as exact
from ising_bench.regions import REGIONS
from ising_bench.release import V1
from ising_bench.repeats import EXPECTED_PAIRS, is_plausible_repeat
from ising_bench.systems import (
    ANTIPERIODIC_FERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    System,
)


@pytest.mark.parametrize(
    "system", [PERIODIC_FERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO], ids=lambda s: s.name
)
def test_expected_pairs_follow_from_the_exact_density_of_states(system: System) -> None:
    states = exact.lowest_levels(system, 100, levels=12)
    counts = [sum(split.counts[label] for split in V1.splits) for label in range(4)]
    images = [mpmath.mpf(0)] * len(states)
    for region, count in zip(REGIONS[:2], counts[:2], strict=True):  # hotter rows never get there
        for hundredths in region.hundredths:
            share = mpmath.mpf(count) / len(region.hundredths)
            if hundredths < 10:  # ln z - ln g0 is below e**-40
                images[0] += share
            elif hundredths <= 160:
                x = mpmath.exp(mpmath.mpf(-400) / hundredths)
                # the levels needed carry all the weight at low T, and all of that matters
                z = exact.normalised_partition(system, 100, hundredths)
                for k, g in enumerate(states):
                    images[k] += share * g * x**k / z
    pairs = [n**2 / (2 * g) if g else 0 for n, g in zip(images, states, strict=True)]
    for level, expected in EXPECTED_PAIRS[system.name].items():
        assert float(sum(pairs[level // 4 :])) == pytest.approx(expected, rel=0.05)


def test_ground_states_repeat_and_excited_lattices_do_not() -> None:
    assert is_plausible_repeat(PERIODIC_FERRO, 0, 1300)
    assert is_plausible_repeat(PERIODIC_FERRO, 8, 1300)  # 0.035 expected
    assert not is_plausible_repeat(PERIODIC_FERRO, 12, 1300)
    assert not is_plausible_repeat(PERIODIC_FERRO, 10000, 1300)
    assert is_plausible_repeat(SKEWED_FERRO, 0, 1300)
    assert not is_plausible_repeat(SKEWED_FERRO, 4, 1300)
    assert not is_plausible_repeat(ANTIPERIODIC_FERRO, 0, 1300)


def test_more_rows_repeat_more() -> None:
    assert is_plausible_repeat(PERIODIC_FERRO, 12, 130_000)
    assert not is_plausible_repeat(PERIODIC_FERRO, 24, 130_000)
