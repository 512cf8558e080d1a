"""Tests of rows in equilibrium beyond that of their energy: the sign, no bond and no direction is
favoured, and order and zeros are right."""

import numpy as np

from ising_bench.physics import moments
from ising_bench.physics.bond_tests import bond_map, directions
from ising_bench.physics.certified import SIZE
from ising_bench.physics.significance import coin_p
from ising_bench.rows import Rows
from ising_bench.system import Finding
from ising_bench.systems.blume_capel import certified


def findings(rows: Rows) -> list[Finding]:
    """All tests of this module."""
    right, below = np.roll(rows.spins, -1, axis=2), np.roll(rows.spins, -1, axis=1)
    difference = (rows.spins * (right - below)).sum((1, 2), dtype=np.int64)
    return [
        bond_map(rows, rows.spins != right, rows.spins != below),
        directions(rows, difference),
        sign(rows),
        *order_and_zeros(rows),
    ]


def sign(rows: Rows) -> Finding:
    """The magnetization is as often positive as negative."""
    m = rows.spins.sum((1, 2), dtype=np.int64)
    positive, signed = int((m > 0).sum()), int((m != 0).sum())
    seen = f"{positive} of {signed} positive"
    return Finding(rows.config, "all", "sign of m", coin_p(positive, signed), seen)


def order_and_zeros(rows: Rows) -> list[Finding]:
    """Order parameter and share of zeros away from the transition, where the size and the
    temperatures are those of what is shipped."""
    if rows.size != SIZE or rows.task.grid.step != certified.STEP:
        return []
    table = np.load(certified.MOMENTS_FILE)
    return moments.findings(rows, certified.observables, certified.OBSERVABLES, table)
