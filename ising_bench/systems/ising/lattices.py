"""Sums over lattices of +1 and -1, (..., L, L)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.ndarrays import Spins

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


def as_spins(spins: ArrayLike, size: int | None = None) -> NDArray[np.int8]:
    """Lattices as int8, (..., L, L).

    Raises ValueError for what is not made of L x L lattices of +1 and -1, L being 2 or more, or
    `size` where that is given.
    """
    lattices = np.asarray(spins)
    sides = lattices.shape[-2:]
    if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2 or size not in (None, sides[0]):
        wanted = "L x L, L at least 2" if size is None else f"{size} x {size}"
        raise ValueError(f"spins have shape {lattices.shape}; the last two axes must be {wanted}")
    if not ((lattices == 1) | (lattices == -1)).all():
        raise ValueError("spins are not all +1 or -1")
    return lattices.astype(np.int8, copy=False)


def neighbours(system: "Ising", spins: Spins) -> tuple[Spins, Spins]:
    """The right and the lower neighbour of each site (..., L, L), times the sign of the bond to it
    relative to J: 0 where there is no bond."""
    right, below = np.roll(spins, -1, axis=-1), np.roll(spins, -1, axis=-2)
    right[..., :, -1] *= system.column_wrap
    below[..., -1, :] *= system.row_wrap
    return right, below


def bond_sums(system: "Ising", spins: Spins) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sums of s_i s_j over the horizontal and over the vertical bonds, those of a wrap with its
    sign relative to J, of each lattice (..., L, L): (...) each."""
    right, below = neighbours(system, spins)
    return _sum(spins * right), _sum(spins * below)


def magnetization(spins: ArrayLike) -> NDArray[np.int64]:
    """Sum of all spins of each lattice (..., L, L), shape (...). Raises as `as_spins`."""
    return _sum(as_spins(spins))


def _sum(values: Spins) -> NDArray[np.int64]:
    """Over the last two axes."""
    return values.sum((-2, -1), dtype=np.int64)
