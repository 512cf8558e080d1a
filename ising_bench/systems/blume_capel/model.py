"""The spin-1 Blume-Capel model on the periodic square lattice.

H(s) = -sum over bonds s_i s_j + D sum s_i**2 with D = 1, J = k_B = 1, so temperatures are in units
of J/k_B (M. Blume, Phys. Rev. 141, 517, 1966; H. W. Capel, Physica 32, 966, 1966). Spins are int8
arrays of +1, 0 and -1, shape (..., L, L): row 0 is the top of the image, column 0 its left edge.
Without zeros it is the Ising model.
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

ORANGE, GREY, BLUE = (213, 94, 0), (221, 221, 221), (0, 114, 178)  # Okabe and Ito's, and a grey


@final
@dataclass(frozen=True)
class BlumeCapel(System):
    """The Blume-Capel model at D = 1 on the L x L square lattice, periodic in both directions."""

    name: str

    symbols: ClassVar = Symbols("int8", (-1, 0, 1), (BLUE, GREY, ORANGE))
    parameter: ClassVar = "temperature"
    hidden: ClassVar[dict[str, str]] = {}
    isotropic: ClassVar = True
    sizes: ClassVar = range(2, 129, 2)
    energy_unit: ClassVar = 1.0
    least_order: ClassVar = 0.4

    @property
    def facts(self) -> dict[str, str]:
        return {"D": "1", "transition": "continuous", "boundaries": "periodic"}

    @property
    def card(self) -> str:
        here = files("ising_bench") / "systems" / "blume_capel"
        return (here / "card.md").read_text(encoding="utf-8")

    def column_words(self, size: int) -> dict[str, str]:
        sites = f"{size**2:,}".replace(",", " ")
        return {
            "image": "PNG, one pixel a site, decodes to RGB; orange is +1, grey is 0, blue is -1",
            "spins": f"the same lattice as {size} x {size} int8 of +1, 0 and -1; row 0 is the top",
            "energy": f"total energy over {sites}, in units of the coupling",
            "magnetization": f"sum of all spins over {sites}",
        }

    def ground_energy(self, size: int) -> int:
        return -(whole("size", size, 2) ** 2)

    def fixed(self, size: int) -> Spins | None:  # noqa: ARG002 - of every size
        return None

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Total energy of each lattice (..., L, L), in J: (...). Raises ValueError for what is no
        L x L lattice of such spins, L being 2 or more."""
        s = self._checked(spins)
        bonds = s * np.roll(s, -1, axis=-1) + s * np.roll(s, -1, axis=-2)
        return np.asarray((s * s - bonds).sum((-2, -1), dtype=np.int64))

    def magnetization(self, spins: ArrayLike) -> Array:
        s = self._checked(spins)
        return np.asarray(s.mean((-2, -1), dtype=np.float64))

    def order(self, spins: ArrayLike) -> Array:
        """|magnetization|."""
        return np.abs(self.magnetization(spins))

    def ordered_below(self, size: int) -> float:
        from ising_bench.systems.blume_capel.transition import ordered_below

        return ordered_below(size)

    def kernels(self) -> dict[str, Kernel]:
        from ising_bench.systems.blume_capel import kernel, reference

        return {"reference": reference, "cpu": kernel}

    def statistic(self, size: int) -> Thermal:
        from ising_bench.systems.blume_capel.statistic import statistic

        return statistic(self, size)

    def checks(self, rows: Rows) -> list[Finding]:
        from ising_bench.systems.blume_capel.checks import findings

        return findings(rows)

    def _checked(self, spins: ArrayLike) -> NDArray[np.int8]:
        lattices = np.asarray(spins)
        sides = lattices.shape[-2:]
        if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2:
            raise ValueError(
                f"spins have shape {lattices.shape}; the last two axes must be L x L, L at least 2"
            )
        return self.symbols.codes(lattices).astype(np.int8) - np.int8(1)
