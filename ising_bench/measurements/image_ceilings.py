"""The ceiling of images that do not show all of what their worldlines tell, by simulation.

The most probable class, by the exact likelihood, is within some 1e-5 of the rule with the highest
expected macro-F1 (as it is for the worldlines, where both are known). Only near a class edge is any
image in doubt, so only points there are simulated. Of each image its posterior is counted and not
its class, which has the same mean and a smaller variance.
"""

import numpy as np

from ising_bench.measured import ImageCeiling
from ising_bench.measurements.effort import Effort, chains_at, estimate, in_threads
from ising_bench.ndarrays import Array
from ising_bench.physics.jackknife import standard_error
from ising_bench.progress import bar
from ising_bench.releases.release import Config, Release
from ising_bench.scoring.bayes import class_posterior_of, split_prior
from ising_bench.scoring.ceiling import expected_f1
from ising_bench.simulation.simulate import simulate

NEAR = 22  # points on either side of an edge: five deviations of what an image tells, or more
_BLOCKS = 8


def image_ceilings(release: Release, effort: Effort) -> tuple[ImageCeiling, ...]:
    """Of the equilibrium configs whose images do not show all."""
    return tuple(
        _of_config(release, config, max(_BLOCKS, effort.temperature // 40 // _BLOCKS * _BLOCKS))
        for config in release.equilibrium_configs
        if config.system.hidden
    )


def _of_config(release: Release, config: Config, number: int) -> ImageCeiling:
    """From so many images at each point."""
    task = config.task
    edges = [region.points[0] for region in task.regions[1:]]
    points = sorted({edge + shift for edge in edges for shift in range(-NEAR, NEAR)})

    def posteriors(point: int) -> Array:
        chains = chains_at(release, config, "image ceiling", range(number), point)
        return class_posterior_of(config, simulate(chains, threads=1))

    with bar("ceiling of images", len(points), "points") as advance:
        found = np.array(in_threads(posteriors, points, advance))  # (points, number, classes)
    weights = split_prior(task, task.test)[points]
    blocks = found.reshape(len(points), _BLOCKS, -1, task.classes)
    score = _macro_f1(config, weights, found)
    others = [_macro_f1(config, weights, _without(blocks, i)) for i in range(_BLOCKS)]
    return ImageCeiling(
        config.name, number * len(points), estimate(score, standard_error(score, others))
    )


def _without(blocks: Array, left_out: int) -> Array:
    return np.concatenate([blocks[:, i] for i in range(blocks.shape[1]) if i != left_out], axis=1)


def _macro_f1(config: Config, weights: Array, posteriors: Array) -> float:
    """Of the most probable class: images far from an edge are never wrong."""
    counts = np.array(config.task.test.counts)
    said = posteriors.argmax(-1)
    confusion = np.zeros((len(counts), len(counts)))
    for label in range(len(counts)):
        mass = (posteriors * (said == label)[..., None]).mean(1)  # (points, classes)
        confusion[:, label] = (weights[:, None] * mass).sum(0)
    confusion /= (counts / counts.sum())[:, None]
    own = np.arange(len(counts))
    confusion[own, own] = 0
    confusion[own, own] = 1 - confusion.sum(1)
    return float(expected_f1(confusion, tuple(counts.tolist())).mean())
