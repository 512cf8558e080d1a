"""Exact thermodynamics from a density of states: ln Z, U, C and the energy distribution P(E | T).

In equilibrium P(s | T) = exp(-E(s)/T) / Z(T), so an image tells of its temperature through its
energy alone. Everything is a sum over the energy levels with the density of states g(E), given as
ln g. Temperatures are in |J|/k_B and may be arrays; energies are totals in |J|, heat capacities
totals in k_B.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Context
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals
from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Array, Observed, Spins
from ising_bench.physics.exact import Exact, exact_values
from ising_bench.system import NOTHING, Statistic, System


@dataclass(frozen=True, eq=False)
class Thermal(Statistic):
    """The energy as the statistic of a system in contact with a heat bath.

    name: of system and size, for errors. energy: the system's. levels: total energies, ascending,
    in units of `unit`, in |J|; log_density: ln g at each, -inf where there is no state.
    """

    name: str
    energy_of: Callable[[ArrayLike], NDArray[np.int64]]
    levels: NDArray[np.int64]
    log_density: Array
    unit: float = 1.0
    certainty: Literal["exact", "certified", "upper bound"] = "exact"
    replicas: tuple[Statistic, ...] = ()
    quantity: ClassVar = "energy"
    _excess: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_excess", self.unit * (self.levels - self.levels[0]))
        for shared in (self.levels, self.log_density, self._excess):
            shared.flags.writeable = False

    @property
    def ground_energy(self) -> float:
        """E0, the lowest level, in |J|."""
        return float(self.unit * self.levels[0])

    @property
    def energies(self) -> Array:
        """All levels in |J|: (levels,)."""
        return self.unit * self.levels

    def of(
        self,
        spins: Spins,
        hidden: Observed = NOTHING,  # noqa: ARG002 - an image shows its energy
    ) -> NDArray[np.int64]:
        return self.level_of(self.energy_of(spins))

    def pull(self, value: float) -> float:
        return 1 / value**2 if value else 0.0

    def log_likelihood(self, spins: Spins, values: Array) -> Array:
        distinct, place = np.unique(self.of(spins), return_inverse=True)
        return self.log_probability(values)[:, distinct].T[place]

    def exact(self, value: float, size: int) -> Exact:
        return exact_values(self, value, size)

    def has(self, energy: ArrayLike) -> NDArray[np.bool]:
        """Whether some configuration is known to have each of these total energies (...), in energy
        units: (...). Raises ValueError for what is not made of finite numbers."""
        given = reals("energy", energy)
        place = np.minimum(np.searchsorted(self.levels, given), len(self.levels) - 1)
        return np.asarray((self.levels[place] == given) & np.isfinite(self.log_density[place]))

    def level_of(self, energy: ArrayLike) -> NDArray[np.int64]:
        """The index among the levels of total energies (...), in energy units: (...). Raises
        ValueError for an energy that no configuration has."""
        given = reals("energy", energy)
        wrong = given[~self.has(given)]
        if wrong.size:
            if self.certainty == "exact":
                raise ValueError(
                    f"no configuration of {self.name} has the energy {wrong.flat[0]:g}"
                )
            raise ValueError(
                f"the energy {wrong.flat[0]:g} is none of those that are known of {self.name}"
            )
        return self.nearest(given)

    def nearest(self, energy: Array) -> NDArray[np.int64]:
        """The index of the level that an energy there is belongs to."""
        return np.asarray(np.searchsorted(self.levels, energy))

    def log_probability(self, values: ArrayLike) -> Array:
        """ln P(E | T) at temperatures (...): (..., levels). At T = 0 all weight is on the ground
        states. Raises ValueError for a temperature that is negative or not finite; so do all
        functions of a temperature here."""
        log_weight, log_normalised = self._log_weights(values)
        return log_weight - log_normalised[..., None]

    def distribution(self, temperature: ArrayLike) -> Array:
        """P(E | T) over the levels: (..., levels) for temperatures of shape (...)."""
        return np.exp(self.log_probability(temperature))

    def log_partition(self, temperature: ArrayLike) -> Array:
        """ln Z of the whole lattice; infinite at T = 0, where ln Z + E0 / T is `log_normalised`."""
        t = _checked(temperature)
        with np.errstate(divide="ignore", over="ignore"):
            return self.log_normalised(t) - self.ground_energy / t

    def log_normalised(self, temperature: ArrayLike) -> Array:
        """ln Z + E0 / T: the logarithm of the number of ground states at T = 0."""
        return self._log_weights(temperature)[1]

    def energy(self, temperature: ArrayLike) -> Array:
        """U, the mean total energy. `excess_energy` keeps its digits where U is close to E0."""
        return self.ground_energy + self.excess_energy(temperature)

    def excess_energy(self, temperature: ArrayLike) -> Array:
        """U - E0, to some 12 significant digits at every temperature (0 where it underflows)."""
        return _mean(self.distribution(temperature), self._excess)

    def energy_variance(self, temperature: ArrayLike) -> Array:
        """The variance of the total energy, an exact sum, not a derivative of U."""
        weights = self.distribution(temperature)
        deviations = self._excess - _mean(weights, self._excess)[..., None]
        return _mean(weights, deviations**2)

    def heat_capacity(self, temperature: ArrayLike) -> Array:
        """C = (<E^2> - U^2) / T^2 of the whole lattice, in k_B; 0 at T = 0, its limit."""
        t = _checked(temperature)
        variance = self.energy_variance(t)
        positive = np.where(t > 0, t, 1)  # where the variance is 0
        return variance / positive / positive  # its square may be beyond what a double holds

    def _log_weights(self, temperature: ArrayLike) -> tuple[Array, Array]:
        """ln g(E) - (E - E0) / T over the levels, and the logarithm of its sum of exponentials."""
        t = _checked(temperature)[..., None]
        shape = np.broadcast_shapes(t.shape, self._excess.shape)
        # at T = 0 the ratio is 0/0 in the ground state, which keeps all its weight
        with np.errstate(over="ignore"):
            cost = np.divide(self._excess, t, out=np.full(shape, np.inf), where=t > 0)
        cost[..., 0] = 0.0
        log_weight = self.log_density - cost
        peak = log_weight.max(-1, keepdims=True)
        return log_weight, (peak + np.log(np.exp(log_weight - peak).sum(-1, keepdims=True)))[..., 0]


def logarithms(states: list[int]) -> Array:
    """Correctly rounded logarithms of integers of any size; -inf for 0."""
    context = Context(prec=40)
    return np.array([float(context.ln(g)) if g else -np.inf for g in states])


def thermal_of(system: System, size: int) -> Thermal:
    """The statistic of a system that has a temperature. Raises IsingBenchError for another, and as
    `System.statistic`."""
    statistic = system.statistic(size)
    if not isinstance(statistic, Thermal):
        raise IsingBenchError(
            f"{system.name} has no density of states: it has a {system.parameter}"
        )
    return statistic


def _mean(weights: Array, values: Array) -> Array:
    """Over the levels, the last axis. Not a product of matrices, which adds up in an order that the
    processor decides: the same everywhere."""
    return np.asarray((weights * values).sum(-1))


def _checked(temperature: ArrayLike) -> Array:
    temperatures: Array = reals("temperature", temperature, 0)
    return temperatures
