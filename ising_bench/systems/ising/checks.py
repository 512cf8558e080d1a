"""Tests of where unsatisfied bonds are, and of the order: symmetry, magnetization, walls."""

from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
    """Each bond's count of unsatisfied images against the mean over its translations: along the
    rows, and along the columns too unless rows are fixed. A seam with a wrong sign stands out."""
    s = rows.spins
    right, below = neighbours(system, s)  # 0 where there is no bond: then it counts as satisfied
    largest, place = 0.0, ""
    axes = (2,) if system.has_fixed_rows else (1, 2)
    bonds = 0
    for name, neighbour in (("right", right), ("below", below)):
        unsatisfied = system.coupling * s * neighbour < 0
        share = unsatisfied.mean(axes, keepdims=True)
        variance = (share * (1 - share)).sum(0)
        excess = unsatisfied.sum(0) - share.sum(0)
        z = np.divide(
            np.abs(excess),
            np.sqrt(variance),
            out=np.zeros(s.shape[1:]),
            where=np.broadcast_to(variance > 1, s.shape[1:]),
        )
        bonds += int((z > 0).sum())
        if z.max() > largest:
            largest = float(z.max())
            row, column = np.unravel_index(z.argmax(), z.shape)
            place = f"site ({row}, {column}) and the one {name}"
    p = min(1.0, bonds * erfc(largest / sqrt(2)))
    return Finding(rows.config, "all", "bond map", p, f"largest |z| {largest:.2f}, {place}")


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
        more, unequal = int((difference > 0).sum()), int((difference != 0).sum())
        seen = f"{more} of {unequal} have more unsatisfied vertical bonds"
        return [Finding(rows.config, "all", "directions", coin_p(more, unequal), seen)]
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
