"""Rows: images and what is known of them, the one record that passes between floors."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Array, Labels, Observed, Spins
from ising_bench.system import NOTHING, System
from ising_bench.tasks import Task


@dataclass(frozen=True)
class Rows:
    """Images of one config: spins (n, L, L), points on the task's grid (n,), labels (n,) and ids,
    in the order of the table; and what the system calls hidden (n,)."""

    config: str
    system: System
    task: Task
    spins: Spins
    points: NDArray[np.int64]
    labels: Labels
    ids: tuple[str, ...]
    hidden: Observed = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.spins)

    @property
    def size(self) -> int:
        """L."""
        return self.spins.shape[-1]

    @property
    def values(self) -> Array:
        """The parameter of each row, such as its temperature: (n,)."""
        return self.task.grid.at(self.points)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool]) -> "Rows":
        """Some of the rows, by place or by truth."""
        chosen = np.arange(len(self))[index]
        return replace(
            self,
            spins=self.spins[chosen],
            points=self.points[chosen],
            labels=self.labels[chosen],
            ids=tuple(self.ids[i] for i in chosen),
            hidden={name: values[chosen] for name, values in self.hidden.items()},
        )


def rows_of(task: Task, chains: Sequence[Chain], spins: Spins, hidden: Observed = NOTHING) -> Rows:
    """Chains, the images that they gave, (n, L, L), and what those do not show, (n,) each."""
    return Rows(
        config=chains[0].config,
        system=chains[0].system,
        task=task,
        spins=spins,
        points=np.array([chain.point for chain in chains]),
        labels=np.array([chain.label for chain in chains]),
        ids=tuple(chain.sample_id for chain in chains),
        hidden=hidden,
    )


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows of one config, one part after another."""
    return replace(
        parts[0],
        spins=np.concatenate([part.spins for part in parts]),
        points=np.concatenate([part.points for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        ids=tuple(sample_id for part in parts for sample_id in part.ids),
        hidden={
            name: np.concatenate([part.hidden[name] for part in parts]) for name in parts[0].hidden
        },
    )
