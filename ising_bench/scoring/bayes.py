"""What an image tells about its temperature, exactly.

In equilibrium P(s | T) = exp(-E(s)/T) / Z(T), so an image tells of T through its energy alone, and
the posterior over the 401 grid temperatures needs nothing but Z. The prior is always stated: by
default that of the test split, its share of each class spread evenly over the class.
"""

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.arrays import Array
from ising_bench.checks import reals, shaped
from ising_bench.physics import exact
from ising_bench.regions import GRID, REGIONS
from ising_bench.releases.release import Split
from ising_bench.releases.v1 import V1
from ising_bench.systems import System, as_spins

TEMPERATURES = np.array(GRID) / 100

_SUM_TOLERANCE = 1e-6  # how far a prior may be from summing to one


def split_prior(split: Split) -> Array:
    """Probability of each grid temperature in a split: (401,)."""
    prior = np.zeros(len(GRID))
    for region, count in zip(REGIONS, split.counts, strict=True):
        prior[region.hundredths] = count / split.rows / len(region.hundredths)
    return prior


def temperature_posterior(
    system: System, energy: ArrayLike, prior: ArrayLike | None = None
) -> Array:
    """P(T | E) over the grid for total energies of shape (...): (..., 401).

    prior: probabilities of the grid temperatures, (401,). Raises ValueError for a prior that is
    none, or under which some energy cannot be, and for an energy that no configuration of the 100 x
    100 lattice has.
    """
    weights = split_prior(V1.split("test")) if prior is None else _checked_prior(prior)
    excess = 4.0 * exact.level_of(system, energy)
    cost = np.divide(
        excess[..., None],
        TEMPERATURES,
        out=np.where(excess[..., None] > 0, np.inf, np.zeros(len(GRID))),
        where=TEMPERATURES > 0,
    )
    with np.errstate(divide="ignore"):
        log_joint = np.log(weights) - cost - exact.log_normalised(system, TEMPERATURES)
    highest = log_joint.max(-1, keepdims=True)
    if np.isneginf(highest).any():
        raise ValueError("some energy cannot be at any temperature that the prior allows")
    log_joint -= highest
    joint = np.exp(log_joint)
    return joint / joint.sum(-1, keepdims=True)


def _checked_prior(prior: ArrayLike) -> Array:
    found: Array = reals("prior", prior, 0, 1)
    shaped("prior", found, len(GRID))
    if abs(found.sum() - 1) > _SUM_TOLERANCE:
        raise ValueError(f"the prior sums to {found.sum():.9g}, not to one")
    return found


def class_posterior(system: System, energy: ArrayLike, prior: ArrayLike | None = None) -> Array:
    """P(class | E) for total energies of shape (...): (..., 4). Raises as above."""
    posterior = temperature_posterior(system, energy, prior)
    return np.stack([posterior[..., r.hundredths].sum(-1) for r in REGIONS], axis=-1)


def class_posterior_of(system: System, spins: ArrayLike, prior: ArrayLike | None = None) -> Array:
    """P(class | image) for lattices (..., 100, 100), exact for images in equilibrium: (..., 4).

    Raises ValueError for other shapes, spins that are not +1 or -1, and lattices whose fixed rows
    are others; and as above.
    """
    checked = as_spins(spins, exact.SHIPPED_SIZE)
    if not system.has_its_fixed_rows(checked).all():
        raise ValueError(f"a lattice has not the top row up and the bottom row down: {system.name}")
    return class_posterior(system, system.energy(checked), prior)


def energy_by_class(system: System) -> Array:
    """P(E | class), temperatures being uniform in each class: (4, 10 001) over the levels of
    `exact.energy_levels`."""
    return np.stack(
        [exact.energy_distribution(system, TEMPERATURES[r.hundredths]).mean(0) for r in REGIONS]
    )
