"""The physics of a system, or of its name, as anybody calls it from Python."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import GROUND, Chain
from ising_bench.checks import reals, whole
from ising_bench.errors import IsingBenchError, one_of
from ising_bench.keys import entropy_of, fresh_entropy
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.thermal import thermal_of
from ising_bench.simulation.simulate import simulate as simulate_chains
from ising_bench.system import System
from ising_bench.systems import SYSTEMS
from ising_bench.tasks import Grid

SIZE = 100  # of the paper's lattices


def system_of(system: System | str) -> System:
    """A system as it is, or by its name. Raises UnknownNameError."""
    if isinstance(system, System):
        return system
    one_of("system", system, [candidate.name for candidate in SYSTEMS])
    return next(candidate for candidate in SYSTEMS if candidate.name == system)


def exact(
    system: System | str,
    temperature: float | None = None,
    size: int = SIZE,
    *,
    field: float | None = None,
) -> Any:
    """What is known of the finite L x L lattice, as a record of numbers: ln Z, energy and heat
    capacity per site, in |J| and k_B, exact for Ising systems, certified with an error for Potts,
    Blume-Capel and XY; of the quantum chain ln Z, energy, magnetization along the field, bonds and
    kinks, exact.

    system: one of `ising_bench.systems.SYSTEMS`, or its name; temperature in |J|/k_B, 0 or more, or
    of the chain its field in |J|; size: L, 100, or of Ising systems even from 4 to 1024, of the
    chain any that is simulated, of the others 2, and 4 but for XY. What `ising-bench exact` prints.
    Raises IsingBenchError, ValueError for a size at which the density of states is not known, or of
    XY a temperature between 0 and 0.0006.
    """
    chosen = system_of(system)
    value = value_of(chosen, temperature=temperature, field=field)
    return chosen.exact(value, size)


def value_of(system: System, **given: float | None) -> float:
    """The one of some parameters that a system has. Raises IsingBenchError where it is not there,
    or another is."""
    named = {name: value for name, value in given.items() if value is not None}
    if set(named) != {system.parameter}:
        instead = f", not a {' and a '.join(named)}" if named else ""
        raise IsingBenchError(f"{system.name} wants a {system.parameter}{instead}")
    return named[system.parameter]


def density_of_states(system: System | str, size: int = SIZE) -> tuple[NDArray[np.int64], Array]:
    """Total energies of the L x L lattice, ascending, and the natural logarithm of the number of
    configurations at each, -inf where there is none: (levels,) both.

    Energies are in units of the system's `energy_unit`, 1 |J| for Ising systems. Ising systems:
    exact for even L to 128, of periodic lattices to 1024 (B. Kaufman, Phys. Rev. 76, 1232, 1949;
    see `systems/ising/density.py` and `fourier.py`). Potts and Blume-Capel: measured for L = 100,
    exact for 2 and 4. XY: measured for L = 100, where a level stands for all energies near it;
    exact for 2. Raises as `exact`.
    """
    thermal = thermal_of(system_of(system), size)
    return thermal.levels, thermal.log_density


def simulate(
    system: System | str,
    temperature: float | None = None,
    images: int = 1,
    size: int = SIZE,
    sweeps: int = 750,
    start: str = GROUND,
    entropy: str | None = None,
    threads: int | None = None,
    *,
    field: float | None = None,
    seed: int | None = None,
) -> Spins:
    """Independent lattices, (images, L, L), each the last configuration of a chain of its own.

    temperature: in |J|/k_B, as it is written in decimal; or of the quantum chain its field, in |J|;
    sweeps: of single-spin-flip Metropolis, or updates of the chain's clusters; start: `ground`,
    `random`, `rough` (Ising), `phase` (Potts with q = 10), `clusters` (XY); seed: a whole number,
    or entropy: 64 hexadecimal digits, from which every bit follows, by default new ones. The same
    arguments give the same lattices on every machine. Raises UnknownNameError, IsingBenchError,
    ValueError for a size at which the system is not simulated.
    """
    chosen = system_of(system)
    value = value_of(chosen, temperature=temperature, field=field)
    grid, point = _grid_of(chosen.parameter, value)
    if seed is not None and entropy is not None:
        raise IsingBenchError("give a seed or an entropy, not both")
    given = entropy if seed is None else seed
    digits = fresh_entropy() if given is None else entropy_of(given)
    sweeps = whole("sweeps", sweeps)
    chains = [
        Chain(digits, chosen.name, "simulate", i, chosen, size, grid, point, 0, sweeps, start)
        for i in range(whole("images", images, 1))
    ]
    return simulate_chains(chains, threads)


def _grid_of(parameter: str, given: float) -> tuple[Grid, int]:
    """A grid on which this value is a point."""
    value = float(reals(parameter, given, 0))
    step = Fraction(Decimal(str(value)))
    unit = "|J|" if parameter == "field" else "|J|/k_B"
    return Grid(parameter, unit, step, 1, "as named"), 1
