"""Endless labelled lattices: sample i of a stream follows from config, seed, split and i alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from ising_bench.ahead import ahead
from ising_bench.chains import Chain
from ising_bench.checks import whole
from ising_bench.errors import IsingBenchError
from ising_bench.extras import needs
from ising_bench.keys import Draws, entropy_of, key
from ising_bench.progress import Advance
from ising_bench.releases.known import release_of
from ising_bench.releases.release import Config, Release
from ising_bench.releases.table import features
from ising_bench.releases.variant import decimal, varied
from ising_bench.rows import rows_of
from ising_bench.simulation.simulate import default_threads, simulate

if TYPE_CHECKING:
    from datasets import IterableDataset

    from ising_bench.loaders.torch_data import TorchStream, Transform

Sample = dict[str, Any]

_BLOCK = 32  # samples that a thread makes at a time
_MOST_SPLIT = 64  # characters


@dataclass(frozen=True)
class Stream:
    """The samples start, start + step, start + 2 step, ... of a stream, without end.

    Iterated it gives dicts: `spins` (L, L) as the table has them, `label`, the parameter under its
    name (`temperature` or `field`), `index`, and `sample_id`. The next samples are simulated while
    one is in use, by `threads`, by default one for each processor.
    """

    release: Release
    config: Config
    split: str
    start: int = 0
    step: int = 1
    threads: int | None = None

    def __iter__(self) -> Iterator[Sample]:
        threads = default_threads() if self.threads is None else self.threads
        indices = count(self.start, self.step)

        def blocks(told: Advance) -> Iterator[list[Sample]]:
            while True:
                yield self._made(list(islice(indices, _BLOCK * threads)), threads, told)

        with ahead(blocks, _untold) as made:
            for block in made:
                yield from block

    def part(self, place: int, of: int, threads: int | None = None) -> "Stream":
        """The place-th of so many streams that share this one's samples out in turn, so that what
        they gave after n rounds is the first n * of samples; each by so many threads."""
        return replace(
            self,
            start=self.start + place * self.step,
            step=self.step * of,
            threads=self.threads if threads is None else threads,
        )

    def torch(self, transform: "Transform | None" = None) -> "TorchStream":
        """As a PyTorch `IterableDataset` of tensors, `spins` through `transform`: workers of a
        DataLoader and processes of a distributed run share the samples out among them. Raises
        IsingBenchError where PyTorch is not installed."""
        needs("torch")
        from ising_bench.loaders.torch_data import TorchStream

        return TorchStream(self, transform)

    def datasets(self, shards: int = 1) -> "IterableDataset":
        """As a Hugging Face `IterableDataset`. shards: as many as there are workers or nodes to
        read it; each reads its own without end."""
        from datasets import Features, IterableDataset

        columns = features(self.config)
        parameter = self.config.task.grid.parameter
        kept = {name: columns[name] for name in ("spins", "label", parameter, "sample_id")}
        kept["index"] = {"dtype": "int64", "_type": "Value"}
        parts = [self.part(place, shards) for place in range(shards)]
        return IterableDataset.from_generator(
            _of_parts, features=Features.from_dict(kept), gen_kwargs={"parts": parts}
        )

    def _made(self, indices: list[int], threads: int, told: Advance) -> list[Sample]:
        chains = [self._chain(index) for index in indices]
        rows = rows_of(self.config.task, chains, simulate(chains, threads, told))
        values, parameter = rows.values, self.config.task.grid.parameter
        return [
            {
                "spins": rows.spins[i],
                "label": int(rows.labels[i]),
                parameter: float(values[i]),
                "index": index,
                "sample_id": rows.ids[i],
            }
            for i, index in enumerate(indices)
        ]

    def _chain(self, index: int) -> Chain:
        """Its class is uniform, and its point within the class; or its value where they are
        listed."""
        task = self.config.task
        draws = Draws(key(self.release.entropy, self.config.name, self.split, index, "label"))
        if task.grid.listed:
            point = draws.below(len(task.grid.points))
            return self.release.chain_at(self.config, self.split, index, point)
        return self.release.chain(self.config, self.split, index, draws.below(task.classes))


def stream(
    config: str,
    seed: int | str,
    split: str = "train",
    *,
    start: int = 0,
    size: int | None = None,
    sweeps: int | None = None,
    values: Sequence[float | str] | None = None,
    classes: Sequence[float | str] | None = None,
    threads: int | None = None,
    release: str | None = None,
) -> Stream:
    """Endless lattices of a config, every class equally likely, the same on every machine.

    seed: a whole number, or 64 hexadecimal digits. split: any name; streams of different splits
    share nothing, and none shares anything with a release or a generated set. start: the index of
    the first sample, such as where an earlier run stopped. size, sweeps, values, classes (the edges
    between them): in place of the config's; of values each is equally likely. Iterate it, or take
    it as `.torch()` or `.datasets()`. Raises UnknownNameError, IsingBenchError.
    """
    version = release_of(release)
    edges = None if classes is None else [decimal(str(edge)) for edge in classes]
    listed = None if values is None else sorted({decimal(str(v)) for v in values}, key=float)
    if not split.isascii() or not split.isprintable() or "|" in split or len(split) > _MOST_SPLIT:
        raise IsingBenchError(
            f"split {split!r} is not a name of at most {_MOST_SPLIT} ASCII characters without |"
        )
    if threads is not None and threads < 1:
        raise IsingBenchError(f"threads is {threads}: it must be 1 or more")
    return Stream(
        version.redrawn(entropy_of(seed)),
        varied(version.config(config), size, sweeps, listed, edges),
        f"stream {split}",  # no split of a release or a generated set has a space in its name
        whole("start", start),
        threads=threads,
    )


def _of_parts(parts: list[Stream]) -> Iterator[Sample]:
    for part in parts:  # whoever reads several never comes to the second
        yield from part


def _untold(_: int) -> None:
    """Progress of what has no end."""
