"""Metropolis acceptance probabilities as exact integers, the same on every platform."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

# decimal's exp is correctly rounded; libm's differs between systems
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


@cache
def acceptance_thresholds(hundredths: int) -> tuple[int, int]:
    """exp(-4/T) and exp(-8/T) times 2**64, rounded to the nearest integer; both 0 at T = 0.

    A uniform 64-bit integer below the first (second) accepts a flip that raises the energy by 4
    (by 8). hundredths: the temperature in hundredths of |J|/k_B, 0 or more.
    """
    if hundredths == 0:
        return 0, 0
    return _scaled(-400, hundredths), _scaled(-800, hundredths)


def _scaled(numerator: int, denominator: int) -> int:
    exponent = _CONTEXT.divide(Decimal(numerator), Decimal(denominator))
    product = _CONTEXT.multiply(_CONTEXT.exp(exponent), Decimal(2**64))
    return int(_CONTEXT.to_integral_value(product))
