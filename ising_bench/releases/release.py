"""Releases: frozen constants that expand to chains.

A release fixes everything that its images follow from; changing any of it is a new release. Its
`digests` are what each config must come out as on every machine. Part of a release, though written
elsewhere: the classes (`regions.py`) and, in `simulation/`, the key rule (`keys.py`), how a start
is drawn (`ground_states.py`) and how a stream is used (`reference.py`); and that the classes stand
one after another along the chain index.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ising_bench.arrays import Spins
from ising_bench.errors import VerificationError, one_of
from ising_bench.regions import REGIONS, label_of
from ising_bench.releases.table import LARGEST_ROWS
from ising_bench.simulation.chains import Chain, simulate
from ising_bench.simulation.keys import Draws, key
from ising_bench.systems import System

GENERATED = "generated"  # the one split of data that are no release
SHARD_ROWS = LARGEST_ROWS  # rows in each of its files: 41 MB of spins in memory


@dataclass(frozen=True)
class Protocol:
    """How a chain is run: sweeps before the image, more of them at critical temperatures, and up to
    which temperature (hundredths) an interface between fixed rows starts rough, not flat.

    in_equilibrium: whether that is enough for exact averages, within what was measured.
    """

    name: str
    sweeps: int
    critical: range = range(0)
    critical_sweeps: int = 0
    rough_start_below: int = 0
    in_equilibrium: bool = False

    def sweeps_at(self, hundredths: int) -> int:
        return self.critical_sweeps if hundredths in self.critical else self.sweeps


@dataclass(frozen=True)
class Config:
    """One Hugging Face subset: a system under a protocol."""

    name: str
    system: System
    protocol: Protocol


@dataclass(frozen=True)
class Split:
    """One split: its name and the number of images of each class."""

    name: str
    counts: tuple[int, ...]

    @property
    def rows(self) -> int:
        return sum(self.counts)

    @property
    def labels(self) -> list[int]:
        """The class of each chain index: all of the first class, then all of the second, ..."""
        return [label for label, count in enumerate(self.counts) for _ in range(count)]


@dataclass(frozen=True)
class Release:
    """A version of the dataset. entropy: 64 lower-case hexadecimal digits; size: L."""

    version: str
    entropy: str
    size: int
    configs: tuple[Config, ...]
    splits: tuple[Split, ...]
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def config_names(self) -> list[str]:
        return [config.name for config in self.configs]

    def config(self, name: str) -> Config:
        """The config of that name; raises UnknownNameError."""
        one_of("config", name, self.config_names)
        return next(config for config in self.configs if config.name == name)

    def split(self, name: str) -> Split:
        """The split of that name; raises UnknownNameError."""
        one_of("split", name, [split.name for split in self.splits])
        return next(split for split in self.splits if split.name == name)

    @property
    def kind(self) -> Literal["release", "fresh draw"]:
        """What a folder of it is, as its manifest says: only what was released has digests."""
        return "release" if self.digests else "fresh draw"

    def redrawn(self, entropy: str) -> "Release":
        """The same release under other entropy; without digests unless it is the release's own."""
        return self if entropy == self.entropy else replace(self, entropy=entropy, digests={})

    def chain(self, config: Config, split: str, index: int, label: int) -> Chain:
        """The chain with this key: its temperature is uniform on the hundredths of its class."""
        grid = REGIONS[label].hundredths
        draws = Draws(key(self.entropy, config.name, split, index, "temperature"))
        return self.chain_at(config, split, index, grid[draws.below(len(grid))])

    def chain_at(self, config: Config, split: str, index: int, hundredths: int) -> Chain:
        """The chain with this key at a given temperature."""
        protocol = config.protocol
        is_cold = hundredths < protocol.rough_start_below
        return Chain(
            entropy=self.entropy,
            config=config.name,
            split=split,
            index=index,
            system=config.system,
            size=self.size,
            label=label_of(hundredths),
            hundredths=hundredths,
            sweeps=protocol.sweeps_at(hundredths),
            rough_start=config.system.has_fixed_rows and is_cold,
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


def lattices(
    release: Release,
    config: Config,
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Iterator[tuple[Split, list[Chain], Spins]]:
    """Each split of a config with its chains in row order and the lattices that they give."""
    for split in release.splits:
        chains = release.chains(config, split)
        yield split, chains, simulate(chains, threads, progress)


def shards(
    release: Release,
    config: Config,
    rows: int,
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Iterator[tuple[list[Chain], Spins]]:
    """Generated lattices, a file's worth at a time; the classes take turns along the index, so each
    file holds all of them."""
    for first in range(0, rows, SHARD_ROWS):
        chains = in_row_order(
            release.chain(config, GENERATED, i, i % len(REGIONS))
            for i in range(first, min(first + SHARD_ROWS, rows))
        )
        yield chains, simulate(chains, threads, progress)


def in_row_order(chains: Iterable[Chain]) -> list[Chain]:
    """Rows stand in the order of their ids, which are uniform random words: a shuffle by key."""
    return sorted(chains, key=lambda chain: chain.sample_id)
