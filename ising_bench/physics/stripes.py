"""Walls that nothing forces, in lattices that ought to be ordered."""

from math import floor, log, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals
from ising_bench.rows import Rows
from ising_bench.system import Finding, System

_UNSTRIPED_BELOW = 2.12  # however large the lattice: near T_c one of any size is in doubt
_TOLERATED = 14  # exp(-14): a lattice in a million


def unstriped_below(size: int) -> float:
    """The temperature in |J|/k_B, a whole number of hundredths, below which L x L Ising lattices
    hold no walls but those that the boundaries force: two more of length L have a probability near
    exp(-2 sigma L / T), sigma = 2 + T ln tanh(1/T) (L. Onsager, Phys. Rev. 65, 117, 1944)."""
    low, high = 0.0, _UNSTRIPED_BELOW
    while high - low > 1e-3:
        t = (low + high) / 2
        rare = 2 * (2 / t + log(tanh(1 / t))) * size > _TOLERATED
        low, high = (t, high) if rare else (low, t)
    return _UNSTRIPED_BELOW if high == _UNSTRIPED_BELOW else floor(100 * low) / 100


def is_striped(system: System, order: ArrayLike) -> NDArray[np.bool]:
    """Whether lattices with these order parameters hold a wall that nothing forces, if their
    parameter is below the system's `ordered_below`. Raises ValueError for what is no number from -1
    to 1."""
    return np.asarray(reals("order parameter", order, -1, 1) < system.least_order)


def stripes(rows: Rows) -> list[Finding]:
    """Where every equilibrium lattice is ordered none has more walls than its boundaries force: a
    stripe is too rare for any sample to hold one."""
    cold = rows.values < rows.system.ordered_below(rows.size)
    if not cold.any():
        return []
    order = rows.system.order(rows.spins[cold])
    striped = int(is_striped(rows.system, order).sum())
    seen = f"{striped} of {len(order)} cold lattices, least order {order.min():.3f}"
    return [Finding(rows.config, "cold", "stripes", float(striped == 0), seen)]
