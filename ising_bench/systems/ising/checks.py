"""Tests of where unsatisfied bonds are, and of the order: symmetry, magnetization, walls."""

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.physics import bond_tests
from ising_bench.physics.bond_tests import bond_map
from ising_bench.physics.significance import coin_p, mean_p, normal_p
from ising_bench.rows import Rows
from ising_bench.sublattices import sublattice_signs
from ising_bench.system import Finding
from ising_bench.systems.ising import anisotropy
from ising_bench.systems.ising.lattices import bond_sums, magnetization, neighbours

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

# Where every lattice has several excitations, and is larger than fourteen correlation lengths.
_SPONTANEOUS = (1.06, 2.00)
_LARGE = 32


def findings(system: "Ising", rows: Rows) -> list[Finding]:
    """All tests of this module that say something of these rows."""
    tests = [bonds(system, rows), sign(system, rows)]
    return tests + directions(system, rows) + spontaneous(system, rows)


def bonds(system: "Ising", rows: Rows) -> Finding:
    """Unsatisfied bonds along the rows, and along the columns too unless rows are fixed."""
    right, below = neighbours(system, rows.spins)  # 0 where there is no bond
    return bond_map(
        rows,
        system.coupling * rows.spins * right < 0,
        system.coupling * rows.spins * below < 0,
        (2,) if system.has_fixed_rows else (1, 2),
    )


def sign(system: "Ising", rows: Rows) -> Finding:
    """The (staggered) magnetization is as often positive as negative."""
    antiferromagnet = system.coupling == -1
    m = magnetization(rows.spins * sublattice_signs(rows.size) if antiferromagnet else rows.spins)
    positive, signed = int((m > 0).sum()), int((m != 0).sum())
    seen = f"{positive} of {signed} positive"
    return Finding(rows.config, "all", "sign of m", coin_p(positive, signed), seen)


def directions(system: "Ising", rows: Rows) -> list[Finding]:
    """Unsatisfied vertical bonds against horizontal ones.

    Without fixed rows a lattice and its transpose are equally likely, so it is a coin which are
    more. Between fixed rows their difference is the length of the interface along the rows minus
    its steps, and has exactly known moments (`anisotropy.py`).
    """
    difference = vertical_minus_horizontal(system, rows)
    if not system.has_fixed_rows:
        return [bond_tests.directions(rows, difference)]
    moments = anisotropy.moments(rows.size, rows.task.grid)
    if moments is None:
        return []
    tests = []
    mean, variance = moments[:, rows.points]
    for label, region in enumerate(rows.task.regions[:-1]):  # no interface is left in the hottest
        in_class = (rows.labels == label) & (rows.values >= anisotropy.LEAST)
        if in_class.any():
            excess = (difference - mean)[in_class]
            z = excess.sum() / sqrt(variance[in_class].sum())
            seen = f"{excess.mean():+.3f} bonds from exact"
            tests.append(Finding(rows.config, region.name, "interface", normal_p(z), seen))
    return tests


def vertical_minus_horizontal(system: "Ising", rows: Rows) -> NDArray[np.int64]:
    """Unsatisfied vertical bonds of each lattice minus its horizontal ones: (n,)."""
    horizontal, vertical = bond_sums(system, rows.spins)
    missing = rows.size if system.has_fixed_rows else 0  # vertical bonds that are not there
    return (system.coupling * (horizontal - vertical) - missing) // 2


def spontaneous(system: "Ising", rows: Rows) -> list[Finding]:
    """|m| (staggered for the antiferromagnet) below T_c against the infinite lattice's.

    Where the boundaries force no wall, (1 - sinh(2/T)**-4)**(1/8) (C. N. Yang, Phys. Rev. 85, 808,
    1952) holds up to T = 2.00 for L = 32 and more: the correlation length is below 2.2. From 1.06
    up, where every lattice has several excitations; Student's t of deviations weighted by their
    expected size.
    """
    if system.has_fixed_rows or system.column_wrap == -1 or rows.size < _LARGE:
        return []
    low, high = _SPONTANEOUS
    in_range = (rows.values >= low) & (rows.values <= high)
    if in_range.sum() < 2:
        return []
    exact = (1 - np.sinh(2 / rows.values[in_range]) ** -4.0) ** 0.125
    deviation = system.order(rows.spins[in_range]) - exact
    seen = f"{deviation.mean():+.6f} from exact"
    p = mean_p(deviation / np.sqrt(1 - exact))
    classes = np.unique(rows.labels[in_range])
    part = rows.task.regions[classes[0]].name if len(classes) == 1 else "cold"
    return [Finding(rows.config, part, "magnetization", p, seen)]
