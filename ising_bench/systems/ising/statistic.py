"""The energy as what an image tells of its temperature: ln g(E), shipped for L = 100, computed for
small lattices when asked for."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.ndarrays import Array
from ising_bench.physics.thermal import Thermal, logarithms
from ising_bench.progress import bar
from ising_bench.systems.ising.density import density_of_states, kind_of, primes

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

SHIPPED_SIZE = 100
SHIPPED_KINDS = (1, 0, -1)  # see `density.kind_of`
SHIPPED_FILE = Path(
    str(files("ising_bench") / "systems" / "ising" / "data" / f"log_density_{SHIPPED_SIZE}.npy")
)
LARGEST_COMPUTED = 32  # other sizes up to here are computed when asked for, within a second


@cache
def statistic(system: "Ising", size: int) -> Thermal:
    """Exact for the closed forms of `density.py`, levels E0, E0 + 4, E0 + 8, ...

    Raises ValueError for boundary conditions without one, and for sizes other than 100 and the even
    ones from 4 to 32.
    """
    density = log_density(kind_of(system), size)
    levels = system.ground_energy(size) + 4 * np.arange(size * size + 1)
    return Thermal(f"{system.name} with L = {size}", system.energy, levels, density)


@cache
def log_density(kind: int, size: int) -> Array:
    """ln g at the energies E0, E0 + 4, E0 + 8, ...: (L*L + 1,); -inf where there is no state.
    Raises as `statistic`."""
    if size == SHIPPED_SIZE:
        shipped: Array = np.load(SHIPPED_FILE)[SHIPPED_KINDS.index(kind)]
        return shipped
    if size % 2 == 0 and 4 <= size <= LARGEST_COMPUTED:
        return logarithms(density_of_states(kind, size))
    raise ValueError(
        f"no exact values for L = {size}: there are for {SHIPPED_SIZE} and for even L from 4 to "
        f"{LARGEST_COMPUTED}"
    )


def table() -> Array:
    """What is shipped for L = 100, computed anew: (kinds, levels)."""
    total = len(SHIPPED_KINDS) * len(primes(SHIPPED_SIZE))
    with bar("density of states", total, "primes") as advance:
        return np.stack(
            [logarithms(density_of_states(kind, SHIPPED_SIZE, advance)) for kind in SHIPPED_KINDS]
        )
