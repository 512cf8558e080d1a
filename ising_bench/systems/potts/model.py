"""The ferromagnetic q-state Potts model on the periodic square lattice.

H(s) = -sum over bonds delta(s_i, s_j), J = k_B = 1, so temperatures are in units of J/k_B (R. B.
Potts, Proc. Camb. Phil. Soc. 48, 106, 1952; F. Y. Wu, Rev. Mod. Phys. 54, 235, 1982). Colours are
uint8 arrays of 0 to q - 1, shape (..., L, L): row 0 is the top of the image, column 0 its left
edge. With q = 2 at T it is the Ising model at 2 T, with half
its energy less one a site.
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
from ising_bench.symbols import Colour, Symbols
from ising_bench.system import Finding, Kernel, System

# Okabe and Ito's, told apart with any colour vision; ten cannot be: Tol's muted scheme and a grey
_COLOURS: dict[int, tuple[Colour, ...]] = {
    3: ((0, 114, 178), (213, 94, 0), (240, 228, 66)),
    10: (
        (51, 34, 136),
        (136, 204, 238),
        (68, 170, 153),
        (17, 119, 51),
        (153, 153, 51),
        (221, 204, 119),
        (204, 102, 119),
        (136, 34, 85),
        (170, 68, 153),
        (221, 221, 221),
    ),
}
_WORDS = {
    3: "blue is 0, orange is 1, yellow is 2",
    10: "indigo is 0, cyan 1, teal 2, green 3, olive 4, sand 5, rose 6, wine 7, purple 8, grey 9",
}


@final
@dataclass(frozen=True)
class Potts(System):
    """The Potts model of q colours on the L x L square lattice, periodic in both directions.

    states: q, 3 or 10. Raises ValueError for another.
    """

    name: str
    states: int

    parameter: ClassVar = "temperature"
    hidden: ClassVar[dict[str, str]] = {}
    isotropic: ClassVar = True
    sizes: ClassVar = range(2, 129, 2)
    energy_unit: ClassVar = 1.0

    def __post_init__(self) -> None:
        if self.states not in _COLOURS:
            raise ValueError(f"states is {self.states}: there are kernels for 3 and 10")

    @property
    def symbols(self) -> Symbols:
        return Symbols("uint8", tuple(range(self.states)), _COLOURS[self.states], kind="names")

    @property
    def facts(self) -> dict[str, str]:
        order = "continuous" if self.states <= 4 else "first order"
        return {"q": str(self.states), "transition": order, "boundaries": "periodic"}

    @property
    def card(self) -> str:
        return (files("ising_bench") / "systems" / "potts" / "card.md").read_text(encoding="utf-8")

    def column_words(self, size: int) -> dict[str, str]:
        sites = f"{size**2:,}".replace(",", " ")
        q = self.states
        return {
            "image": f"PNG, one pixel a site, decodes to RGB; {_WORDS[q]}",
            "spins": f"the same lattice as {size} x {size} uint8 of 0 to {q - 1}, its colours; row "
            "0 is the top",
            "energy": f"minus the number of bonds between equal colours over {sites}, in units of "
            "the coupling",
            "magnetization": f"share x of the most frequent colour, as ({q} x - 1)/{q - 1}",
        }

    def ground_energy(self, size: int) -> int:
        return -2 * whole("size", size, 2) ** 2

    def fixed(self, size: int) -> Spins | None:  # noqa: ARG002 - of every size
        return None

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Minus the number of bonds between equal colours, of each lattice (..., L, L): (...).
        Raises ValueError for what is no L x L lattice of colours, L being 2 or more."""
        colours = self._checked(spins)
        right, below = np.roll(colours, -1, axis=-1), np.roll(colours, -1, axis=-2)
        equal = (colours == right).sum((-2, -1)) + (colours == below).sum((-2, -1))
        return -np.asarray(equal, np.int64)

    def counts(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Sites of each colour in lattices (..., L, L): (..., q). Raises as `energy`."""
        colours = self._checked(spins)
        return np.stack([(colours == c).sum((-2, -1)) for c in range(self.states)], axis=-1)

    def magnetization(self, spins: ArrayLike) -> Array:
        """(q x - 1)/(q - 1), x being the share of the most frequent colour: 1 where all sites have
        one, near 0 where all colours are as frequent. Raises as `energy`."""
        counts = self.counts(spins)
        share = counts.max(-1) / counts.sum(-1)
        return np.asarray((self.states * share - 1) / (self.states - 1))

    def order(self, spins: ArrayLike) -> Array:
        return self.magnetization(spins)

    def ordered_below(self, size: int) -> float:
        from ising_bench.systems.potts.transition import ordered_below

        return ordered_below(self.states, size)

    @property
    def least_order(self) -> float:
        return (0.7 * self.states - 1) / (self.states - 1)

    def kernels(self) -> dict[str, Kernel]:
        from ising_bench.systems.potts import kernel, reference

        return {"reference": reference, "cpu": kernel}

    def statistic(self, size: int) -> Thermal:
        from ising_bench.systems.potts.statistic import statistic

        return statistic(self, size)

    def checks(self, rows: Rows) -> list[Finding]:
        from ising_bench.systems.potts.checks import findings

        return findings(self, rows)

    def _checked(self, spins: ArrayLike) -> NDArray[np.uint8]:
        colours = np.asarray(spins)
        sides = colours.shape[-2:]
        if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2:
            raise ValueError(
                f"spins have shape {colours.shape}; the last two axes must be L x L, L at least 2"
            )
        return self.symbols.codes(colours)  # the colours are their own codes
