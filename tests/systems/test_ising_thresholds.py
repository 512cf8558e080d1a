import decimal
from fractions import Fraction

import mpmath
import pytest

from ising_bench.paper import GRID
from ising_bench.simulation.thresholds import boltzmann
from ising_bench.systems.ising.starts import step_thresholds


def accepted(point: int) -> tuple[int, int]:
    """Of dE = 4 and of dE = 8, times 2**64."""
    return boltzmann(4, Fraction(point, 100)), boltzmann(8, Fraction(point, 100))


def test_thresholds_are_the_nearest_integers_at_every_grid_temperature() -> None:
    """Against mpmath, whose exp shares nothing with decimal's."""
    with mpmath.workdps(60):
        for point in GRID.points[1:]:
            exact = [mpmath.exp(mpmath.mpf(-n) * 100 / point) * 2**64 for n in (4, 8)]
            expected = tuple(int(mpmath.nint(x)) for x in exact)
            assert accepted(point) == expected


def test_a_caller_s_decimal_context_changes_nothing() -> None:
    expected = accepted(227)
    boltzmann.cache_clear()
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_DOWN):
        assert accepted(227) == expected
    boltzmann.cache_clear()


@pytest.mark.parametrize("point", [1, 40, 150, 400])
def test_step_thresholds_are_the_cumulative_probabilities_of_steps(point: int) -> None:
    with mpmath.workdps(60):
        q = mpmath.exp(mpmath.mpf(-200) / point)
        zero = (1 - q) / (1 + q)
        total, expected, k = zero, [], 0
        while (threshold := int(mpmath.nint(total * 2**64))) < 2**64:
            expected.append(threshold)
            total += zero * q ** (k // 2 + 1)
            k += 1
    assert list(step_thresholds(Fraction(point, 100))) == expected
    assert step_thresholds(Fraction(0, 100)) == ()


def test_at_zero_temperature_nothing_climbs() -> None:
    assert accepted(0) == (0, 0)


@pytest.mark.parametrize("point", [1, 8, 17])
def test_thresholds_vanish_below_the_resolution_of_64_bits(point: int) -> None:
    assert accepted(point)[1] == 0


def test_thresholds_at_a_temperature_between_the_hundredths() -> None:
    """T = 227 * 0.0043847, against mpmath."""
    temperature = 227 * Fraction("0.0043847")
    with mpmath.workdps(60):
        t = mpmath.mpf(temperature.numerator) / temperature.denominator
        expected = [int(mpmath.nint(mpmath.exp(-cost / t) * 2**64)) for cost in (1, 2, 3, 4)]
    assert [boltzmann(cost, temperature) for cost in (1, 2, 3, 4)] == expected
    assert expected[0] == 6754391200219834929
