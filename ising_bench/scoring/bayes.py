"""What an image tells about its temperature, exactly.

In equilibrium P(s | T) = exp(-E(s)/T) / Z(T), so an image tells of T through its energy alone, and
the posterior over the 401 grid temperatures needs nothing but Z. The prior is always stated: by
default that of the test split, its share of each class spread evenly over the class.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.physics import exact
from ising_bench.regions import GRID, REGIONS
from ising_bench.releases.release import Split
from ising_bench.releases.v1 import V1
from ising_bench.systems import Spins, System

Array = NDArray[np.floating]

TEMPERATURES = np.array(GRID) / 100


def split_prior(split: Split) -> Array:
    """Probability of each grid temperature in a split: (401,)."""
    prior = np.zeros(len(GRID))
    for region, count in zip(REGIONS, split.counts, strict=True):
        prior[region.hundredths] = count / split.rows / len(region.hundredths)
    return prior


def temperature_posterior(system: System, energy: ArrayLike, prior: Array | None = None) -> Array:
    """P(T | E) over the grid for total energies of shape (...): (..., 401).

    Raises ValueError for an energy that no configuration of the 100 x 100 lattice has.
    """
    weights = split_prior(V1.split("test")) if prior is None else prior
    size = exact.SHIPPED_SIZE
    excess = np.asarray(energy, float) - system.ground_energy(size)
    level = np.rint(excess / 4).astype(np.int64)
    log_density = exact.log_density(system)
    on_level = (level * 4 == excess) & (level >= 0) & (level < len(log_density))
    if not (on_level.all() and np.isfinite(log_density[level]).all()):
        raise ValueError(f"{system.name} has no configuration of some energy in {energy!r}")
    cost = np.divide(
        excess[..., None],
        TEMPERATURES,
        out=np.where(excess[..., None] > 0, np.inf, np.zeros(len(GRID))),
        where=TEMPERATURES > 0,
    )
    with np.errstate(divide="ignore"):
        log_joint = np.log(weights) - cost - exact.log_normalised(system, TEMPERATURES)
    log_joint -= log_joint.max(-1, keepdims=True)
    joint = np.exp(log_joint)
    return joint / joint.sum(-1, keepdims=True)


def class_posterior(system: System, energy: ArrayLike, prior: Array | None = None) -> Array:
    """P(class | E) for total energies of shape (...): (..., 4). Raises as above."""
    posterior = temperature_posterior(system, energy, prior)
    return np.stack([posterior[..., r.hundredths].sum(-1) for r in REGIONS], axis=-1)


def class_posterior_of(system: System, spins: Spins, prior: Array | None = None) -> Array:
    """P(class | image) for lattices (..., 100, 100), exact for images in equilibrium: (..., 4)."""
    return class_posterior(system, system.energy(spins), prior)


def energy_by_class(system: System) -> Array:
    """P(E | class), temperatures being uniform in each class: (4, 10 001) over the levels of
    `exact.energy_levels`."""
    return np.stack(
        [exact.energy_distribution(system, TEMPERATURES[r.hundredths]).mean(0) for r in REGIONS]
    )
