"""The quantum Ising chain in a transverse field, in contact with a heat bath.

H = -J sum s^z_i s^z_i+1 - h sum s^x_i over a ring of L sites, in Pauli matrices, J = 1 (P. Pfeuty,
Ann. Phys. 57, 79, 1970), at beta J = L/2. Its configurations are worldlines of the s^z in
continuous imaginary time (`worldlines.py`); an image, int8 of +1 and -1, shape (..., L, L), shows
them at L instants: rows are imaginary time, from the top, columns are sites. Both are periodic.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import whole
from ising_bench.ndarrays import Array, Spins
from ising_bench.rows import Rows
from ising_bench.symbols import Symbols
from ising_bench.system import Finding, Kernel, System
from ising_bench.systems.quantum_ising.statistic import Kinks

BLUE, YELLOW = (38, 70, 160), (250, 214, 60)  # up and down, as for the Ising model


@final
@dataclass(frozen=True)
class QuantumIsing(System):
    """The ring of L sites with beta J = L/2, seen at L instants."""

    name: str

    symbols: ClassVar = Symbols("int8", (-1, 1), (YELLOW, BLUE))
    parameter: ClassVar = "field"
    hidden: ClassVar = {"kinks": "int64", "bonds": "float64"}
    isotropic: ClassVar = False
    sizes: ClassVar = range(2, 129)
    energy_unit: ClassVar = 1.0
    least_order: ClassVar = 0.4

    @property
    def facts(self) -> dict[str, str]:
        return {"beta J": "L/2", "columns": "sites, periodic", "rows": "imaginary time, periodic"}

    @property
    def card(self) -> str:
        folder = files("ising_bench") / "systems" / "quantum_ising"
        return (folder / "card.md").read_text(encoding="utf-8")

    def column_words(self, size: int) -> dict[str, str]:
        sites = f"{size**2:,}".replace(",", " ")
        return {
            "image": "PNG, a column a site and a row an instant of imaginary time, decodes to RGB; "
            "blue is spin up, yellow is spin down",
            "spins": f"the same as {size} x {size} int8 of +1 and -1; row 0 is the top",
            "energy": f"minus the products of all neighbours in the image, along the chain and in "
            f"time, over {sites}",
            "magnetization": f"sum of all spins of the image over {sites}",
            "kinks": "how often the spins of all sites turn over around imaginary time; all that "
            "the worldlines tell of the field, and more than the image shows",
            "bonds": "the product of neighbouring spins, averaged over sites and imaginary time",
        }

    def ground_energy(self, size: int) -> int:
        return -2 * whole("size", size, 2) ** 2

    def fixed(self, size: int) -> Spins | None:  # noqa: ARG002 - of every size
        return None

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Minus the products of neighbours in each image (..., L, L), along the chain and in time:
        (...). Raises ValueError for what is no L x L image of +1 and -1, L being 2 or more."""
        image = self._checked(spins).astype(np.int64)
        along, in_time = (image * np.roll(image, -1, axis=axis) for axis in (-1, -2))
        return np.asarray(-(along + in_time).sum((-2, -1)))

    def magnetization(self, spins: ArrayLike) -> Array:
        return np.asarray(self._checked(spins).mean((-2, -1)))

    def order(self, spins: ArrayLike) -> Array:
        return np.abs(self.magnetization(spins))

    def ordered_below(self, size: int) -> float:  # noqa: ARG002 - walls come and go in time
        return 0.0

    def kernels(self) -> dict[str, Kernel]:
        from ising_bench.systems.quantum_ising import kernel, reference

        return {"reference": reference, "cpu": kernel}

    def statistic(self, size: int) -> Kinks:
        return Kinks(size)

    def checks(self, rows: Rows) -> list[Finding]:
        from ising_bench.systems.quantum_ising.checks import findings

        return findings(rows)

    def _checked(self, spins: ArrayLike) -> Spins:
        image = np.asarray(spins)
        sides = image.shape[-2:]
        if len(sides) < 2 or sides[0] != sides[1] or sides[0] < 2:
            raise ValueError(
                f"spins have shape {image.shape}; the last two axes must be L x L, L at least 2"
            )
        self.symbols.codes(image)
        return image
