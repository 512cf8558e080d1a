"""Poisson numbers from single words, exact to the last of 64 bits."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

from ising_bench.simulation.thresholds import CONTEXT, integer


@cache
def limits(mean: Fraction) -> tuple[int, ...]:
    """P(number <= 0), P(number <= 1), ... times 2**64, rounded, up to the last below 2**64: as many
    of them as are at most a uniform 64-bit word are a Poisson number of this mean."""
    numerator, denominator = mean.as_integer_ratio()
    exactly = CONTEXT.divide(Decimal(numerator), Decimal(denominator))
    one = total = CONTEXT.exp(-exactly)
    found: list[int] = []
    while (limit := integer(total)) < 2**64:
        found.append(limit)
        one = CONTEXT.divide(CONTEXT.multiply(one, exactly), Decimal(len(found)))
        total = CONTEXT.add(total, one)
    return tuple(found)
