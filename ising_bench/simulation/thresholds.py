"""Metropolis acceptance probabilities as exact integers, the same on every platform."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

from ising_bench.checks import whole

# decimal's exp is correctly rounded; libm's differs between systems
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


@cache
def acceptance_thresholds(hundredths: int) -> tuple[int, int]:
    """exp(-4/T) and exp(-8/T) times 2**64, rounded to the nearest integer; both 0 at T = 0.

    A uniform 64-bit integer below the first (second) accepts a flip that raises the energy by 4
    (by 8). hundredths: the temperature in hundredths of |J|/k_B; raises ValueError where that is no
    whole number from 0 up.
    """
    if whole("hundredths", hundredths) == 0:
        return 0, 0
    return _scaled(-400, hundredths), _scaled(-800, hundredths)


@cache
def step_thresholds(hundredths: int) -> tuple[int, ...]:
    """Cumulative probabilities, times 2**64, of the height steps 0, +1, -1, +2, -2, ... of a
    solid-on-solid interface, P(n) proportional to exp(-2 |n| / T); up to where they round to one.

    A uniform 64-bit integer belongs to the first step whose threshold exceeds it. Raises as above.
    """
    if whole("hundredths", hundredths) == 0:
        return ()
    thresholds: list[int] = []
    c = _CONTEXT
    q = c.exp(c.divide(Decimal(-200), Decimal(hundredths)))
    probability = c.divide(c.subtract(Decimal(1), q), c.add(Decimal(1), q))
    total = probability
    while (threshold := _integer(total)) < 2**64:
        thresholds.append(threshold)
        if len(thresholds) % 2:  # on to the next magnitude, first upward, then downward
            probability = c.multiply(probability, q)
        total = c.add(total, probability)
    return tuple(thresholds)


def _integer(probability: Decimal) -> int:
    return int(_CONTEXT.to_integral_value(_CONTEXT.multiply(probability, Decimal(2**64))))


def _scaled(numerator: int, denominator: int) -> int:
    exponent = _CONTEXT.divide(Decimal(numerator), Decimal(denominator))
    return _integer(_CONTEXT.exp(exponent))
