"""What else of an image might tell of its temperature, if the energy did not tell all."""

import numpy as np

from ising_bench.ndarrays import Array, Spins
from ising_bench.sublattices import sublattice_signs
from ising_bench.system import System
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.order import interface_heights, order_parameter


def features(system: System, spins: Spins) -> Array:
    """Of an Ising system: order parameter, lowest modes of the structure factor along both axes,
    unsatisfied bonds along both axes, and where there is one the length of the interface: (n, 7 or
    8)."""
    assert isinstance(system, Ising)
    s = spins * sublattice_signs(spins.shape[-1]) if system.coupling == -1 else spins
    columns = [order_parameter(system, spins)]
    for axis in (1, 2):
        modes = np.abs(np.fft.rfft(s.mean(axis)))
        columns += [modes[:, 1], modes[:, 2]]
    columns.append((s[:, :, 1:] != s[:, :, :-1]).sum((1, 2)))
    columns.append((s[:, 1:] != s[:, :-1]).sum((1, 2)))
    if system.has_fixed_rows:
        heights = interface_heights(spins)
        columns.append(np.abs(heights - np.roll(heights, 1, axis=1)).sum(1))
    return np.column_stack(columns)
