"""Lattices as the kernel's words: 64 sites of one colour of a row in each."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Spins
from ising_bench.simulation import multispin
from ising_bench.sublattices import sublattice_signs

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


def pack(system: "Ising", spins: Spins) -> NDArray[np.uint64]:
    """Spins (n, L, L) as the kernel's words (n, 2, W, L), colour by word by row.

    Turning over one colour of an antiferromagnet makes it the ferromagnet of equal energy.
    """
    size = spins.shape[-1]
    return multispin.pack((spins * sublattice_signs(size) if system.coupling == -1 else spins) > 0)


def unpack(system: "Ising", lattices: NDArray[np.uint64]) -> Spins:
    """The inverse of `pack`: (n, L, L) int8."""
    spins = 2 * multispin.unpack(lattices).astype(np.int8) - 1
    size = lattices.shape[-1]
    return spins * sublattice_signs(size) if system.coupling == -1 else spins
