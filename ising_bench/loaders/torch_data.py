"""Lattices as PyTorch reads them."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import torch
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from ising_bench.rows import Rows

Transform = Callable[[torch.Tensor], Any]  # of spins (L, L)
Item = dict[str, Any]


class Shareable(Protocol):
    """A stream of samples, dicts with `spins`, that can be shared out."""

    def __iter__(self) -> Iterator[Item]: ...

    def part(self, place: int, of: int, threads: int | None = None) -> "Shareable":
        """The place-th of so many parts, made by so many threads."""


class TorchStream(IterableDataset[Item]):
    """A stream, shared out in turn among the processes of a distributed run, and in each of them
    among the workers of its DataLoader: no sample comes twice."""

    def __init__(self, stream: Shareable, transform: Transform | None = None) -> None:
        self.stream, self.transform = stream, transform

    def __iter__(self) -> Iterator[Item]:
        rank, processes = _process()
        part, worker = self.stream.part(rank, processes), get_worker_info()
        if worker is not None:
            part = part.part(worker.id, worker.num_workers, threads=1)
        for sample in part:
            spins = torch.from_numpy(sample["spins"])
            yield sample | {"spins": spins if self.transform is None else self.transform(spins)}


class TorchRows(Dataset[Item]):
    """Rows that are in memory. Items: `spins` (L, L) as the table has them, through `transform`;
    `label`; the parameter under its name; `sample_id`."""

    def __init__(self, rows: Rows, transform: Transform | None = None) -> None:
        self.rows, self.transform = rows, transform
        self._spins, self._values = torch.from_numpy(rows.spins), rows.values

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Item:
        spins = self._spins[index]
        return {
            "spins": spins if self.transform is None else self.transform(spins),
            "label": int(self.rows.labels[index]),
            self.rows.task.grid.parameter: float(self._values[index]),
            "sample_id": self.rows.ids[index],
        }


def _process() -> tuple[int, int]:
    """Which of how many processes this is, as PyTorch knows it, or as torchrun says."""
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
