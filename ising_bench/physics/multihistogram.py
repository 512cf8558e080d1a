"""ln g(E) from energies that long chains had at many temperatures.

Histograms at neighbouring temperatures overlap, and each is g(E) exp(-E/T)/Z(T): the g and Z that
fit them best solve the multi-histogram equations (A. M. Ferrenberg and R. H. Swendsen, Phys. Rev.
Lett. 63, 1195, 1989), here by Newton's method on the convex function of ln Z whose minimum they are
(M. R. Shirts and J. D. Chodera, J. Chem. Phys. 129, 124105, 2008). Every sample has the weight that
its autocorrelation leaves it. Energies are whole numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Array
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.physics.jackknife import BLOCKS

_ACCURATE = 1e-8  # of ln Z
_MOST_STEPS = 30


@dataclass(frozen=True)
class Series:
    """Energies (samples,) that a chain in equilibrium had, evenly spaced, at 1/T = inverse."""

    inverse: float
    energies: NDArray[np.int64]


@dataclass(frozen=True)
class Density:
    """ln g but for a constant, at energies `lowest`, `lowest` + 1, ...: of all samples, (levels,),
    and without each block of them in turn, (BLOCKS, levels). -inf where nothing was seen."""

    lowest: int
    log_density: Array
    without_block: Array

    def log_partition(self, inverse: float) -> Array:
        """ln Z but for the constant at 1/T = inverse, of all samples and without each block:
        (1 + BLOCKS,)."""
        energies = self.lowest + np.arange(len(self.log_density))
        terms = np.vstack([self.log_density, self.without_block]) - inverse * energies
        top = terms.max(1)
        return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(1)))

    def shifted(self, by: Array) -> "Density":
        """With other constants: (1 + BLOCKS,)."""
        return Density(self.lowest, self.log_density + by[0], self.without_block + by[1:, None])


def density(chains: list[Series]) -> Density:
    """From chains in the order of their temperatures, all of as many samples. Raises ValueError
    where a chain is too short for its own autocorrelation time, or the equations do not close."""
    inverse = np.array([series.inverse for series in chains])
    energies = np.stack([series.energies for series in chains])
    lowest, highest = int(energies.min()), int(energies.max())
    blocks = np.array_split(energies - lowest, BLOCKS, axis=1)
    counts = np.stack([_histograms(block, highest - lowest + 1) for block in blocks])
    times = [integrated_time(series[None])[0] for series in energies]
    weight = 1 / (2 * np.array(times))
    levels = np.arange(highest - lowest + 1)
    everything = counts.sum(0)
    free = _solved(inverse, levels, everything, _integrated(inverse, everything, levels), weight)
    without = [everything - block for block in counts]
    return Density(
        lowest,
        _log_density(inverse, levels, everything, free, weight),
        np.stack(
            [
                _log_density(
                    inverse, levels, part, _solved(inverse, levels, part, free, weight), weight
                )
                for part in without
            ]
        ),
    )


def joined(one: Density, other: Density) -> Density:
    """Both, of one constant, as the sum of what each counts: of phases that do not meet."""
    lowest = min(one.lowest, other.lowest)
    length = max(d.lowest + len(d.log_density) for d in (one, other)) - lowest
    rows = np.full((2, 1 + BLOCKS, length), -np.inf)
    for row, d in zip(rows, (one, other), strict=True):
        place = slice(d.lowest - lowest, d.lowest - lowest + len(d.log_density))
        row[:, place] = np.vstack([d.log_density, d.without_block])
    total = np.logaddexp(*rows)
    return Density(lowest, total[0], total[1:])


def _histograms(energies: NDArray[np.int64], levels: int) -> NDArray[np.int64]:
    return np.stack([np.bincount(series, minlength=levels) for series in energies])


def _integrated(inverse: Array, counts: NDArray[np.int64], levels: NDArray[np.int64]) -> Array:
    """-ln Z relative to the first chain, by thermodynamic integration of the mean energy: between
    two chains that of the cubic with their means and variances. A start for the equations."""
    samples = counts.sum(1)
    mean = (counts * levels).sum(1) / samples
    variance = (counts * (levels - mean[:, None]) ** 2).sum(1) / samples
    d = np.diff(inverse)
    step = d * (mean[1:] + mean[:-1]) / 2 - d**2 * (variance[:-1] - variance[1:]) / 12
    return np.concatenate([[0.0], np.cumsum(step)])


def _solved(
    inverse: Array,
    levels: NDArray[np.int64],
    counts: NDArray[np.int64],
    free: Array,
    weight: Array,
) -> Array:
    """-ln Z relative to the first chain: where the equations hold, the least value of a convex
    function, by Newton's method with steps halved until the function falls."""
    samples = counts.sum(1) * weight
    total = (counts * weight[:, None]).sum(0)
    seen = total > 0
    total = total[seen]

    def at(free: Array) -> tuple[Array, float]:
        shares, log_norm = _shares(inverse, levels[seen], samples, free)
        return shares, float((total * log_norm).sum() - (samples * free).sum())

    shares, value = at(free)
    for _ in range(_MOST_STEPS):
        expected = shares @ total
        curvature = np.diag(expected) - (shares * total) @ shares.T
        step = np.zeros_like(free)
        step[1:] = np.linalg.solve(curvature[1:, 1:], (samples - expected)[1:])
        while True:
            shares, new = at(free + step)
            if new <= value or np.abs(step).max() < _ACCURATE:
                break
            step /= 2
        free, value = free + step, new
        if np.abs(step).max() < _ACCURATE:
            return free
    raise ValueError(f"the multi-histogram equations are still open after {_MOST_STEPS} steps")


def _shares(
    inverse: Array, levels: NDArray[np.int64], samples: Array, free: Array
) -> tuple[Array, Array]:
    """By level, what share of it each chain is expected to have seen, (chains, levels); and the
    logarithm of the sum of samples * exp(free - E/T) over the chains, (levels,)."""
    terms = (np.log(samples) + free)[:, None] - inverse[:, None] * levels
    top = terms.max(0)
    shares = np.exp(terms - top)
    norm = shares.sum(0)
    shares /= norm
    return shares, top + np.log(norm)


def _log_density(
    inverse: Array,
    levels: NDArray[np.int64],
    counts: NDArray[np.int64],
    free: Array,
    weight: Array,
) -> Array:
    total = (counts * weight[:, None]).sum(0)
    seen = total > 0
    found = np.full(len(levels), -np.inf)
    samples = counts.sum(1) * weight
    found[seen] = np.log(total[seen]) - _shares(inverse, levels[seen], samples, free)[1]
    return found
