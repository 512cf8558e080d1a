"""The energy of a bond in whole numbers: the cosine of a difference of angles, and fast.

Angles are bytes, 256 to a turn. The unit of energy is 2**-18 J, and a bond whose ends differ by d
has the energy -COSINE[d], COSINE[d] being 2**18 cos(2 pi d / 256) rounded to the nearest integer.
"""

from decimal import Decimal

import numba
import numpy as np

from ising_bench.simulation.int32 import sub
from ising_bench.simulation.thresholds import CONTEXT

TURN = 256
UNIT_BITS = 18
ALIGNED = 2**UNIT_BITS  # minus the energy of a bond between equal angles

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")


def _cosine(x: Decimal) -> Decimal:
    """By its series, in decimal: the same on every platform."""
    c, term, total, n = CONTEXT, Decimal(1), Decimal(1), 0
    while abs(term) > Decimal(10) ** -50:
        n += 2
        term = c.divide(c.multiply(c.multiply(term, c.minus(x)), x), Decimal(n * (n - 1)))
        total = c.add(total, term)
    return total


def _rounded(d: int) -> int:
    angle = CONTEXT.divide(CONTEXT.multiply(PI, Decimal(min(d, TURN - d))), Decimal(TURN // 2))
    return int(CONTEXT.to_integral_value(CONTEXT.multiply(_cosine(angle), Decimal(ALIGNED))))


COSINE = np.array([_rounded(d) for d in range(TURN)], np.int32)
COSINE.flags.writeable = False

# Of the best polynomial of degree nine for the sine, rounded to single precision. Evaluated so, it
# is within what rounds to the table at every angle, whether or not a processor fuses products and
# sums: a test tries all. A gather for each of the eight bonds of a proposal took most of its time,
# and products of 32-bit integers are slow.
_C1, _C3, _C5, _C7, _C9 = (
    np.float32(c)
    for c in (6433.98145, -0.645963371, 1.94551958e-05, -2.78486484e-10, 2.19472653e-15)
)
_QUARTER = np.int32(TURN // 4)
_ROUND = np.float32(3 << 22)  # added and taken away again it leaves the nearest whole number


@numba.njit(inline="always")
def nearly(d):
    """2**18 cos(2 pi d / 256) of an int32, which rounds to COSINE[d mod 256]: an odd polynomial of
    the quarter turn less |d|."""
    t = np.float32(sub(_QUARTER, np.int32(abs(np.int32(np.int8(d))))))
    s = t * t
    h = s * _C9 + _C7
    h = s * h + _C5
    h = s * h + _C3
    h = s * h + _C1
    return t * h


@numba.njit(inline="always")
def cosine(d):
    """COSINE[d mod 256] of an int32, as a whole number in single precision. Sums of eight of them
    are exact."""
    return (nearly(d) + _ROUND) - _ROUND
