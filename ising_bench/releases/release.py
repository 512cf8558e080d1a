"""Releases: frozen constants that expand to chains.

A release fixes everything that its images follow from; changing any of it is a new release. Its
`digests` are what each config must come out as on every machine. Part of a release, though written
elsewhere: the key rule (`keys.py`), and how a system draws its starts and uses its streams (its
`reference`); and that the classes stand one after another along the chain index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import VerificationError, one_of
from ising_bench.keys import Draws, key
from ising_bench.system import Statistic, System
from ising_bench.tasks import Split, Task

GENERATED = "generated"  # the one split of data that are no release
SHARD_ROWS = 4096  # most rows in each of its files: 41 MB of spins in memory at L = 100


@dataclass(frozen=True)
class Protocol:
    """How a chain is run: sweeps before the image, other numbers of them at some points, and at
    which points the start is another than a ground state.

    in_equilibrium: whether that is enough for exact averages, within what was measured.
    """

    name: str
    sweeps: int
    longer: tuple[tuple[range, int], ...] = ()
    starts: tuple[tuple[range, str], ...] = ()
    in_equilibrium: bool = False

    def sweeps_at(self, point: int) -> int:
        return next((sweeps for points, sweeps in self.longer if point in points), self.sweeps)

    def start_at(self, point: int) -> str:
        return next((start for points, start in self.starts if point in points), GROUND)


@dataclass(frozen=True)
class Config:
    """One Hugging Face subset: a system of a size under a protocol, and what is asked of it.
    images: whether its table has a picture of each lattice beside the spins."""

    name: str
    system: System
    protocol: Protocol
    size: int
    task: Task
    images: bool = True

    @property
    def statistic(self) -> Statistic:
        """What an image tells of its parameter."""
        return self.system.statistic(self.size)


@dataclass(frozen=True)
class Release:
    """A version of the dataset. description: what it is, in a clause without a full stop. entropy:
    64 lower-case hexadecimal digits. content: which of the rules of `digest.py` its digests are
    made by."""

    version: str
    description: str
    entropy: str
    configs: tuple[Config, ...]
    digests: Mapping[str, str] = field(default_factory=dict, hash=False)
    content: Literal[1, 2] = 2

    @property
    def config_names(self) -> list[str]:
        return [config.name for config in self.configs]

    def config(self, name: str) -> Config:
        """The config of that name; raises UnknownNameError."""
        one_of("config", name, self.config_names)
        return next(config for config in self.configs if config.name == name)

    @property
    def sets(self) -> dict[str, list[str]]:
        """Sets of configs by name: those of each protocol, and `all`."""
        protocols = dict.fromkeys(config.protocol.name for config in self.configs)
        by_protocol = {
            name: [config.name for config in self.configs if config.protocol.name == name]
            for name in protocols
        }
        return by_protocol | {"all": self.config_names}

    @property
    def default_set(self) -> str:
        """The first set: what commands take where none is named, and means are over."""
        return next(iter(self.sets))

    def expanded(self, names: Sequence[str]) -> list[str]:
        """Configs that names of configs and of sets of them stand for, each once, in the order
        named. Raises UnknownNameError."""
        known = [*self.sets, *self.config_names]
        chosen = [one_of("config or set of configs", name, known) for name in names]
        return list(dict.fromkeys(n for name in chosen for n in self.sets.get(name, [name])))

    @property
    def equilibrium_configs(self) -> list[Config]:
        """The configs in equilibrium."""
        return [config for config in self.configs if config.protocol.in_equilibrium]

    @property
    def other_configs(self) -> list[Config]:
        """The others."""
        return [config for config in self.configs if not config.protocol.in_equilibrium]

    @property
    def kind(self) -> Literal["release", "fresh draw"]:
        """What a folder of it is, as its manifest says: only what was released has digests."""
        return "release" if self.digests else "fresh draw"

    def redrawn(self, entropy: str) -> "Release":
        """The same release under other entropy; without digests unless it is the release's own."""
        return self if entropy == self.entropy else replace(self, entropy=entropy, digests={})

    def chain(self, config: Config, split: str, index: int, label: int) -> Chain:
        """The chain with this key: its point is uniform on those of its class."""
        points = config.task.regions[label].points
        draws = Draws(key(self.entropy, config.name, split, index, "temperature"))
        return self.chain_at(config, split, index, points[draws.below(len(points))])

    def chain_at(self, config: Config, split: str, index: int, point: int) -> Chain:
        """The chain with this key at a given point."""
        return Chain(
            entropy=self.entropy,
            config=config.name,
            split=split,
            index=index,
            system=config.system,
            size=config.size,
            grid=config.task.grid,
            point=point,
            label=config.task.label_of(point),
            sweeps=config.protocol.sweeps_at(point),
            start=config.protocol.start_at(point),
        )

    def chains(self, config: Config, split: Split) -> list[Chain]:
        """All chains of a split, in the order of its rows."""
        return in_row_order(
            self.chain(config, split.name, i, label) for i, label in enumerate(split.labels)
        )

    def check_digest(self, config: Config, digest: str) -> None:
        """Raise VerificationError where a config came out other than as released."""
        if not self.digests:
            return  # a fresh draw: nothing was released
        released = self.digests[config.name]
        if released != digest:
            raise VerificationError(
                [
                    f"{config.name}: content digest is {digest}, release {self.version} is "
                    f"{released}: this machine does not reproduce the release; please report it "
                    "with the output of: ising-bench info"
                ]
            )


@dataclass(frozen=True)
class Part:
    """What one file holds: the index-th of `count` parts of a split of so many rows in all, and
    these chains, in the order of their rows."""

    split: str
    split_rows: int
    index: int
    count: int
    chains: list[Chain]


def parts_of(release: Release, config: Config, generated: int | None = None) -> Iterator[Part]:
    """The files of a config: one for each split; or those of so many generated rows."""
    if generated is None:
        for split in config.task.splits:
            yield Part(split.name, split.rows, 0, 1, release.chains(config, split))
        return
    for i in range(shards_of(config, generated)):
        yield shard(release, config, generated, i)


def shards_of(config: Config, rows: int) -> int:
    """How many files so many generated rows take."""
    return -(-rows // _most_rows(config))


def shard_rows(config: Config, rows: int, index: int) -> int:
    """How many of them are in the index-th."""
    most = _most_rows(config)
    return min((index + 1) * most, rows) - index * most


def _most_rows(config: Config) -> int:
    """As many as take no more memory than SHARD_ROWS do at L = 100."""
    return min(SHARD_ROWS, max(1, SHARD_ROWS * 100**2 // config.size**2))


def shard(release: Release, config: Config, rows: int, index: int) -> Part:
    """The index-th file of so many generated rows. Along the chain index the classes take turns, or
    the values where they are listed: each file holds all of them, and more rows are the same rows
    and others."""
    most, task = _most_rows(config), config.task

    def chain(j: int) -> Chain:
        if task.grid.listed:
            return release.chain_at(config, GENERATED, j, j % len(task.grid.points))
        return release.chain(config, GENERATED, j, j % task.classes)

    chains = in_row_order(chain(j) for j in range(index * most, min((index + 1) * most, rows)))
    return Part(GENERATED, rows, index, shards_of(config, rows), chains)


def in_row_order(chains: Iterable[Chain]) -> list[Chain]:
    """Rows stand in the order of their ids, which are uniform random words: a shuffle by key."""
    return sorted(chains, key=lambda chain: chain.sample_id)
