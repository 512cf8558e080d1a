"""The Ising model: couplings, boundary conditions, energy and magnetization.

H(s) = -sum over bonds J_ij s_i s_j, no field, |J| = k_B = 1, so temperatures are in units of
|J|/k_B (the paper writes K). Spins are int8 arrays of +1 and -1, shape (..., L, L): row 0 is the
top of the image, column 0 its left edge.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import whole
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.exact import Exact
from ising_bench.physics.stripes import unstriped_below
from ising_bench.physics.thermal import Thermal
from ising_bench.rows import Rows
from ising_bench.symbols import Symbols
from ising_bench.system import Finding, Kernel, System
from ising_bench.systems.ising.lattices import as_spins, bond_sums, magnetization

BLUE, YELLOW = (38, 70, 160), (250, 214, 60)  # up and down, as in the paper


@final
@dataclass(frozen=True)
class Ising(System):
    """A nearest-neighbour Ising model on an L x L square lattice.

    coupling: sign of J. column_wrap, row_wrap: sign of the bonds that join the last column (row)
    to the first, relative to J: +1 periodic, -1 antiperiodic. row_wrap 0: no such bonds, the top
    row is fixed to +1 and the bottom row to -1 (both are part of the lattice). Raises ValueError
    for other numbers.
    """

    name: str
    coupling: int
    column_wrap: int
    row_wrap: int

    symbols: ClassVar = Symbols("int8", (-1, 1), (YELLOW, BLUE))
    parameter: ClassVar = "temperature"
    hidden: ClassVar[dict[str, str]] = {}
    isotropic: ClassVar = True
    sizes: ClassVar = range(4, 1025, 2)
    energy_unit: ClassVar = 1.0
    least_order: ClassVar = 0.4

    def __post_init__(self) -> None:
        signs = (self.coupling, self.column_wrap, self.row_wrap)
        if not {self.coupling, self.column_wrap} <= {1, -1} or self.row_wrap not in (1, 0, -1):
            raise ValueError(
                f"coupling, column_wrap and row_wrap are {signs}, not signs (row_wrap may be 0)"
            )

    @property
    def facts(self) -> dict[str, str]:
        words = {1: "periodic", -1: "antiperiodic", 0: "top row fixed up, bottom row fixed down"}
        return {
            "J": f"{self.coupling:+d}",
            "columns": words[self.column_wrap],
            "rows": words[self.row_wrap],
        }

    @property
    def card(self) -> str:
        return (files("ising_bench") / "systems" / "ising" / "card.md").read_text(encoding="utf-8")

    def column_words(self, size: int) -> dict[str, str]:
        sites = f"{size**2:,}".replace(",", " ")
        return {
            "image": "PNG, one pixel a site, decodes to RGB; blue is spin up, yellow is spin down",
            "spins": f"the same lattice as {size} x {size} int8 of +1 and -1; row 0 is the top",
            "energy": f"total energy of all bonds over {sites}, in units of the coupling",
            "magnetization": f"sum of all spins over {sites}",
        }

    @property
    def has_fixed_rows(self) -> bool:
        return self.row_wrap == 0

    def ground_energy(self, size: int) -> int:
        """The lowest total energy of the L x L lattice, in |J|: every bond, and two for each
        unsatisfied one that the boundaries force (one wall of length L across each -1 wrap and
        between the fixed rows). Raises ValueError for a size below 2, and for an odd one of the
        antiferromagnet, which a checkerboard does not fit."""
        size = whole("size", size, 2)
        if size % 2 and self.coupling == -1:
            raise ValueError(f"size is {size}: it must be even for an antiferromagnet")
        bonds = 2 * size * size - (size if self.has_fixed_rows else 0)
        walls = (self.column_wrap == -1) + (self.row_wrap in (-1, 0))
        return -bonds + 2 * size * walls

    def fixed(self, size: int) -> Spins | None:
        if not self.has_fixed_rows:
            return None
        held = np.zeros((size, size), np.int8)
        held[0], held[-1] = 1, -1
        return held

    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Total energy in |J| of each lattice (..., L, L), shape (...). Raises as `as_spins`."""
        horizontal, vertical = bond_sums(self, as_spins(spins))
        return -self.coupling * (horizontal + vertical)

    def magnetization(self, spins: ArrayLike) -> Array:
        checked = as_spins(spins)
        return magnetization(checked) / checked.shape[-1] ** 2

    def order(self, spins: ArrayLike) -> Array:
        from ising_bench.systems.ising.order import order_parameter

        return order_parameter(self, spins)

    def ordered_below(self, size: int) -> float:
        return unstriped_below(size)

    def kernels(self) -> dict[str, Kernel]:
        from ising_bench.systems.ising import kernel, reference

        return {"reference": reference, "cpu": kernel}

    def is_at_hand(self, size: int) -> bool:
        from ising_bench.systems.ising.statistic import is_at_hand

        return is_at_hand(size)

    def statistic(self, size: int) -> Thermal:
        from ising_bench.systems.ising.statistic import statistic

        return statistic(self, size)

    def exact(self, value: float, size: int) -> Exact:
        from ising_bench.systems.ising.partition import exact_at

        if self.is_at_hand(size):
            return self.statistic(size).exact(value, size)
        return exact_at(self, value, size)

    def checks(self, rows: Rows) -> list[Finding]:
        from ising_bench.systems.ising.checks import findings

        return findings(self, rows)
