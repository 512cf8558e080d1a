"""Worldlines: the state of a chain of spins in imaginary time, how it starts, and its image.

The circle of imaginary time is 2**64 ticks. A site has a spin before tick 0 and turns over at its
kinks, which stand in order; an even number, as time closes. A row of the image is one instant, the
L rows 2**64/L ticks apart, and a column one site.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import one_of
from ising_bench.keys import words
from ising_bench.ndarrays import Array, Spins

CIRCLE = 2**64


@dataclass(frozen=True)
class Worldline:
    """One site: its spin before the first kink, +1 or -1, and the ticks of its kinks, ascending."""

    spin: int
    kinks: tuple[int, ...] = ()


def beta(size: int) -> Fraction:
    """J/k_B T of the bath: at half the number of sites a row of the image is as far from the next
    as a column, for the velocity of the chain at its transition is 2 J."""
    return Fraction(size, 2)


def start(chain: Chain) -> list[Worldline]:
    """`ground`, the only start that there is: all spins alike and no kink, up or down. Raises
    UnknownNameError for another."""
    one_of("start", chain.start, [GROUND])
    return [Worldline(1 - 2 * chain.draws("start").below(2))] * chain.size


def stream(chain: Chain) -> NDArray[np.uint64]:
    """The state of the one SFC64 stream of a chain, (4,): a, b, c and the counter, 1."""
    return np.append(words(chain.key("stream"), 3), np.uint64(1))


def instants(size: int) -> list[int]:
    """The ticks of the rows, from the top."""
    return [row * CIRCLE // size for row in range(size)]


def image(lines: list[Worldline]) -> Spins:
    """(L, L): the spins at the instants of the rows."""
    size = len(lines)
    spins = np.empty((size, size), np.int8)
    for column, line in enumerate(lines):
        passed = np.searchsorted(np.array(line.kinks, object), instants(size), side="right")
        spins[:, column] = line.spin * (1 - 2 * (passed % 2))
    return spins


def through(spins: Spins) -> list[Worldline]:
    """Worldlines with this image, a kink halfway between any two rows that differ."""
    size = len(spins)
    lines = []
    for column in spins.T:
        turned = np.flatnonzero(column != np.roll(column, -1))
        ticks = tuple((2 * int(row) + 1) * CIRCLE // (2 * size) for row in turned)
        lines.append(Worldline(int(column[0]), ticks))
    return lines


def mean_product(alike: ArrayLike, size: int) -> Array:
    """The mean product of neighbours along the chain, from -1 to 1, of the time for which they are
    alike, over all bonds, in units of 2**-32 of the circle (...): (...)."""
    return np.asarray(alike, np.int64) * 2.0**-31 / size - 1


def agreement(one: Worldline, other: Worldline) -> int:
    """Ticks of the circle for which two sites are alike."""
    edges = sorted([*one.kinks, *other.kinks, CIRCLE])
    alike, since, total = one.spin == other.spin, 0, 0
    for tick in edges:
        total += alike * (tick - since)
        alike, since = not alike, tick
    return total
