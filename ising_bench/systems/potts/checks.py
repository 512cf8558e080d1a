"""Tests of rows in equilibrium beyond that of their energy: no colour, no bond and no direction is
favoured, and the order is right."""

from typing import TYPE_CHECKING

import numpy as np

from ising_bench.physics import moments
from ising_bench.physics.bond_tests import bond_map, directions
from ising_bench.physics.certified import SIZE
from ising_bench.physics.significance import chi_squared_p
from ising_bench.rows import Rows
from ising_bench.system import Finding
from ising_bench.systems.potts import certified

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts


def findings(system: "Potts", rows: Rows) -> list[Finding]:
    """All tests of this module."""
    right = rows.spins != np.roll(rows.spins, -1, axis=2)
    below = rows.spins != np.roll(rows.spins, -1, axis=1)
    difference = below.sum((1, 2)) - right.sum((1, 2))
    tests = [bond_map(rows, right, below), directions(rows, difference)]
    return tests + colours(system, rows) + order(system, rows)


def colours(system: "Potts", rows: Rows) -> list[Finding]:
    """In each class, whether some colours are more frequent than others.

    A permutation of the colours of an image is as likely as the image, so the sites of each colour,
    in units of their standard deviation over the permutations of the image, add up to a sum of
    known covariance over the images.
    """
    counts, q, tests = system.counts(rows.spins), system.states, []
    for label, region in enumerate(rows.task.regions):
        excess = counts[rows.labels == label] - rows.size**2 / q
        deviation = np.sqrt((excess**2).mean(1, keepdims=True))
        unequal = deviation[:, 0] > 0
        if not unequal.any():
            continue
        sums = (excess[unequal] / deviation[unequal]).sum(0)
        statistic = float((sums**2).sum() / unequal.sum() * (q - 1) / q)
        share = counts[rows.labels == label].sum(0) / (rows.size**2 * (rows.labels == label).sum())
        most = int(sums.argmax())
        seen = f"chi squared {statistic:.1f} of {q - 1}, colour {most} has {share[most]:.3f}"
        p = chi_squared_p(statistic, q - 1)
        tests.append(Finding(rows.config, region.name, "colours", p, seen))
    return tests


def order(system: "Potts", rows: Rows) -> list[Finding]:
    """The order parameter away from the transition, where the size and the temperatures are those
    of what is shipped."""
    if rows.size != SIZE or rows.task.grid.step != certified.STEPS[system.states]:
        return []
    table = np.load(certified.moments_file(system.states))
    return moments.findings(rows, certified.observables(system), ["order"], table)
