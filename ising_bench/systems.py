"""The four systems: couplings, boundary conditions, energy and magnetization.

H(s) = -sum over bonds J_ij s_i s_j, no field, |J| = k_B = 1, so temperatures are in units of
|J|/k_B (the paper writes K). Spins are int8 arrays of +1 and -1, shape (..., L, L): row 0 is the
top of the image, column 0 its left edge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.arrays import Spins
from ising_bench.checks import whole


def as_spins(spins: ArrayLike, size: int | None = None) -> Spins:
    """Lattices as int8, (..., L, L).

    Raises ValueError for what is not made of L x L lattices of +1 and -1, L being 2 or more, or
    `size` where that is given.
    """
    found = np.asarray(spins)
    sides = found.shape[-2:]
    if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2 or size not in (None, sides[0]):
        wanted = "L x L, L at least 2" if size is None else f"{size} x {size}"
        raise ValueError(f"spins have shape {found.shape}; the last two axes must be {wanted}")
    if not ((found == 1) | (found == -1)).all():
        raise ValueError("spins are not all +1 or -1")
    return found.astype(np.int8, copy=False)


@dataclass(frozen=True)
class System:
    """A nearest-neighbour Ising model on an L x L square lattice.

    coupling: sign of J. column_wrap, row_wrap: sign of the bonds that join the last column (row)
    to the first, relative to J: +1 periodic, -1 antiperiodic. row_wrap 0: no such bonds, the top
    row is fixed to +1 and the bottom row to -1 (both are part of the lattice).
    """

    name: str
    coupling: int
    column_wrap: int
    row_wrap: int

    def __post_init__(self) -> None:
        signs = (self.coupling, self.column_wrap, self.row_wrap)
        if not {self.coupling, self.column_wrap} <= {1, -1} or self.row_wrap not in (1, 0, -1):
            raise ValueError(
                f"coupling, column_wrap and row_wrap are {signs}, not signs (row_wrap may be 0)"
            )

    @property
    def boundaries(self) -> tuple[str, str]:
        """Of columns and of rows, in words."""
        words = {1: "periodic", -1: "antiperiodic", 0: "top row fixed up, bottom row fixed down"}
        return words[self.column_wrap], words[self.row_wrap]

    @property
    def has_fixed_rows(self) -> bool:
        return self.row_wrap == 0

    def ground_energy(self, size: int) -> int:
        """The lowest total energy of the L x L lattice, in |J|: every bond, and two for each
        unsatisfied one that the boundaries force (one wall of length L across each -1 wrap and
        between the fixed rows). Raises ValueError for a size below 2, and for an odd one of the
        antiferromagnet, which a checkerboard does not fit."""
        size = whole("size", size, 2)
        if size % 2 and self.coupling == -1:
            raise ValueError(f"size is {size}: it must be even for an antiferromagnet")
        bonds = 2 * size * size - (size if self.has_fixed_rows else 0)
        walls = (self.column_wrap == -1) + (self.row_wrap in (-1, 0))
        return -bonds + 2 * size * walls

    def has_its_fixed_rows(self, spins: Spins) -> NDArray[np.bool]:
        """Whether each lattice (..., L, L) has the top row up and the bottom row down, where the
        system fixes them: (...)."""
        if not self.has_fixed_rows:
            return np.ones(spins.shape[:-2], bool)
        return (spins[..., 0, :] == 1).all(-1) & (spins[..., -1, :] == -1).all(-1)

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Total energy in |J| of each lattice (..., L, L), shape (...). Raises as `as_spins`."""
        spins = as_spins(spins)
        bonds = _sum(spins[..., :, :-1] * spins[..., :, 1:])
        bonds += _sum(spins[..., :-1, :] * spins[..., 1:, :])
        bonds += self.column_wrap * _sum((spins[..., :, -1] * spins[..., :, 0])[..., None])
        bonds += self.row_wrap * _sum((spins[..., -1, :] * spins[..., 0, :])[..., None])
        return -self.coupling * bonds


def magnetization(spins: ArrayLike) -> NDArray[np.int64]:
    """Sum of all spins of each lattice (..., L, L), shape (...). Raises as `as_spins`."""
    return _sum(as_spins(spins))


def _sum(values: NDArray[np.int8]) -> NDArray[np.int64]:
    """Sum over the last two axes."""
    return values.sum((-2, -1), dtype=np.int64)


def sublattice_signs(size: int) -> Spins:
    """+1 where row + column is even, -1 where it is odd: (L, L). Also the antiferromagnet's
    ground state. Raises ValueError for a size that is no whole number."""
    size = whole("size", size, 1)
    row, column = np.indices((size, size), sparse=True)
    return (1 - 2 * ((row + column) % 2)).astype(np.int8)


PERIODIC_FERRO = System("periodic_ferro", coupling=+1, column_wrap=+1, row_wrap=+1)
PERIODIC_ANTIFERRO = System("periodic_antiferro", coupling=-1, column_wrap=+1, row_wrap=+1)
SKEWED_FERRO = System("skewed_ferro", coupling=+1, column_wrap=+1, row_wrap=0)
ANTIPERIODIC_FERRO = System("antiperiodic_ferro", coupling=+1, column_wrap=-1, row_wrap=-1)

SYSTEMS = (PERIODIC_FERRO, PERIODIC_ANTIFERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO)
