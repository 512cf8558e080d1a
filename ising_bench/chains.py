"""Chains: what one image is.

A chain is independent of every other: it has its own point on the grid, its own start and its own
random streams, all from its key, and gives exactly one image, its last configuration.
"""

from dataclasses import dataclass
from functools import cached_property

from ising_bench.keys import Draws, key, words
from ising_bench.system import System
from ising_bench.tasks import Grid

GROUND = "ground"  # the start that every system has: a ground state, uniform over all of them


@dataclass(frozen=True)
class Chain:
    """One Markov chain: `sweeps` sweeps at a point of a grid, from a start that the system knows by
    this name."""

    entropy: str
    config: str
    split: str
    index: int
    system: System
    size: int
    grid: Grid
    point: int
    label: int
    sweeps: int
    start: str = GROUND

    def key(self, purpose: str) -> bytes:
        return key(self.entropy, self.config, self.split, self.index, purpose)

    def draws(self, purpose: str) -> Draws:
        """Uniform integers for this purpose."""
        return Draws(self.key(purpose))

    @property
    def value(self) -> float:
        """The parameter."""
        return self.grid.value(self.point)

    @cached_property
    def sample_id(self) -> str:
        """16 hexadecimal digits that name the image and place it within its split."""
        return f"{int(words(self.key('order'), 1)[0]):016x}"
