"""What an image tells about its parameter and its class, exactly.

An image tells of its point on the grid through the statistic of its system alone: in equilibrium at
a temperature P(s | T) = exp(-E(s)/T) / Z(T), so through its energy. The posterior over the grid
needs nothing but the distribution of that statistic. The prior is always stated: by default that of
the test split, its share of each class spread evenly over the class.
"""

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.checks import reals, shaped, wholes
from ising_bench.ndarrays import Array
from ising_bench.releases.release import Config
from ising_bench.system import Statistic
from ising_bench.tasks import Split, Task

_SUM_TOLERANCE = 1e-6  # how far a prior may be from summing to one


def split_prior(task: Task, split: Split) -> Array:
    """Probability of each point of the grid in a split: (points,)."""
    prior = np.zeros(len(task.grid.points))
    for region, count in zip(task.regions, split.counts, strict=True):
        prior[region.points] = count / split.rows / len(region.points)
    return prior


def point_posterior(config: Config, level: ArrayLike, prior: ArrayLike | None = None) -> Array:
    """P(point | level) over the grid, for indices of levels (...) as the config's statistic gives
    them: (..., points).

    prior: probabilities of the points, (points,). Raises ValueError for a prior that is none, or
    under which some level cannot be, and for a level that there is not.
    """
    task, statistic = config.task, config.statistic
    weights = split_prior(task, task.test) if prior is None else checked_prior(prior, task)
    index = wholes("level", level, 0, len(statistic.levels) - 1)
    distinct, place = np.unique(index, return_inverse=True)
    likelihood = statistic.log_probability(task.grid.values)[:, distinct]
    return _posterior(weights, likelihood.T)[place.reshape(index.shape)]


def _posterior(prior: Array, log_likelihood: Array) -> Array:
    """Normalised over the points, the last axis."""
    with np.errstate(divide="ignore"):
        log_joint = np.log(prior) + log_likelihood
    highest = log_joint.max(-1, keepdims=True)
    if np.isneginf(highest).any():
        raise ValueError("some image cannot be at any point that the prior allows")
    log_joint -= highest
    joint = np.exp(log_joint)
    return np.asarray(joint / joint.sum(-1, keepdims=True))


def _classes(task: Task, posterior: Array) -> Array:
    """Summed over the points of each class."""
    return np.stack([posterior[..., region.points].sum(-1) for region in task.regions], axis=-1)


def checked_prior(prior: ArrayLike, task: Task) -> Array:
    """Probabilities of the points of the grid, (points,). Raises ValueError for others."""
    weights: Array = reals("prior", prior, 0, 1)
    shaped("prior", weights, len(task.grid.points))
    if abs(weights.sum() - 1) > _SUM_TOLERANCE:
        raise ValueError(f"the prior sums to {weights.sum():.9g}, not to one")
    return weights


def class_posterior(config: Config, level: ArrayLike, prior: ArrayLike | None = None) -> Array:
    """P(class | level) for indices of levels (...): (..., classes). Raises as above."""
    return _classes(config.task, point_posterior(config, level, prior))


def class_posterior_of(config: Config, spins: ArrayLike, prior: ArrayLike | None = None) -> Array:
    """P(class | image) for images (..., L, L) in equilibrium: (..., classes).

    Raises ValueError for other sizes, what is no image of the system, and images whose fixed sites
    hold something else; and as above.
    """
    images = np.asarray(spins)
    if images.shape[-2:] != (config.size, config.size):
        raise ValueError(
            f"spins have shape {images.shape}; the last two axes must be {config.size} x "
            f"{config.size}"
        )
    held = config.system.fixed(config.size)
    if held is not None and not ((held == 0) | (images == held)).all():
        raise ValueError(f"a site that {config.system.name} fixes holds something else")
    task = config.task
    weights = split_prior(task, task.test) if prior is None else checked_prior(prior, task)
    flat = images.reshape(-1, config.size, config.size)
    likelihood = config.statistic.log_likelihood(flat, task.grid.values)
    posterior = _classes(task, _posterior(weights, likelihood))
    return posterior.reshape(*images.shape[:-2], task.classes)


def level_by_class(task: Task, statistic: Statistic) -> Array:
    """P(level | class), the parameter being uniform on the points of each class: (classes,
    levels)."""

    def mean(values: Array) -> Array:
        total = np.zeros(len(statistic.levels))
        for value in values:  # one at a time: there may be a million levels
            total += np.exp(statistic.log_probability(value))
        return total / len(values)

    return np.stack([mean(task.grid.at(region.points)) for region in task.regions])
