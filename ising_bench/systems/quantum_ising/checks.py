"""Tests of worldlines in equilibrium beyond that of the number of their kinks: no site, no instant
and no sign is favoured, neighbours are as alike as they should be, and images tell of their own
field."""

from functools import cache

import numpy as np

from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.bond_tests import bond_map
from ising_bench.physics.significance import coin_p, mean_p, normal_p
from ising_bench.rows import Rows
from ising_bench.system import Finding
from ising_bench.systems.quantum_ising import worldlines
from ising_bench.systems.quantum_ising.likelihood import log_likelihood
from ising_bench.systems.quantum_ising.spectrum import kinks, log_partition, slope

_SIDE = 1e-5  # of a derivative of a derivative
_NEAR = 0.05  # standard deviations of what kinks tell of the field, for the slope of a likelihood
_LEAST = 8.0  # kinks on average, for images that have a slope to speak of


def findings(rows: Rows) -> list[Finding]:
    """All tests of this module."""
    right, below = (rows.spins != np.roll(rows.spins, -1, axis=axis) for axis in (2, 1))
    tests = [bond_map(rows, right, below), seen_kinks(rows), sign(rows)]
    for label, region in enumerate(rows.task.regions):
        in_class = rows.take((rows.labels == label) & (rows.values > 0))
        if len(in_class):
            tests.append(bonds(in_class, region.name))
        worth = [kinks(h, rows.size)[0] > _LEAST for h in in_class.values.tolist()]
        if sum(worth) > 1:
            tests.append(slope_of_likelihood(in_class.take(np.array(worth)), region.name))
    return tests


def seen_kinks(rows: Rows) -> Finding:
    """No image shows more kinks than its worldlines have."""
    seen = (rows.spins != np.roll(rows.spins, -1, axis=1)).sum((1, 2))
    wrong = int((seen > rows.hidden["kinks"]).sum())
    text = f"{wrong} images show more than there are"
    return Finding(rows.config, "all", "seen kinks", float(wrong == 0), text)


def sign(rows: Rows) -> Finding:
    """Images are as often up as down."""
    m = rows.system.magnetization(rows.spins)
    up, signed = int((m > 0).sum()), int((m != 0).sum())
    return Finding(rows.config, "all", "sign of m", coin_p(up, signed), f"{up} of {signed} up")


def bonds(rows: Rows, part: str) -> Finding:
    """The products of neighbours along the chain, of which ln Z by the bond gives the mean and the
    variance. In the cold a few pairs of kinks are all that there is: the sum of a class is near
    normal where those are many."""
    known = np.array([_bonds(rows.size, h) for h in rows.values.tolist()])
    mean, variance = known.T
    excess = rows.hidden["bonds"] - mean
    z = float(excess.sum() / np.sqrt(variance.sum()))
    seen = f"{excess.mean():+.5f} from exact"
    return Finding(rows.config, part, "bonds", normal_p(z), seen)


@cache
def _bonds(size: int, field: float) -> tuple[float, float]:
    """Mean and variance of the mean product of neighbours."""
    scale = float(worldlines.beta(size)) * size

    def mean(bond: float) -> float:
        return slope(lambda j: log_partition(field, size, None, j), bond) / scale

    return mean(1.0), (mean(1 + _SIDE) - mean(1 - _SIDE)) / (2 * _SIDE) / scale


def slope_of_likelihood(rows: Rows, part: str) -> Finding:
    """The derivative of ln P(image | h) by h at the image's own field, whose mean is zero whatever
    part of the kinks an image shows: Student's t of it, in units of what all kinks would tell."""
    slopes = np.concatenate(
        [_slopes(rows.spins[rows.points == point], h) for point, h in _distinct(rows)]
    )
    seen = f"mean slope {slopes.mean():+.3f} of what kinks would tell"
    return Finding(rows.config, part, "likelihood", mean_p(slopes), seen)


def _distinct(rows: Rows) -> list[tuple[int, float]]:
    points = np.unique(rows.points)
    return list(zip(points.tolist(), rows.task.grid.at(points).tolist(), strict=True))


def _slopes(spins: Spins, field: float) -> Array:
    deviation = kinks(field, spins.shape[-1])[1] ** 0.5 / field
    step = _NEAR / deviation
    low, high = log_likelihood(spins, np.array([field - step, field + step])).T
    return np.asarray((high - low) / (2 * step * deviation))
