"""The energy as what an image tells of its temperature, by ln g(E)."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.physics.thermal import Thermal, logarithms
from ising_bench.systems.potts import certified
from ising_bench.systems.potts.density import density_of_states

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts

COMPUTED = (2, 4)  # sizes that are computed, exactly, when asked for


@cache
def statistic(system: "Potts", size: int) -> Thermal:
    """Certified for L = 100, exact for 2 and 4. Raises ValueError for other sizes."""
    if size == certified.SIZE:
        return certified.statistic(system)
    if size not in COMPUTED:
        raise ValueError(
            f"the density of states of {system.name} is not known for L = {size}: it is for "
            f"{certified.SIZE}, and for 2 and 4"
        )
    levels = system.ground_energy(size) + np.arange(2 * size * size + 1)
    density = logarithms(density_of_states(system.states, size, size)[::-1])
    return Thermal(f"{system.name} with L = {size}", system.energy, levels, density)
