"""Which equal images are honest: how many equal pairs chance makes, by energy.

Two independent images at energy E are the same one of g(E) configurations, so a config is expected
to hold S(E)**2 / (2 g(E)) equal pairs there, S(E) being its expected number of images with that
energy. g(E) is that of the exact or certified density of states; the parameter is uniform in each
class, and equilibrium is assumed. Bare ground states repeat by the thousand; a repeat higher up
means a copied row.

Where an image has a likelihood of its own, and no such g(E): images of probability p and less make
at most N**2 p/2 equal pairs among N, as the sum of their p**2 is at most p.
"""

from functools import cache

import numpy as np

from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.release import Config
from ising_bench.system import System
from ising_bench.tasks import Task

_IMPLAUSIBLE = 0.01  # expected pairs below which a single one is taken for a fault


@cache
def expected_pairs(system: System, size: int, task: Task, counts: tuple[int, ...]) -> Array:
    """Equal pairs to be expected at each level or above it, in rows of the L x L lattice with these
    class counts: (levels,)."""
    thermal = thermal_of(system, size)
    images = np.zeros(len(thermal.levels))
    for region, count in zip(task.regions, counts, strict=True):
        if count:
            values = task.grid.at(region.points)
            images += count * thermal.distribution(values).mean(0)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        log_pairs = 2 * np.log(images) - np.log(2) - thermal.log_density
    pairs = np.where(np.isfinite(thermal.log_density), np.exp(log_pairs), 0.0)
    return pairs[::-1].cumsum()[::-1]


def is_plausible_repeat(config: Config, counts: tuple[int, ...], energy: int, image: Spins) -> bool:
    """Whether an equal pair like this image, (L, L), of this total energy, is to be expected in
    rows with these class counts; where the density of states is not known, or takes minutes, any
    is."""
    if config.system.hidden:
        return _most_pairs(config, counts, image) >= _IMPLAUSIBLE
    if not config.system.is_at_hand(config.size):
        return True
    try:
        thermal = thermal_of(config.system, config.size)
    except ValueError:
        return True
    pairs = expected_pairs(config.system, config.size, config.task, counts)
    return bool(pairs[thermal.level_of(energy)] >= _IMPLAUSIBLE)


def _most_pairs(config: Config, counts: tuple[int, ...], image: Spins) -> float:
    """Of images as improbable as this one."""
    grid = config.task.grid
    probability = np.exp(config.statistic.log_likelihood(image[None], grid.values)[0])
    expected = sum(
        count * float(probability[region.points].mean())
        for region, count in zip(config.task.regions, counts, strict=True)
        if count
    )
    return sum(counts) * expected / 2
