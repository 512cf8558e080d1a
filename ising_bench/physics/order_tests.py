"""Tests of where unsatisfied bonds are, and of the order: symmetry, magnetization, walls."""

from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from ising_bench.physics import anisotropy
from ising_bench.physics.evidence import Finding, Lattices
from ising_bench.physics.order import is_striped, order_parameter
from ising_bench.physics.significance import coin_p, mean_p, normal_p
from ising_bench.regions import REGIONS
from ising_bench.systems import magnetization, sublattice_signs

ORDERED_BELOW = 212  # hundredths; there every equilibrium lattice is ordered


def bonds(rows: Lattices) -> Finding:
    """Each bond's count of unsatisfied images against the mean over its translations: along the
    rows, and along the columns too unless rows are fixed. A seam with a wrong sign stands out."""
    system, s = rows.system, rows.spins
    right, below = np.roll(s, -1, axis=2), np.roll(s, -1, axis=1)
    right[:, :, -1] *= system.column_wrap
    below[:, -1] *= system.row_wrap  # 0 where there is no bond: then it counts as satisfied
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


def sign(rows: Lattices) -> Finding:
    """The (staggered) magnetization is as often positive as negative."""
    m = magnetization(rows.spins * sublattice_signs(rows.spins.shape[-1]))
    if rows.system.coupling == 1:
        m = magnetization(rows.spins)
    positive, signed = int((m > 0).sum()), int((m != 0).sum())
    seen = f"{positive} of {signed} positive"
    return Finding(rows.config, "all", "sign of m", coin_p(positive, signed), seen)


def stripes(rows: Lattices, cold: NDArray[np.bool]) -> Finding:
    """Well below T_c no equilibrium lattice has more walls than its boundaries force: a stripe
    brings the order parameter near zero, which has no measurable probability."""
    order = order_parameter(rows.system, rows.spins[cold])
    striped = int(is_striped(order).sum())
    seen = f"{striped} of {len(order)} cold lattices, least order {order.min():.3f}"
    return Finding(rows.config, "cold", "stripes", float(striped == 0), seen)


def directions(rows: Lattices) -> list[Finding]:
    """Unsatisfied vertical bonds against horizontal ones.

    Without fixed rows a lattice and its transpose are equally likely, so it is a coin which are
    more. Between fixed rows their difference is the length of the interface along the rows minus
    its steps, and has exactly known moments (`anisotropy.py`).
    """
    difference = vertical_minus_horizontal(rows)
    if not rows.system.has_fixed_rows:
        more, unequal = int((difference > 0).sum()), int((difference != 0).sum())
        seen = f"{more} of {unequal} have more unsatisfied vertical bonds"
        return [Finding(rows.config, "all", "directions", coin_p(more, unequal), seen)]
    found = []
    mean, variance = anisotropy.moments()[:, rows.hundredths]
    for label, region in enumerate(REGIONS[:3]):
        mine = (rows.labels == label) & (rows.hundredths >= anisotropy.LEAST)
        if mine.any():
            excess = (difference - mean)[mine]
            z = excess.sum() / sqrt(variance[mine].sum())
            seen = f"{excess.mean():+.3f} bonds from exact"
            found.append(Finding(rows.config, region.name, "interface", normal_p(z), seen))
    return found


def vertical_minus_horizontal(rows: Lattices) -> NDArray[np.int64]:
    """Unsatisfied vertical bonds of each lattice minus its horizontal ones: (n,)."""
    system, s = rows.system, rows.spins
    right = (s[:, :, :-1] * s[:, :, 1:]).sum((1, 2), dtype=np.int64)
    right += system.column_wrap * (s[:, :, -1] * s[:, :, 0]).sum(1, dtype=np.int64)
    below = (s[:, :-1] * s[:, 1:]).sum((1, 2), dtype=np.int64)
    below += system.row_wrap * (s[:, -1] * s[:, 0]).sum(1, dtype=np.int64)
    size = s.shape[-1]
    missing = size if system.has_fixed_rows else 0  # vertical bonds that are not there
    return (system.coupling * (right - below) - missing) // 2


def spontaneous(rows: Lattices) -> list[Finding]:
    """|m| (staggered for the antiferromagnet) below T_c against the infinite lattice's.

    Where the boundaries force no wall, (1 - sinh(2/T)**-4)**(1/8) (C. N. Yang, Phys. Rev. 85, 808,
    1952) holds up to T = 2.00 for L = 100: the correlation length is below 2.2. Only in the second
    class, where every lattice has several excitations; Student's t of deviations weighted by their
    expected size.
    """
    if rows.system.has_fixed_rows or rows.system.column_wrap == -1:
        return []
    mine = (rows.labels == 1) & (rows.hundredths <= 200)
    if mine.sum() < 2:
        return []
    exact = (1 - np.sinh(200 / rows.hundredths[mine]) ** -4.0) ** 0.125
    deviation = order_parameter(rows.system, rows.spins[mine]) - exact
    seen = f"{deviation.mean():+.6f} from exact"
    p = mean_p(deviation / np.sqrt(1 - exact))
    return [Finding(rows.config, REGIONS[1].name, "magnetization", p, seen)]
