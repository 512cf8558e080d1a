"""The two sublattices of the square lattice."""

import numpy as np
from numpy.typing import NDArray

from ising_bench.checks import whole


def sublattice_signs(size: int) -> NDArray[np.int8]:
    """+1 where row + column is even, -1 where it is odd: (L, L). Raises ValueError for a size that
    is no whole number."""
    size = whole("size", size, 1)
    row, column = np.indices((size, size), sparse=True)
    return (1 - 2 * ((row + column) % 2)).astype(np.int8)
