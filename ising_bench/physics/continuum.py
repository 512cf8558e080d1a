"""The density of states of a lattice whose energy is continuous, from the energies of long chains.

With the excess energy x above the ground state as a share e = x/x_m of what it is at infinite
temperature, d ln g / d ln x = N y(e) with a smooth y: at low temperature y is half the number of
degrees of freedom per site, as equipartition has it, and it is 0 near e = 1. y is a cubic spline,
and its coefficients are those with which the mean energies at all temperatures come out: least
squares by Gauss and Newton's method, the derivative of a mean energy by a coefficient being the
covariance of the energy with what the coefficient adds to ln g. The histograms of neighbouring
temperatures need not overlap, as those of a cold lattice with few degrees of freedom a site do not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals
from ising_bench.ndarrays import Array
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.physics.jackknife import BLOCKS
from ising_bench.physics.multihistogram import Series
from ising_bench.physics.thermal import Thermal

SPACING = 1e-3  # between levels, of ln x: twenty to a standard deviation at low temperature
_DEGREE = 3
_ROUNDS = 12
_SETTLED = 1e-7  # of coefficients, which are of order one


@dataclass(frozen=True, eq=False)
class Scale:
    """What is known of the energies of a lattice, in units of |J|.

    sites: N; middle: the excess at infinite temperature, x_m; least, most: of the excess energies
    that are told apart; knots: of the spline, as shares of x_m, ascending, from 0 to most/x_m.
    """

    sites: int
    middle: float
    least: float
    most: float
    knots: tuple[float, ...]

    @cached_property
    def excess(self) -> Array:
        """Of the levels, evenly spaced in ln x: (levels,)."""
        number = int(np.log(self.most / self.least) / SPACING) + 1
        return np.asarray(self.least * np.exp(SPACING * np.arange(number)))

    @cached_property
    def integrals(self) -> Array:
        """What each coefficient adds to ln g at each level: (coefficients, levels)."""
        basis = splines(self.knots, self.excess / self.middle)
        steps = SPACING * (basis[:, 1:] + basis[:, :-1]) / 2
        zero = np.zeros((len(basis), 1))
        return self.sites * np.concatenate([zero, np.cumsum(steps, axis=1)], axis=1)

    def log_density(self, coefficients: Array) -> Array:
        """ln of the number of states of each level but for a constant, given coefficients
        (..., coefficients): (..., levels)."""
        return np.asarray(coefficients @ self.integrals + np.log(self.excess))


def splines(knots: tuple[float, ...], places: Array) -> Array:
    """The cubic B-splines on these knots at places (n,) from the first to the last of them:
    (knots + 2, n). Their recursion is C. de Boor's (J. Approx. Theory 6, 50, 1972)."""
    t = np.array([knots[0]] * _DEGREE + [*knots] + [knots[-1]] * _DEGREE)
    inside = np.searchsorted(t, places, side="right") - 1
    inside = np.clip(inside, _DEGREE, len(t) - _DEGREE - 2)
    found = (np.arange(len(t) - 1)[:, None] == inside).astype(float)
    for degree in range(1, _DEGREE + 1):
        number = len(t) - 1 - degree
        rise = t[degree : degree + number] - t[:number]
        fall = t[degree + 1 : degree + 1 + number] - t[1 : 1 + number]
        up = np.divide(
            places - t[:number, None],
            rise[:, None],
            where=rise[:, None] > 0,
            out=np.zeros((number, len(places))),
        )
        down = np.divide(
            t[degree + 1 : degree + 1 + number, None] - places,
            fall[:, None],
            where=fall[:, None] > 0,
            out=np.zeros((number, len(places))),
        )
        found = up * found[:-1] + down * found[1:]
    return found


