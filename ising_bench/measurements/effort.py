"""How much is measured, and the pieces that every measurement shares."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.chains import Chain
from ising_bench.measured import Estimate
from ising_bench.ndarrays import Array, Spins
from ising_bench.progress import Advance
from ising_bench.releases.release import Config, Release
from ising_bench.simulation.simulate import default_threads
from ising_bench.system import CPU

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


def chains_at(
    release: Release,
    config: Config,
    name: str,
    indices: range,
    point: int,
    start: str | None = None,
) -> list[Chain]:
    """Chains of a config at one point of the grid, under keys of their own, from another start than
    the protocol's where one is named."""
    chains = [release.chain_at(config, name, i, point) for i in indices]
    return chains if start is None else [replace(chain, start=start) for chain in chains]


class Walkers:
    """Chains that are looked at on their way."""

    def __init__(self, chains: list[Chain], spins: Spins | None = None) -> None:
        self._kernel = chains[0].system.kernels()[CPU]
        self._state = self._kernel.begin(chains, spins)
        self._number = len(chains)
        self._quantity = chains[0].system.statistic(chains[0].size).quantity

    def sweep(self, sweeps: int) -> None:
        self._kernel.advance(self._state, np.full(self._number, sweeps))

    @property
    def spins(self) -> Spins:
        return self._kernel.images(self._state)

    @property
    def observed(self) -> Array:
        """What tells of the parameter: the energy, or what stands for it, (n,)."""
        return self._kernel.observables(self._state)[self._quantity]


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
