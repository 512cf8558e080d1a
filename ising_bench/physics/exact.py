"""Exact thermodynamics of the finite lattices: ln Z, U, C and the energy distribution P(E | T).

Everything is a sum over the 10 001 energy levels with the exact density of states g(E), shipped as
ln g (correctly rounded doubles; `density.py` makes it from the closed forms of Kaufman, Phys. Rev.
76, 1232, 1949). Temperatures are in |J|/k_B and may be arrays; energies are totals in |J|, heat
capacities totals in k_B.
"""

from decimal import Context
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.arrays import Array
from ising_bench.checks import reals, whole
from ising_bench.errors import IsingBenchError
from ising_bench.physics.density import density_of_states, primes
from ising_bench.progress import bar
from ising_bench.systems import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    SYSTEMS,
    System,
)

SHIPPED_SIZE = 100
SHIPPED_SYSTEMS = (PERIODIC_FERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO)
SHIPPED_FILE = Path(str(files("ising_bench") / "data" / f"log_density_{SHIPPED_SIZE}.npy"))
LARGEST_COMPUTED = 32  # other sizes up to here are computed when asked for, within a second


@cache
def log_density(system: System, size: int = SHIPPED_SIZE) -> Array:
    """ln g at the energies E0, E0 + 4, E0 + 8, ...: (L*L + 1,); -inf where there is no state.

    Raises ValueError for a system that is none of the four, and for sizes other than 100 and the
    even ones from 4 to 32.
    """
    if system not in SYSTEMS:
        known = ", ".join(one.name for one in SYSTEMS)
        raise ValueError(f"no exact values for system {system.name}: there are for {known}")
    if size == SHIPPED_SIZE:
        twin = PERIODIC_FERRO if system == PERIODIC_ANTIFERRO else system  # one sublattice turned
        density: Array = np.load(SHIPPED_FILE)[SHIPPED_SYSTEMS.index(twin)]
    elif size % 2 == 0 and 4 <= size <= LARGEST_COMPUTED:
        density = logarithms(density_of_states(system, size))
    else:
        raise ValueError(
            f"no exact values for L = {size}: there are for {SHIPPED_SIZE} and for even L from 4 "
            f"to {LARGEST_COMPUTED}"
        )
    density.flags.writeable = False  # it is shared
    return density


def logarithms(states: list[int]) -> Array:
    """Correctly rounded logarithms of integers of any size; -inf for 0."""
    context = Context(prec=40)
    return np.array([float(context.ln(g)) if g else -np.inf for g in states])


def energy_levels(system: System, size: int = SHIPPED_SIZE) -> Array:
    """The total energies to which `log_density` and `energy_distribution` refer: (L*L + 1,). Raises
    ValueError for a size that no lattice of the system has."""
    return system.ground_energy(size) + _excess(size)


def has_energy(system: System, energy: ArrayLike, size: int = SHIPPED_SIZE) -> NDArray[np.bool]:
    """Whether some configuration has each of these total energies, (...). Raises ValueError for
    what is not made of finite numbers, and as `log_density`."""
    level = (reals("energy", energy) - system.ground_energy(size)) / 4
    inside = (level >= 0) & (level <= size * size) & (level == np.rint(level))
    place = np.where(inside, level, 0).astype(np.int64)
    return np.asarray(inside & np.isfinite(log_density(system, size)[place]))


def level_of(system: System, energy: ArrayLike, size: int = SHIPPED_SIZE) -> NDArray[np.int64]:
    """The place of total energies (...) among the energy levels: (...). Raises ValueError, as above
    and for an energy that no configuration has."""
    given = reals("energy", energy)
    wrong = given[~has_energy(system, given, size)]
    if wrong.size:
        raise ValueError(
            f"no configuration of {system.name} with L = {size} has the energy {wrong.flat[0]:g}"
        )
    return np.asarray((given - system.ground_energy(size)) / 4).astype(np.int64)


