"""How much is measured, and the pieces that every measurement shares."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.arrays import Spins
from ising_bench.measured import Estimate
from ising_bench.progress import Advance
from ising_bench.releases.v1 import V1
from ising_bench.simulation.chains import default_threads, pack, unpack
from ising_bench.simulation.ground_states import draw_ground_state
from ising_bench.simulation.keys import Draws, key, words
from ising_bench.simulation.metropolis import sweep_chains
from ising_bench.simulation.thresholds import acceptance_thresholds
from ising_bench.systems import System

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Effort:
    """Numbers of chains: at one temperature, in one class, ladders in each direction, chains and
    samples of a time series, chains of a relaxation curve; and fresh draws of train and test."""

    temperature: int = 4096
    in_class: int = 8480  # 80 at each temperature of the two widest of the cold classes
    ladders: int = 256
    series: int = 64
    samples: int = 1500
    curve: int = 256
    draws: int = 100

    def scaled(self, share: float) -> "Effort":
        """A share of it, for a quick look."""
        least = {"samples": 50, "draws": 4}
        return replace(
            self,
            **{
                name: max(least.get(name, 8), round(share * full))
                for name, full in vars(self).items()
            },
        )


class Walkers:
    """Lattices of one system that go on sweeping, (n, L, L), with random streams of their own."""

    def __init__(self, system: System, spins: Spins, name: str) -> None:
        self._system, self._name, self._calls = system, name, 0
        self._lattices = pack(system, spins)

    def sweep(self, hundredths: int, sweeps: int) -> None:
        n, _, size = self._lattices.shape
        name = key(V1.entropy, self._system.name, self._name, self._calls, "stream")
        self._calls += 1
        sweep_chains(
            self._lattices,
            words(name, n * 3 * size).reshape(n, 3, size),
            np.array([acceptance_thresholds(hundredths)] * n, np.uint64),
            np.full(n, sweeps),
            self._system.column_wrap,
            self._system.row_wrap,
        )

    @property
    def spins(self) -> Spins:
        return unpack(self._system, self._lattices)


def ground_states(system: System, n: int, name: str) -> Spins:
    """Independent ground states, (n, L, L), as the paper configs start from."""
    keys = (key(V1.entropy, system.name, name, i, "start") for i in range(n))
    return np.stack([draw_ground_state(system, V1.size, Draws(k)) for k in keys])


def random_lattices(system: System, n: int, name: str) -> Spins:
    """Independent lattices at infinite temperature, (n, L, L); fixed rows are as they must be."""
    sites = n * V1.size**2
    random = words(key(V1.entropy, system.name, name, 0, "random"), -(-sites // 64))
    bits = np.unpackbits(random.astype("<u8").view(np.uint8), count=sites)
    spins = (2 * bits.astype(np.int8) - 1).reshape(n, V1.size, V1.size)
    if system.has_fixed_rows:
        spins[:, 0], spins[:, -1] = 1, -1
    return spins


def in_threads(
    work: Callable[[Item], Result], items: Iterable[Item], advance: Advance
) -> list[Result]:
    """work of each item, in order, on all processors."""

    def one(item: Item) -> Result:
        result = work(item)
        advance(1)
        return result

    with ThreadPoolExecutor(default_threads()) as pool:
        return list(pool.map(one, items))


def mean(values: ArrayLike) -> Estimate:
    """Mean and standard error of independent values."""
    v = np.asarray(values, float)
    return estimate(v.mean(), v.std(ddof=1) / np.sqrt(len(v)))


def estimate(value: float, error: float) -> Estimate:
    """Rounded to what can mean anything, so that the file stays readable."""
    return Estimate(float(f"{value:.6g}"), float(f"{error:.3g}"))


def entropy_of(draw: int) -> str:
    """The entropy of one of the fresh draws of a whole release."""
    return hashlib.sha256(f"ising-bench measure {draw}".encode()).hexdigest()
