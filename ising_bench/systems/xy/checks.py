"""Tests of rows in equilibrium beyond that of their energy: no direction of the vectors, no bond
and no direction of the lattice is favoured, and vectors are as long and vortices as many as they
should be."""

from typing import TYPE_CHECKING

import numpy as np

from ising_bench.physics import moments
from ising_bench.physics.bond_tests import bond_map, directions
from ising_bench.physics.certified import SIZE
from ising_bench.physics.significance import chi_squared_p
from ising_bench.rows import Rows
from ising_bench.system import Finding
from ising_bench.systems.xy import certified
from ising_bench.systems.xy.cosine import COSINE

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY


def findings(system: "XY", rows: Rows) -> list[Finding]:
    """All tests of this module."""
    right, below = (COSINE[rows.spins - np.roll(rows.spins, -1, axis=axis)] for axis in (2, 1))
    worse = (right + below).mean((1, 2), keepdims=True) / 2  # than the mean bond of the image
    difference = (right - below).sum((1, 2), dtype=np.int64)
    return [
        bond_map(rows, right < worse, below < worse),
        directions(rows, difference),
        *mean_directions(system, rows),
        *order_and_vortices(system, rows),
    ]


def mean_directions(system: "XY", rows: Rows) -> list[Finding]:
    """In each class, whether the mean vectors of the images favour a direction, or an axis.

    An image turned by any angle is as likely, so their directions are uniform: the sum of unit
    vectors at once and at twice their angles is near normal, of known variance (Lord Rayleigh,
    Phil. Mag. 37, 321, 1919).
    """
    vectors, tests = system.mean_vector(rows.spins), []
    length = np.sqrt((vectors**2).sum(1))
    for label, region in enumerate(rows.task.regions):
        chosen = (rows.labels == label) & (length > 0)
        if not chosen.any():
            continue
        unit = vectors[chosen] @ np.array([1, 1j]) / length[chosen]
        sums = np.abs([unit.sum(), (unit**2).sum()])
        statistic = float(2 * (sums**2).sum() / chosen.sum())
        seen = f"chi squared {statistic:.1f} of 4"
        p = chi_squared_p(statistic, 4)
        tests.append(Finding(rows.config, region.name, "mean direction", p, seen))
    return tests


def order_and_vortices(system: "XY", rows: Rows) -> list[Finding]:
    """The length of the mean vector and the number of vortices, where the size and the temperatures
    are those of what is shipped."""
    if rows.size != SIZE or rows.task.grid.step != certified.STEP:
        return []
    table = np.load(certified.MOMENTS_FILE)
    observe = certified.observables(system)
    return moments.findings(rows, observe, certified.OBSERVABLES, table)
