"""What predictions for a config's test split are held against; follows from the release alone."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ising_bench.dataset.samples import samples
from ising_bench.releases.v1 import V1
from ising_bench.scoring.bayes import class_posterior_of, split_prior
from ising_bench.scoring.ceiling import Ceiling, ceiling

TEST = V1.split("test")


@dataclass(frozen=True)
class Truth:
    """Ids and labels of the test images in row order, (n,), the exact posterior P(class | image)
    under the test split's prior, (n, 4), and the ceiling. The posterior and the ceiling are those
    of equilibrium: exact for the equilibrium configs, a reference for the others."""

    config: str
    sample_ids: tuple[str, ...]
    labels: NDArray[np.int64]
    posterior: NDArray[np.floating]
    ceiling: Ceiling
    in_equilibrium: bool


def sample_ids(config: str) -> tuple[str, ...]:
    """The ids of the test images in row order, at no cost. Raises UnknownNameError."""
    return tuple(chain.sample_id for chain in V1.chains(V1.config(config), TEST))


@cache
def truth(config: str) -> Truth:
    """Everything that a config's predictions are scored with; simulates the config (seconds)
    where no verified folder is at hand. Raises UnknownNameError."""
    found = V1.config(config)
    test = samples(config, TEST.name)
    posterior = class_posterior_of(found.system, test.spins, split_prior(TEST))
    return Truth(
        config=config,
        sample_ids=sample_ids(config),
        labels=test.labels,
        posterior=posterior,
        ceiling=ceiling(found.system, TEST.counts),
        in_equilibrium=found.protocol.in_equilibrium,
    )
