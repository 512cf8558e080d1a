"""Lattices as the kernel's words: the sites of one colour of a row in one word."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Spins
from ising_bench.sublattices import sublattice_signs

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


def pack(system: "Ising", spins: Spins) -> NDArray[np.uint64]:
    """Spins (n, L, L) as the kernel's words (n, 2, L), colour by row.

    Turning over one colour of an antiferromagnet makes it the ferromagnet of equal energy.
    """
    n, size, _ = spins.shape
    up = spins * sublattice_signs(size) > 0 if system.coupling == -1 else spins > 0
    by_colour = np.empty((n, 2, size, size // 2), bool)
    for colour in (0, 1):
        by_colour[:, colour, 0::2] = up[:, 0::2, colour::2]
        by_colour[:, colour, 1::2] = up[:, 1::2, 1 - colour :: 2]
    bits = np.zeros((n, 2, size, 8), np.uint8)
    packed = np.packbits(by_colour, axis=-1, bitorder="little")
    bits[..., : packed.shape[-1]] = packed
    return bits.view("<u8")[..., 0].astype(np.uint64)


def unpack(system: "Ising", lattices: NDArray[np.uint64]) -> Spins:
    """The inverse of `pack`: (n, L, L) int8."""
    n, _, size = lattices.shape
    bits = lattices.astype("<u8")[..., None].view(np.uint8)
    by_colour = np.unpackbits(bits, axis=-1, count=size // 2, bitorder="little")
    up = np.empty((n, size, size), np.int8)
    for colour in (0, 1):
        up[:, 0::2, colour::2] = by_colour[:, colour, 0::2]
        up[:, 1::2, 1 - colour :: 2] = by_colour[:, colour, 1::2]
    spins = 2 * up - 1
    return spins * sublattice_signs(size) if system.coupling == -1 else spins