def coefficients(scale: Scale, ground: float, unit: float, chains: list[Series]) -> Array:
    """From chains at many temperatures, whose energies are whole numbers of a unit and whose lowest
    possible energy is `ground` of it: of all samples, and without each block of them, (1 + BLOCKS,
    coefficients). Raises ValueError where a chain is too short for its own autocorrelation time,
    or the fit does not settle."""
    inverse = np.array([series.inverse for series in chains])
    excess = unit * (np.stack([series.energies for series in chains]) - ground)
    error = np.array([_error(series) for series in excess])
    total, n = excess.sum(1), excess.shape[1]
    blocks = np.array_split(excess, BLOCKS, axis=1)
    without = [(total - block.sum(1)) / (n - block.shape[1]) for block in blocks]
    begun = _most_probable(scale, inverse, total / n)
    whole = _fitted(scale, inverse, total / n, error, begun)
    return np.stack([whole, *(_fitted(scale, inverse, mean, error, whole) for mean in without)])


def _error(series: Array) -> float:
    """Of the mean of a series."""
    time, _ = integrated_time(series[None])
    return float(series.std() * np.sqrt(2 * time / len(series)))


def _most_probable(scale: Scale, inverse: Array, excess: Array) -> Array:
    """Coefficients as if the mean energy at each temperature were the most probable one, where d ln
    g/dE is 1/T: wrong by 1/N, and a start."""
    basis = splines(scale.knots, excess / scale.middle)
    return np.asarray(np.linalg.lstsq(basis.T, inverse * excess / scale.sites, rcond=None)[0])


def mean_excess(scale: Scale, found: Array, inverse: Array) -> tuple[Array, Array]:
    """The mean excess energy at each 1/T (n,), and its derivative by each coefficient: (n,) and
    (n, coefficients)."""
    x = scale.excess
    logs = scale.log_density(found) - inverse[:, None] * x
    weights = np.exp(logs - logs.max(1, keepdims=True))
    weights /= weights.sum(1, keepdims=True)
    mean = weights @ x
    together = (weights * x) @ scale.integrals.T
    return mean, together - mean[:, None] * (weights @ scale.integrals.T)


def _fitted(scale: Scale, inverse: Array, measured: Array, error: Array, begun: Array) -> Array:
    found = begun
    for _ in range(_ROUNDS):
        mean, slope = mean_excess(scale, found, inverse)
        step, *_ = np.linalg.lstsq(slope / error[:, None], (measured - mean) / error, rcond=None)
        found = found + step
        if np.abs(step).max() < _SETTLED:
            return np.asarray(found)
    raise ValueError(f"the fit of a density of states still moves after {_ROUNDS} rounds")


@dataclass(frozen=True, eq=False)
class Continuous(Thermal):
    """The energy as the statistic of a system whose levels stand for all energies near them.

    coldest: the lowest temperature above 0, in |J|/k_B, at which energies are taken for continuous.
    """

    coldest: float = 0.0

    def has(self, energy: ArrayLike) -> NDArray[np.bool]:
        given = reals("energy", energy)
        return np.asarray((given >= self.levels[0]) & (given <= self.levels[-1]))

    def nearest(self, energy: Array) -> NDArray[np.int64]:
        between = (self.levels[1:] + self.levels[:-1]) / 2
        return np.asarray(np.searchsorted(between, energy))

    def log_probability(self, values: ArrayLike) -> Array:
        temperature = reals("temperature", values, 0)
        cold = temperature[(temperature > 0) & (temperature < self.coldest)]
        if cold.size:
            raise ValueError(
                f"temperature is {cold.flat[0]:g}: of {self.name} it must be 0 or at least "
                f"{self.coldest:g}"
            )
        return super().log_probability(temperature)


def thermal(
    name: str,
    energy_of: Callable[[ArrayLike], NDArray[np.int64]],
    scale: Scale,
    ground: int,
    unit: float,
    states: tuple[float, float],
    found: Array,
    coldest: float,
) -> Continuous:
    """The certified statistic of what `coefficients` found. states: ln of the number of ground
    states and of all states."""
    levels = ground + np.concatenate([[0], np.rint(scale.excess / unit).astype(np.int64)])

    def of(row: Array, replicas: tuple[Thermal, ...] = ()) -> Continuous:
        logs = scale.log_density(row)
        top = logs.max()
        logs += states[1] - (top + np.log(np.exp(logs - top).sum()))
        whole = np.concatenate([[states[0]], logs])
        return Continuous(
            name, energy_of, levels, whole, unit, "certified", replicas, coldest=coldest
        )

    return of(found[0], tuple(of(row) for row in found[1:]))
