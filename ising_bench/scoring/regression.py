"""How well the parameter itself can be read from one image: the least root-mean-square error that
any rule can expect, exactly.

The best rule is the posterior's mean, which follows from the level of the statistic alone
(`bayes.py`). Its error at a single value, where the value is not known beforehand, is beside the
bound of Cramer and Rao, which holds for rules without bias: 1 / sqrt(I), of a temperature
T / sqrt(C) with C the heat capacity of the whole lattice. In an ordered lattice that hardly ever
differs from its ground state the bound says little, and the prior nearly all.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.digits import shared_digits
from ising_bench.ndarrays import Array
from ising_bench.releases.release import Config
from ising_bench.scoring.bayes import checked_prior, split_prior
from ising_bench.system import Statistic
from ising_bench.tasks import Task

_STEP = 1e-4  # of a value, for a derivative by it
_LEAST = 1e-300  # probability of a level that counts


@dataclass(frozen=True)
class BestRegression:
    """rmse: expected under the prior; per_class_rmse: of images of each class; rmse_at: of images
    at each point of the grid, (points,). rule: the estimate for each level of the statistic,
    (levels,), nan where none can be. certainty: of the statistic; where that is an upper bound of
    what an image tells, these are lower bounds."""

    rmse: float
    per_class_rmse: tuple[float, ...]
    rmse_at: Array
    rule: Array
    certainty: Literal["exact", "certified", "upper bound"]


def best_regression(config: Config, prior: ArrayLike | None = None) -> BestRegression:
    """Of a config. prior: probability of each point of the grid, (points,); by default the test
    split's: of each class its share, spread evenly over its points.

    Raises ValueError for a prior that is none, or that gives a class nothing.
    """
    task, statistic = config.task, config.statistic
    weights = split_prior(task, task.test) if prior is None else checked_prior(prior, task)
    shares = np.array([weights[region.points].sum() for region in task.regions])
    if not (shares > 0).all():
        raise ValueError(f"the prior gives class {task.names[int(shares.argmin())]} nothing")
    values = task.grid.values
    rule = _posterior_mean(statistic, values, weights)
    squares = np.array([_square_error(statistic, value, rule) for value in values])
    return BestRegression(
        rmse=float(np.sqrt((weights * squares).sum())),
        per_class_rmse=tuple(
            float(np.sqrt((weights[r.points] * squares[r.points]).sum() / share))
            for r, share in zip(task.regions, shares, strict=True)
        ),
        rmse_at=np.sqrt(squares),
        rule=rule,
        certainty=statistic.certainty,
    )


def report(config: Config, uniform: bool = False) -> dict[str, Any]:
    """What `ising-bench ceiling --regression` prints of a config, to the digits that all machines
    share. uniform: the prior is that of `uniform_prior`, not the test split's. Raises as
    `best_regression`."""
    task = config.task
    best = best_regression(config, uniform_prior(task) if uniform else None)
    middles = {r.name: r.points[len(r.points) // 2] for r in task.regions}
    record: dict[str, Any] = shared_digits(
        {
            "config": config.name,
            "size": config.size,
            "prior": "uniform" if uniform else "test split",
            "meaning": "least error" if config.protocol.in_equilibrium else "equilibrium reference",
            "certainty": best.certainty,
            "rmse": best.rmse,
            "per_class_rmse": dict(zip(task.names, best.per_class_rmse, strict=True)),
            **{
                f"at {task.grid.symbol} = {task.grid.text(task.grid.value(point))}": {
                    "rmse": float(best.rmse_at[point]),
                    "unbiased": cramer_rao(config.statistic, task.grid.value(point)),
                }
                for point in middles.values()
            },
        }
    )
    return record


def uniform_prior(task: Task) -> Array:
    """All points of the grid alike but the value 0, which no image of a temperature of its own can
    be told from: (points,)."""
    prior = (task.grid.values > 0).astype(float)
    return np.asarray(prior / prior.sum())


def cramer_rao(statistic: Statistic, value: float) -> float:
    """The least standard deviation of an unbiased estimate from one image at a value above 0, by
    the Fisher information of the statistic; infinite where that is 0. Raises ValueError for another
    value."""
    if value <= 0:
        raise ValueError(f"value is {value:g}: it must be above 0")
    low, high = value * (1 - _STEP), value * (1 + _STEP)
    log_low, log_high = statistic.log_probability(np.array([low, high]))
    p = np.exp(statistic.log_probability(value))
    likely = p > _LEAST
    slope = (log_high[likely] - log_low[likely]) / (high - low)
    information = float((p[likely] * slope**2).sum())
    return information**-0.5 if information > 0 else float("inf")


def _posterior_mean(statistic: Statistic, values: Array, weights: Array) -> Array:
    """One value at a time: there may be a million levels."""
    total, first = (np.zeros(len(statistic.levels)) for _ in range(2))
    for value, weight in zip(values, weights, strict=True):
        if weight:
            joint = weight * np.exp(statistic.log_probability(value))
            total += joint
            first += value * joint
    return np.divide(first, total, out=np.full(len(total), np.nan), where=total > 0)


def _square_error(statistic: Statistic, value: float, rule: Array) -> float:
    p = np.exp(statistic.log_probability(value))
    known = np.isfinite(rule) & (p > 0)
    return float((p[known] * (rule[known] - value) ** 2).sum())
