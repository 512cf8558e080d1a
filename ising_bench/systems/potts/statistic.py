"""The energy as what an image tells of its temperature, by ln g(E)."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.physics.thermal import Thermal, logarithms
from ising_bench.systems.potts.density import density_of_states

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts

COMPUTED = (2, 4)  # sizes that are computed, exactly, when asked for


@cache
def statistic(system: "Potts", size: int) -> Thermal:
    """Exact for L = 2 and 4. Raises ValueError for other sizes."""
    if size not in COMPUTED:
        raise ValueError(f"the density of states of {system.name} is not known for L = {size}")
    bonds = 2 * size * size
    density = logarithms(density_of_states(system.states, size, size)[::-1])
    return Thermal(f"{system.name} with L = {size}", system.energy, np.arange(-bonds, 1), density)
