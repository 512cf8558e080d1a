"""The four systems: couplings, boundary conditions, energy and magnetization.

H(s) = -sum over bonds J_ij s_i s_j, no field, |J| = k_B = 1, so temperatures are in units of
|J|/k_B (the paper writes K). Spins are int8 arrays of +1 and -1, shape (..., L, L): row 0 is the
top of the image, column 0 its left edge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Spins = NDArray[np.int8]


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
        between the fixed rows)."""
        bonds = 2 * size * size - (size if self.has_fixed_rows else 0)
        walls = (self.column_wrap == -1) + (self.row_wrap in (-1, 0))
        return -bonds + 2 * size * walls

    def energy(self, spins: Spins) -> NDArray[np.int64]:
        """Total energy in |J| of each lattice, shape (...)."""
        bonds = _sum(spins[..., :, :-1] * spins[..., :, 1:])
        bonds += _sum(spins[..., :-1, :] * spins[..., 1:, :])
        bonds += self.column_wrap * _sum((spins[..., :, -1] * spins[..., :, 0])[..., None])
        bonds += self.row_wrap * _sum((spins[..., -1, :] * spins[..., 0, :])[..., None])
        return -self.coupling * bonds


def magnetization(spins: Spins) -> NDArray[np.int64]:
    """Sum of all spins of each lattice, shape (...)."""
    return _sum(spins)


def _sum(values: NDArray[np.int8]) -> NDArray[np.int64]:
    """Sum over the last two axes."""
    return values.sum((-2, -1), dtype=np.int64)


def sublattice_signs(size: int) -> Spins:
    """+1 where row + column is even, -1 where it is odd: (L, L). Also the antiferromagnet's
    ground state."""
    row, column = np.indices((size, size), sparse=True)
    return (1 - 2 * ((row + column) % 2)).astype(np.int8)


PERIODIC_FERRO = System("periodic_ferro", coupling=+1, column_wrap=+1, row_wrap=+1)
PERIODIC_ANTIFERRO = System("periodic_antiferro", coupling=-1, column_wrap=+1, row_wrap=+1)
SKEWED_FERRO = System("skewed_ferro", coupling=+1, column_wrap=+1, row_wrap=0)
ANTIPERIODIC_FERRO = System("antiperiodic_ferro", coupling=+1, column_wrap=-1, row_wrap=-1)

SYSTEMS = (PERIODIC_FERRO, PERIODIC_ANTIFERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO)
