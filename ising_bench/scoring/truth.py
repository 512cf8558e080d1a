"""What predictions for a config's test split are held against; follows from the release alone."""

from dataclasses import dataclass
from functools import cache

from ising_bench.dataset.samples import samples
from ising_bench.ndarrays import Array, Labels
from ising_bench.releases.release import Config, Release
from ising_bench.scoring.bayes import class_posterior_of
from ising_bench.scoring.ceiling import Ceiling, ceiling


@dataclass(frozen=True, eq=False)
class Truth:
    """Ids and labels of the test images in row order, (n,), the exact posterior P(class | image)
    under the test split's prior, (n, classes), and the ceiling. The posterior and the ceiling are
    those of equilibrium: exact for the equilibrium configs, a reference for the others."""

    config: Config
    sample_ids: tuple[str, ...]
    labels: Labels
    posterior: Array
    ceiling: Ceiling

    def __eq__(self, other: object) -> bool:
        """Whether it is of the same images."""
        return isinstance(other, Truth) and self.sample_ids == other.sample_ids

    def __hash__(self) -> int:
        return hash(self.sample_ids)

    @property
    def classes(self) -> int:
        return self.config.task.classes

    @property
    def in_equilibrium(self) -> bool:
        return self.config.protocol.in_equilibrium


@cache
def sample_ids(release: Release, name: str) -> tuple[str, ...]:
    """The ids of the test images in row order, at little cost. Raises UnknownNameError."""
    config = release.config(name)
    return tuple(chain.sample_id for chain in release.chains(config, config.task.test))


@cache
def truth(release: Release, name: str) -> Truth:
    """Everything that a config's predictions are scored with; simulates the config (seconds)
    where no verified folder is at hand. Raises UnknownNameError."""
    config = release.config(name)
    test = samples(release, name, config.task.test.name)
    posterior = class_posterior_of(config, test.spins)
    return Truth(config, test.ids, test.labels, posterior, ceiling(config))
