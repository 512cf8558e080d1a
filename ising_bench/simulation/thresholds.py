"""Probabilities as exact integers, the same on every platform."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cache

# decimal's exp is correctly rounded; libm's differs between systems
CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


def integer(probability: Decimal) -> int:
    """A probability times 2**64, rounded to the nearest integer."""
    return int(CONTEXT.to_integral_value(CONTEXT.multiply(probability, Decimal(2**64))))


@cache
def boltzmann(cost: int, temperature: Fraction) -> int:
    """exp(-cost / T) times 2**64, rounded to the nearest integer that 64 bits hold; 0 at T = 0. A
    uniform 64-bit integer below it accepts a change that raises the energy by `cost`, a whole
    number from 1 up."""
    if temperature == 0:
        return 0
    numerator, denominator = temperature.as_integer_ratio()
    exponent = CONTEXT.divide(Decimal(-cost * denominator), Decimal(numerator))
    return min(integer(CONTEXT.exp(exponent)), 2**64 - 1)
