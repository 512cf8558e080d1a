"""Where the broken bonds of rows are: no bond and no direction stands out where none may."""

from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from ising_bench.physics.significance import coin_p
from ising_bench.rows import Rows
from ising_bench.system import Finding

Broken = NDArray[np.bool]

_NORMAL = 25  # variance of a count from which its tail is near enough a normal one's


def bond_map(rows: Rows, right: Broken, below: Broken, axes: tuple[int, ...] = (1, 2)) -> Finding:
    """Each bond's count of images in which it is broken against the mean over its translations.

    right, below: whether the bond of each site to that neighbour is broken, (n, L, L); axes: along
    which a translation changes nothing. A seam with a wrong sign stands out. Of few rows it says
    nothing.
    """
    largest, place, bonds = 0.0, "", 0
    for name, broken in (("right", right), ("below", below)):
        share = broken.mean(axes, keepdims=True)
        variance = (share * (1 - share)).sum(0)
        excess = broken.sum(0) - share.sum(0)
        z = np.divide(
            np.abs(excess),
            np.sqrt(variance),
            out=np.zeros(broken.shape[1:]),
            where=np.broadcast_to(variance > _NORMAL, broken.shape[1:]),
        )
        bonds += int((z > 0).sum())
        if z.max() > largest:
            largest = float(z.max())
            row, column = np.unravel_index(z.argmax(), z.shape)
            place = f"site ({row}, {column}) and the one {name}"
    p = min(1.0, bonds * erfc(largest / sqrt(2))) if bonds else 1.0
    return Finding(rows.config, "all", "bond map", p, f"largest |z| {largest:.2f}, {place}")


def directions(rows: Rows, vertical_minus_horizontal: NDArray[np.int64]) -> Finding:
    """Where an image and its transpose are equally likely it is a coin in which direction more
    bonds are broken: (n,), how many more."""
    more = int((vertical_minus_horizontal > 0).sum())
    unequal = int((vertical_minus_horizontal != 0).sum())
    seen = f"{more} of {unequal} have more unsatisfied vertical bonds"
    return Finding(rows.config, "all", "directions", coin_p(more, unequal), seen)
