import decimal

import mpmath
import pytest

from ising_bench.regions import GRID
from ising_bench.simulation.thresholds import acceptance_thresholds, step_thresholds


def test_thresholds_are_the_nearest_integers_at_every_grid_temperature() -> None:
    """Against mpmath, whose exp shares nothing with decimal's."""
    with mpmath.workdps(60):
        for hundredths in GRID[1:]:
            exact = [mpmath.exp(mpmath.mpf(-n) * 100 / hundredths) * 2**64 for n in (4, 8)]
            expected = tuple(int(mpmath.nint(x)) for x in exact)
            assert acceptance_thresholds(hundredths) == expected


def test_a_caller_s_decimal_context_changes_nothing() -> None:
    expected = acceptance_thresholds(227)
    acceptance_thresholds.cache_clear()
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_DOWN):
        assert acceptance_thresholds(227) == expected
    acceptance_thresholds.cache_clear()


@pytest.mark.parametrize("hundredths", [1, 40, 150, 400])
def test_step_thresholds_are_the_cumulative_probabilities_of_steps(hundredths: int) -> None:
    with mpmath.workdps(60):
        q = mpmath.exp(mpmath.mpf(-200) / hundredths)
        zero = (1 - q) / (1 + q)
        total, expected, k = zero, [], 0
        while (threshold := int(mpmath.nint(total * 2**64))) < 2**64:
            expected.append(threshold)
            total += zero * q ** (k // 2 + 1)
            k += 1
    assert list(step_thresholds(hundredths)) == expected
    assert step_thresholds(0) == ()


def test_at_zero_temperature_nothing_climbs() -> None:
    assert acceptance_thresholds(0) == (0, 0)


@pytest.mark.parametrize("hundredths", [1, 8, 17])
def test_thresholds_vanish_below_the_resolution_of_64_bits(hundredths: int) -> None:
    assert acceptance_thresholds(hundredths)[1] == 0
