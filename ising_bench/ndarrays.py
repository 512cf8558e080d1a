"""Types of arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Labels = NDArray[np.int64]  # classes, from 0
# What the sites of lattices hold, (..., L, L): row 0 is the top of the image, column 0 its left.
Spins = NDArray[np.integer[Any]]
Observed = Mapping[str, NDArray[Any]]  # numbers of each image or chain, (n,), by name