def energy_distribution(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """P(E | T) over the energy levels: (..., L*L + 1) for temperatures of shape (...).

    At T = 0 all weight is on the ground states. Raises ValueError for a temperature that is
    negative or not finite, and as `log_density`; so do all functions of a temperature here.
    """
    log_weight, log_normalised = _log_weights(system, temperature, size)
    return np.exp(log_weight - log_normalised[..., None])


def log_partition(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """ln Z of the whole lattice; infinite at T = 0, where ln Z + E0 / T is `log_normalised`."""
    t = _checked(temperature)
    with np.errstate(divide="ignore", over="ignore"):
        return log_normalised(system, t, size) - system.ground_energy(size) / t


def log_normalised(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """ln Z + E0 / T: the logarithm of the number of ground states at T = 0."""
    return _log_weights(system, temperature, size)[1]


def energy(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """U, the mean total energy. `excess_energy` keeps its digits where U is close to E0."""
    return system.ground_energy(size) + excess_energy(system, temperature, size)


def excess_energy(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """U - E0, to some 12 significant digits at every temperature (0 where it underflows)."""
    weights = energy_distribution(system, temperature, size)
    return _mean(weights, _excess(size))


def energy_variance(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """The variance of the total energy, an exact sum, not a derivative of U."""
    weights = energy_distribution(system, temperature, size)
    deviations = _excess(size) - _mean(weights, _excess(size))[..., None]
    return _mean(weights, deviations**2)


def heat_capacity(system: System, temperature: ArrayLike, size: int = SHIPPED_SIZE) -> Array:
    """C = (<E^2> - U^2) / T^2 of the whole lattice, in k_B; 0 at T = 0, its limit."""
    t = _checked(temperature)
    variance = energy_variance(system, t, size)
    positive = np.where(t > 0, t, 1)  # where the variance is 0
    return variance / positive / positive  # its square may be beyond what a double holds


def thermodynamics(system: System, temperature: float) -> dict[str, float | None]:
    """What `ising-bench exact` prints for the 100 x 100 lattice: log_partition of the whole
    lattice (None where no double holds it, as at T = 0), energy and heat_capacity per site, and
    what keeps its digits at low temperature: log_partition + E0 / T, energy - E0.

    Raises IsingBenchError for a temperature that is negative or not finite.
    """
    try:
        t = float(_checked(temperature))
    except ValueError as error:
        raise IsingBenchError(str(error)) from None
    sites, whole_lattice = SHIPPED_SIZE**2, float(log_partition(system, t))
    return {
        "temperature": t,
        "log_partition": whole_lattice if isfinite(whole_lattice) else None,
        "energy": float(energy(system, t)) / sites,
        "heat_capacity": float(heat_capacity(system, t)) / sites,
        "ground_energy": system.ground_energy(SHIPPED_SIZE) / sites,
        "log_partition_above_ground": float(log_normalised(system, t)),
        "energy_above_ground": float(excess_energy(system, t)) / sites,
    }


def table() -> Array:
    """What `log_density` ships for L = 100, computed anew."""
    total = len(SHIPPED_SYSTEMS) * len(primes(SHIPPED_SIZE))
    with bar("density of states", total, "primes") as advance:
        return np.stack(
            [logarithms(density_of_states(s, SHIPPED_SIZE, advance)) for s in SHIPPED_SYSTEMS]
        )


def _log_weights(system: System, temperature: ArrayLike, size: int) -> tuple[Array, Array]:
    """ln g(E) - (E - E0) / T over the levels, and the logarithm of its sum of exponentials."""
    t, states = _checked(temperature)[..., None], log_density(system, size)
    excess = _excess(size)
    # at T = 0 the ratio is 0/0 in the ground state, which keeps all its weight
    with np.errstate(over="ignore"):
        cost = np.divide(
            excess, t, out=np.full(np.broadcast_shapes(t.shape, excess.shape), np.inf), where=t > 0
        )
    cost[..., 0] = 0.0
    log_weight = states - cost
    peak = log_weight.max(-1, keepdims=True)
    return log_weight, (peak + np.log(np.exp(log_weight - peak).sum(-1, keepdims=True)))[..., 0]


def _mean(weights: Array, values: Array) -> Array:
    """Over the levels, the last axis. Not a product of matrices, which adds up in an order that the
    processor decides: the same everywhere."""
    return np.asarray((weights * values).sum(-1))


def _excess(size: int) -> Array:
    return 4.0 * np.arange(whole("size", size, 2) ** 2 + 1)


def _checked(temperature: ArrayLike) -> Array:
    found: Array = reals("temperature", temperature, 0)
    return found
