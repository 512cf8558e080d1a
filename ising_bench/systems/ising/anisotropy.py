"""How much longer the domain walls between fixed rows are along the rows than across them, exactly.

D is the number of unsatisfied vertical bonds minus that of unsatisfied horizontal ones: the bulk
adds nothing to its mean, so it is what the interface has along the rows (each vertical bond that it
crosses) minus its steps up and down: 100 for a flat interface of the 100 x 100 lattice, less for a
rough one.

With couplings K - d along the rows and K + d across them ln Z has the derivatives
<S_v - S_h> and Var(S_v - S_h) at d = 0, S the sum of s_i s_j over the bonds of a direction; and
D = (n_v - n_h - S_v + S_h) / 2 for n_v, n_h bonds. Z is Kaufman's transfer matrix between fixed
boundary states (Phys. Rev. 76, 1232, 1949) in the even and the odd sector of the fermions, whose
difference turns the bottom row over.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ising_bench.checks import whole
from ising_bench.extras import needs
from ising_bench.paper import GRID
from ising_bench.progress import bar
from ising_bench.tasks import Grid

SHIPPED_SIZE, SHIPPED_GRID = 100, GRID
SHIPPED_FILE = Path(
    str(files("ising_bench") / "systems" / "ising" / "data" / f"anisotropy_{SHIPPED_SIZE}.npy")
)
LEAST = 0.2  # temperature: below, D is L and its variance 0, both to 1e-4

_STEP = 30  # the derivatives are differences over 10**-30


@cache
def moments(size: int, grid: Grid) -> NDArray[np.floating] | None:
    """Mean and variance of D at each point of a grid: (2, points); None where they are not shipped,
    which they are for the 100 x 100 lattice and the paper's temperatures."""
    if (size, grid) != (SHIPPED_SIZE, SHIPPED_GRID):
        return None
    shipped_moments: NDArray[np.floating] = np.load(SHIPPED_FILE)
    shipped_moments.flags.writeable = False  # it is shared
    return shipped_moments


def compute(size: int, point: int, grid: Grid = GRID) -> tuple[float, float]:
    """Mean and variance of D on the L x L lattice between fixed rows, to 12 digits.

    size: even, 4 or more; point: of the temperature on the grid, 0 or more. Raises ValueError for
    others, IsingBenchError where mpmath, which only this needs, is not installed.
    """
    size, point = whole("size", size, 4), whole("point", point)
    if size % 2:
        raise ValueError(f"size is {size}: it must be even")
    needs("mpmath")
    import mpmath as mp

    if grid.value(point) < LEAST:
        return float(size), 0.0
    # the two sectors agree in some 4 K L / ln 10 digits, and the differences cost 2 * 30 more
    with mp.workdps(int(4 / grid.value(point) * size / 2.3) + 2 * _STEP + 60):
        temperature = grid.exact(point)
        k, step = temperature.denominator / mp.mpf(temperature.numerator), mp.mpf(10) ** -_STEP
        below, here, above = (_log_partition(mp, size, k - d, k + d) for d in (-step, 0, step))
        mean = (-size - (above - below) / (2 * step)) / 2
        return float(mean), float((above - 2 * here + below) / step**2 / 4)


def _log_partition(mp: Any, n: int, along: Any, across: Any) -> Any:
    """ln Z with couplings (over T) along and across the rows, the first row up, the last down."""
    cosh, sinh = mp.cosh(2 * along), mp.sinh(2 * along)
    up = 1 / mp.tanh(across)  # exp(2 K*), K* the dual coupling

    def sector(momenta: list[Any]) -> Any:
        product = mp.mpf(1)
        for q in momenta:
            c, s = sinh * mp.cos(q), sinh * mp.sin(q)
            b = mp.matrix([mp.cos((mp.pi - q) / 2), mp.sin((mp.pi - q) / 2)])
            row = mp.matrix([[(cosh - c) * up, s / up], [s * up, (cosh + c) / up]])
            end = row ** (n - 2) * b
            product *= b[0] * up * end[0] + b[1] * end[1] / up
        return product

    even = sector([(2 * j + 1) * mp.pi / n for j in range(n // 2)])
    odd = sector([2 * j * mp.pi / n for j in range(1, n // 2)]) * mp.exp(2 * along * (n - 2))
    prefactor = mp.mpf(n * (n - 1)) / 2 * mp.log(2 * mp.sinh(2 * across)) + 2 * along * n
    return prefactor + mp.log((even - odd) / 2)


def table() -> NDArray[np.floating]:
    """What `moments` ships, computed anew."""
    with bar("interface moments", len(SHIPPED_GRID.points), "temperatures") as advance:
        columns = []
        for point in SHIPPED_GRID.points:
            columns.append(compute(SHIPPED_SIZE, point, SHIPPED_GRID))
            advance(1)
    return np.array(columns).T
