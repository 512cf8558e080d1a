"""Types of arrays."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Labels = NDArray[np.int64]  # classes, from 0
Spins = NDArray[np.int8]  # lattices, (..., L, L): row 0 is the top of the image, column 0 its left
