"""The exact density of states of the smallest torus."""

from functools import cache
from math import log
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.physics.thermal import Thermal
from ising_bench.systems.xy.cosine import COSINE

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY

SIZE = 2


@cache
def smallest(system: "XY") -> Thermal:
    """Of the 2 x 2 torus: a ring of four sites with double bonds, its levels found by enumeration
    of three differences of angles, which leave the fourth no choice."""
    turns = np.arange(system.directions) * system.step
    one = COSINE[turns].astype(np.int64)
    two = one[:, None] + one
    ends = turns[:, None] + turns
    energies = -2 * (two[..., None] + one + COSINE[(ends[..., None] + turns) % 256])
    levels, counts = np.unique(energies, return_counts=True)
    density = np.log(counts) + log(system.directions)
    return Thermal(
        f"{system.name} with L = {SIZE}", system.energy, levels, density, system.energy_unit
    )
