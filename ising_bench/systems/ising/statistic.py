"""The energy as what an image tells of its temperature: ln g(E), shipped for L = 100, computed for
other lattices when asked for."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.ndarrays import Array
from ising_bench.physics.thermal import Thermal, logarithms
from ising_bench.progress import bar
from ising_bench.systems.ising import fourier
from ising_bench.systems.ising.density import density_of_states, kind_of, primes

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

SHIPPED_SIZE = 100
SHIPPED_KINDS = (1, 0, -1)  # see `density.kind_of`
SHIPPED_FILE = Path(
    str(files("ising_bench") / "systems" / "ising" / "data" / f"log_density_{SHIPPED_SIZE}.npy")
)
LARGEST_WHOLE = 128  # whose integers are computed: within a minute or two
AT_ONCE = 32  # up to where that takes less than a second


@cache
def statistic(system: "Ising", size: int) -> Thermal:
    """Exact for the closed forms of `density.py`, levels E0, E0 + 4, E0 + 8, ...

    Raises ValueError for boundary conditions without one, and for sizes other than the even ones
    from 4 to 128, of periodic lattices to 1024.
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
    largest = 1024 if kind == 1 else LARGEST_WHOLE
    if size % 2 or not 4 <= size <= largest:
        raise ValueError(
            f"no density of states for L = {size}: there are for even L from 4 to {LARGEST_WHOLE}, "
            "of periodic lattices to 1024"
        )
    if size <= AT_ONCE:
        return logarithms(density_of_states(kind, size))
    if kind == 1:
        with bar("density of states", size * size // 2, "levels") as advance:
            return fourier.log_density(size, advance)
    with bar("density of states", len(primes(size)), "primes") as advance:
        return logarithms(density_of_states(kind, size, advance))


def is_at_hand(size: int) -> bool:
    """Whether the density of states is there within a second."""
    return size == SHIPPED_SIZE or size <= AT_ONCE


def table() -> Array:
    """What is shipped for L = 100, computed anew: (kinds, levels)."""
    total = len(SHIPPED_KINDS) * len(primes(SHIPPED_SIZE))
    with bar("density of states", total, "primes") as advance:
        return np.stack(
            [logarithms(density_of_states(kind, SHIPPED_SIZE, advance)) for kind in SHIPPED_KINDS]
        )
