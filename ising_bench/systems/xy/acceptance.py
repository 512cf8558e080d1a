"""Metropolis in whole numbers: how far an angle moves, and with what probability that is accepted.

exp(-cost/T) is made without a table, by integer arithmetic alone: with the cost in units of 2**-18
J, y = cost * log2(e) 2**-18 / T as a fixed-point number with 32 binary digits, and 2**-y from the
whole and the fractional part of y.
"""

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import cache

import numba
import numpy as np

from ising_bench.simulation.thresholds import CONTEXT
from ising_bench.systems.xy.cosine import ALIGNED, PI, UNIT_BITS

# 2**-f = 1 - f (P1 - f (P2 - ...)) for 0 <= f < 1, the best polynomial of degree seven, times 2**32
_P1, _P2, _P3, _P4, _P5, _P6, _P7 = (
    np.uint64(p) for p in (2977044461, 1031764709, 238385872, 41299337, 5703901, 633215, 46675)
)
_LOW, _32, _ONE = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(1 << 32)
_HALF = np.uint64(1 << 31)
_DIGITS = np.uint64(25)  # of y that are dropped
_NEVER = 33 << 57  # y = 33 before that: below 2**-32
MOST = 8 * ALIGNED  # that a move can cost


@numba.njit(inline="always")
def acceptance(cost, slope):
    """exp(-cost/T) times 2**32, to 2.5 units, of a cost up to the limit of `acceptance_of`: as
    uint64."""
    y = (cost * slope) >> _DIGITS
    f = y & _LOW
    h = _P6 - ((f * _P7) >> _32)
    h = _P5 - ((f * (h & _LOW)) >> _32)
    h = _P4 - ((f * (h & _LOW)) >> _32)
    h = _P3 - ((f * (h & _LOW)) >> _32)
    h = _P2 - ((f * (h & _LOW)) >> _32)
    h = _P1 - ((f * (h & _LOW)) >> _32)
    return (_ONE - ((f * (h & _LOW) + _HALF) >> _32)) >> (y >> _32)


# 2**-z = R0 + z (R1 + z (R2 + ...)) for 0 <= z <= 1.06, the best of degree five, relatively
_R0, _R1, _R2, _R3, _R4, _R5 = (
    np.float32(r)
    for r in (0.999999894, -0.693140625, 0.240158569, -0.0552398257, 0.00914102204, -0.000918980712)
)
_FARTHEST, _2_24 = np.float32(1.05), np.float32(1 << 24)  # 32 z is y of 33.6


@numba.njit(inline="always")
def roughly(cost, rough_slope):
    """exp(-cost/T) times 2**24 to one part in 50 000, whatever a processor makes of the last digits
    of single precision, for decisions that are not close: the acceptance is exact only in its
    place. rough_slope: log2(e)/(32 T) in units of 2**18/J."""
    z = min(np.float32(cost) * rough_slope, _FARTHEST)
    q = _R0 + z * (_R1 + z * (_R2 + z * (_R3 + z * (_R4 + z * _R5))))
    q *= q
    q *= q
    q *= q
    q *= q
    q *= q
    return q * _2_24


@cache
def acceptance_of(temperature: Fraction) -> tuple[int, int]:
    """What `acceptance` needs of a temperature in J/k_B: the slope, and the limit to which greater
    costs are set, where it is 0 (but for the cost of MOST, where T is high)."""
    if temperature > 0:
        c = CONTEXT
        numerator, denominator = temperature.as_integer_ratio()
        log2 = c.divide(Decimal(2 ** (57 - UNIT_BITS)), c.ln(Decimal(2)))
        slope = c.divide(c.multiply(log2, Decimal(denominator)), Decimal(numerator))
        if slope <= _NEVER:
            whole = int(c.to_integral_value(slope))
            return whole, min(MOST, _NEVER // max(whole, 1))
    return _NEVER, 1


@cache
def window(temperature: Fraction, directions: int) -> int:
    """The farthest that an angle is moved, in directions: 2.5 standard deviations of one among four
    aligned neighbours, whose variance is T/4; at least to the next, at most half a turn."""
    c, (numerator, denominator) = CONTEXT, temperature.as_integer_ratio()
    spread = c.sqrt(c.divide(Decimal(numerator), Decimal(denominator)))
    turn = c.multiply(Decimal(2), PI)
    steps = c.divide(c.multiply(spread, Decimal("1.25") * directions), turn)
    whole = int(c.min(steps, Decimal(directions)).to_integral_value(ROUND_CEILING))
    return max(1, min(directions // 2, whole))


def settings_of(temperature: Fraction, directions: int) -> tuple[int, int, int]:
    """Window, slope and limit."""
    return window(temperature, directions), *acceptance_of(temperature)
