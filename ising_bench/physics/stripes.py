"""Walls that nothing forces, in lattices that ought to be ordered."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals
from ising_bench.rows import Rows
from ising_bench.system import Finding

_STRIPED = 0.4  # order parameter below which a lattice that ought to be ordered holds such a wall


def is_striped(order: ArrayLike) -> NDArray[np.bool]:
    """Whether lattices with these order parameters hold a wall that nothing forces, if their
    parameter is below the system's `ordered_below`. Raises ValueError for what is no number from -1
    to 1."""
    return np.asarray(reals("order parameter", order, -1, 1) < _STRIPED)


def stripes(rows: Rows) -> list[Finding]:
    """Where every equilibrium lattice is ordered none has more walls than its boundaries force: a
    stripe brings the order parameter near zero, and is too rare for any sample to hold one."""
    cold = rows.values < rows.system.ordered_below(rows.size)
    if not cold.any():
        return []
    order = rows.system.order(rows.spins[cold])
    striped = int(is_striped(order).sum())
    seen = f"{striped} of {len(order)} cold lattices, least order {order.min():.3f}"
    return [Finding(rows.config, "cold", "stripes", float(striped == 0), seen)]
