"""Order of a lattice: magnetization relative to what the boundaries force, and the interface.

Where a boundary forces a domain wall into the lattice, each line across it is cut where the cut
leaves most spins of one sign before it and of the other after it.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.ndarrays import Array, Spins
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising.lattices import as_spins, magnetization

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising


def order_parameter(system: "Ising", spins: ArrayLike) -> Array:
    """|magnetization| per site relative to whatever the boundaries force into each lattice
    (..., L, L): (...).

    Periodic: |m|, staggered for the antiferromagnet. Fixed rows: each column is cut at the height
    that leaves most spins up above it and down below. Antiperiodic: each row is cut at the column
    that leaves most spins of one sign to its left and of the other to its right. Raises as
    `as_spins`.
    """
    spins = as_spins(spins)
    size = spins.shape[-1]
    if system.coupling == -1:
        spins = spins * sublattice_signs(size)
    if system.has_fixed_rows:
        return _best_cut(spins.swapaxes(-1, -2)).mean(-1)
    if system.column_wrap == -1:
        return np.maximum(_best_cut(spins), _best_cut(-spins)).mean(-1)
    return np.abs(magnetization(spins)) / size**2


def interface_heights(spins: ArrayLike) -> NDArray[np.int64]:
    """Height of the interface between the fixed rows in each column of lattices (..., L, L): the
    number of rows above the best cut, (..., L). Raises as `as_spins`."""
    spins = as_spins(spins)
    before = np.cumsum(spins, axis=-2, dtype=np.int32)
    return 1 + (2 * before - before[..., -1:, :]).argmax(-2)


def _best_cut(lines: Spins) -> Array:
    """For each line of spins the largest mean of (spins before a cut, minus those after)."""
    before = np.cumsum(lines, axis=-1, dtype=np.int32)
    total = before[..., -1:]
    return np.maximum((2 * before - total).max(-1), -total[..., 0]) / lines.shape[-1]
