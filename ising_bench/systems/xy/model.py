"""The XY model on the periodic square lattice, as a clock model of 256 directions.

H(s) = -J sum over bonds cos(theta_i - theta_j), J = k_B = 1, so temperatures are in units of J/k_B
(J. M. Kosterlitz, D. J. Thouless, J. Phys. C 6, 1181, 1973). Angles are uint8 arrays of 0 to 255,
256 to a turn, shape (..., L, L): row 0 is the top of the image, column 0 its left edge; the cosine
is a table of whole numbers (`cosine.py`).

A clock of q directions has all averages of the continuous model but for terms of exp(-q**2 T/4) or
smaller, the weight of a pair of charges of the field that prefers them, on neighbouring sites (J.
V. Jose, L. P. Kadanoff, S. Kirkpatrick, D. R. Nelson, Phys. Rev. B 16, 1217, 1977): with 256 at T =
0.0039, the coldest of the data above 0, exp(-64).
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import whole
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.thermal import Thermal
from ising_bench.rows import Rows
from ising_bench.symbols import Symbols
from ising_bench.system import Finding, Kernel, System
from ising_bench.systems.xy.colours import COLOURS
from ising_bench.systems.xy.cosine import ALIGNED, COSINE, TURN


@final
@dataclass(frozen=True)
class XY(System):
    """The clock model of so many directions on the L x L square lattice, periodic in both
    directions; with 256 of them, the XY model.

    directions: a power of two from 4 to 256. Raises ValueError for others.
    """

    name: str
    directions: int

    parameter: ClassVar = "temperature"
    hidden: ClassVar[dict[str, str]] = {}
    isotropic: ClassVar = True
    sizes: ClassVar = range(2, 129, 2)
    energy_unit: ClassVar = 1 / ALIGNED

    def __post_init__(self) -> None:
        if self.directions not in (4, 8, 16, 32, 64, 128, TURN):
            raise ValueError(f"directions is {self.directions}, no power of two from 4 to {TURN}")

    @property
    def step(self) -> int:
        """Between two directions, in angles."""
        return TURN // self.directions

    @property
    def symbols(self) -> Symbols:
        angles = tuple(range(0, TURN, self.step))
        return Symbols("uint8", angles, COLOURS[:: self.step], kind="angles")

    @property
    def facts(self) -> dict[str, str]:
        return {
            "directions": str(self.directions),
            "transition": "topological",
            "boundaries": "periodic",
        }

    @property
    def card(self) -> str:
        return (files("ising_bench") / "systems" / "xy" / "card.md").read_text(encoding="utf-8")

    def column_words(self, size: int) -> dict[str, str]:
        sites = f"{size**2:,}".replace(",", " ")
        return {
            "image": "PNG, one pixel a site, decodes to RGB; the angle by colour, around the "
            "circle from pale over blue, dark and red to pale",
            "spins": f"the same lattice as {size} x {size} uint8, its angles, {TURN} to a turn; "
            "row 0 is the top",
            "energy": f"minus the cosines of the differences of neighbours over {sites}, in units "
            "of the coupling",
            "magnetization": "length of the mean of the unit vectors of all sites",
        }

    def ground_energy(self, size: int) -> int:
        return -2 * ALIGNED * whole("size", size, 2) ** 2

    def fixed(self, size: int) -> Spins | None:  # noqa: ARG002 - of every size
        return None

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Minus the sum over bonds of the cosine of the difference, in 2**-18 J, of each lattice
        (..., L, L): (...). Raises ValueError for what is no L x L lattice of angles, L being 2 or
        more."""
        angles = self._checked(spins)
        right, below = np.roll(angles, -1, axis=-1), np.roll(angles, -1, axis=-2)
        total = COSINE[angles - right].sum((-2, -1), dtype=np.int64)
        return np.asarray(-total - COSINE[angles - below].sum((-2, -1), dtype=np.int64))

    def mean_vector(self, spins: ArrayLike) -> Array:
        """Of the unit vectors of all sites of lattices (..., L, L): (..., 2). Raises as
        `energy`."""
        angles = self._checked(spins)
        flat = angles.reshape(*angles.shape[:-2], -1)
        cosines = COSINE[flat].sum(-1, dtype=np.int64)
        sines = COSINE[flat - np.uint8(TURN // 4)].sum(-1, dtype=np.int64)
        return np.stack([cosines, sines], axis=-1) / (ALIGNED * flat.shape[-1])

    def magnetization(self, spins: ArrayLike) -> Array:
        """The length of the mean vector: 1 where all angles are alike, whatever the rounding of
        their cosines. Raises as `energy`."""
        return np.asarray(np.minimum(np.sqrt((self.mean_vector(spins) ** 2).sum(-1)), 1.0))

    def order(self, spins: ArrayLike) -> Array:
        return self.magnetization(spins)

    def vortices(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Plaquettes of lattices (..., L, L) around which the angle turns once, either way, each
        difference of neighbours being the smaller turn (half a turn: backwards, to the right or
        down): (...). As many turn one way as the other. Raises as `energy`."""
        angles = self._checked(spins)
        right, below = (
            (np.roll(angles, -1, axis=axis) - angles).view(np.int8).astype(np.int64)
            for axis in (-1, -2)
        )
        turns = right + np.roll(below, -1, axis=-1) - np.roll(right, -1, axis=-2) - below
        return np.asarray((turns != 0).sum((-2, -1)))

    def ordered_below(self, size: int) -> float:  # noqa: ARG002 - there are no walls at any size
        return 0.0

    @property
    def least_order(self) -> float:
        return 0.4  # of two halves that point 4/5 of half a turn apart

    def kernels(self) -> dict[str, Kernel]:
        from ising_bench.systems.xy import kernel, reference

        return {"reference": reference, "cpu": kernel}

    def statistic(self, size: int) -> Thermal:
        from ising_bench.systems.xy.statistic import statistic

        return statistic(self, size)

    def checks(self, rows: Rows) -> list[Finding]:
        from ising_bench.systems.xy.checks import findings

        return findings(self, rows)

    def _checked(self, spins: ArrayLike) -> NDArray[np.uint8]:
        angles = np.asarray(spins)
        sides = angles.shape[-2:]
        if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2:
            raise ValueError(
                f"spins have shape {angles.shape}; the last two axes must be L x L, L at least 2"
            )
        return np.asarray(self.symbols.codes(angles) * np.uint8(self.step))
