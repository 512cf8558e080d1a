"""Tables of numbers that a family ships because they take minutes to compute."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ising_bench.ndarrays import Array


@dataclass(frozen=True)
class Table:
    """file: what is shipped; compute: the same anew. tolerance: 0 for exact numbers; for measured
    ones, which end in a fit whose last digits the processor decides, far less than their errors."""

    file: Path
    compute: Callable[[], Array]
    tolerance: float = 0.0

    @property
    def name(self) -> str:
        """The family and the file: `ising/log_density_100`."""
        return f"{self.file.parent.parent.name}/{self.file.stem}"
