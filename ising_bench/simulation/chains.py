"""Chains: what one image is, and how chains become lattices.

A chain is independent of every other: it has its own temperature, its own start and its own random
streams, all from its key, and gives exactly one image, its last configuration.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ising_bench.arrays import Spins
from ising_bench.errors import IsingBenchError
from ising_bench.simulation import metropolis
from ising_bench.simulation.ground_states import draw_ground_state, draw_solid_on_solid
from ising_bench.simulation.keys import Draws, key, words
from ising_bench.simulation.thresholds import acceptance_thresholds
from ising_bench.systems import System, sublattice_signs

_BATCH = 32  # chains handed to a thread at a time: some 15 ms of work


@dataclass(frozen=True)
class Chain:
    """One Metropolis chain; temperature in hundredths. rough_start: the interface between fixed
    rows starts rough at the chain's own temperature instead of flat."""

    entropy: str
    config: str
    split: str
    index: int
    system: System
    size: int
    label: int
    hundredths: int
    sweeps: int
    rough_start: bool = False

    def key(self, purpose: str) -> bytes:
        return key(self.entropy, self.config, self.split, self.index, purpose)

    @property
    def sample_id(self) -> str:
        """16 hexadecimal digits that name the image and place it within its split."""
        return f"{int(words(self.key('order'), 1)[0]):016x}"

    def start(self) -> Spins:
        """The first configuration, (L, L) int8."""
        draws = Draws(self.key("start"))
        if self.rough_start:
            return draw_solid_on_solid(self.size, self.hundredths, draws)
        return draw_ground_state(self.system, self.size, draws)

    def streams(self) -> NDArray[np.uint64]:
        """The SFC64 state words a, b, c of each lattice row, (3, L): a of every row first. All
        192 bits are random, so the generator needs no warm-up."""
        return words(self.key("stream"), 3 * self.size).reshape(3, self.size)


def default_threads() -> int:
    """One thread for each processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def simulate(
    chains: Sequence[Chain],
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Spins:
    """The last configuration of each chain, (n, L, L) int8, the same for any number of threads.

    The chains must share system and size. progress is called with the number of chains just done.
    Raises IsingBenchError for a thread count below 1, ValueError where there are no chains, they do
    not share system and size, or the size is not even and from 4 to 128.
    """
    threads = default_threads() if threads is None else threads
    if threads < 1:
        raise IsingBenchError(f"threads is {threads}: it must be 1 or more")
    if not chains:
        raise ValueError("no chains to simulate")
    size = chains[0].size
    if any(c.system != chains[0].system or c.size != size for c in chains):
        raise ValueError("chains of different systems or sizes cannot be simulated together")
    if size % 2 or not 4 <= size <= metropolis.MAX_SIZE:
        raise ValueError(f"lattice size {size} is not even and from 4 to {metropolis.MAX_SIZE}")

    spins = np.empty((len(chains), size, size), np.int8)

    def run(first: int) -> int:
        batch = chains[first : first + _BATCH]
        spins[first : first + len(batch)] = _simulate_batch(batch)
        return len(batch)

    pool = ThreadPoolExecutor(threads)
    try:
        for done in as_completed(pool.submit(run, i) for i in range(0, len(chains), _BATCH)):
            if progress is not None:
                progress(done.result())
            else:
                done.result()
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt waits for running batches only
    return spins


def _simulate_batch(chains: Sequence[Chain]) -> Spins:
    system = chains[0].system
    lattices = pack(system, np.stack([chain.start() for chain in chains]))
    metropolis.sweep_chains(
        lattices,
        np.stack([chain.streams() for chain in chains]),
        np.array([acceptance_thresholds(chain.hundredths) for chain in chains], np.uint64),
        np.array([chain.sweeps for chain in chains], np.int64),
        system.column_wrap,
        system.row_wrap,
    )
    return unpack(system, lattices)


def pack(system: System, spins: Spins) -> NDArray[np.uint64]:
    """Spins (n, L, L) as the kernel's words (n, 2, L), colour by row.

    Turning over one colour of an antiferromagnet makes it the ferromagnet of equal energy.
    """
    n, size, _ = spins.shape
    up = spins * sublattice_signs(size) > 0 if system.coupling == -1 else spins > 0
    by_colour = np.empty((n, 2, size, size // 2), bool)
    for colour in (0, 1):
        by_colour[:, colour, 0::2] = up[:, 0::2, colour::2]
        by_colour[:, colour, 1::2] = up[:, 1::2, 1 - colour :: 2]
    bits = np.zeros((n, 2, size, 8), np.uint8)
    packed = np.packbits(by_colour, axis=-1, bitorder="little")
    bits[..., : packed.shape[-1]] = packed
    return bits.view("<u8")[..., 0].astype(np.uint64)


def unpack(system: System, lattices: NDArray[np.uint64]) -> Spins:
    """The inverse of `pack`: (n, L, L) int8."""
    n, _, size = lattices.shape
    bits = lattices.astype("<u8")[..., None].view(np.uint8)
    by_colour = np.unpackbits(bits, axis=-1, count=size // 2, bitorder="little")
    up = np.empty((n, size, size), np.int8)
    for colour in (0, 1):
        up[:, 0::2, colour::2] = by_colour[:, colour, 0::2]
        up[:, 1::2, 1 - colour :: 2] = by_colour[:, colour, 1::2]
    spins = 2 * up - 1
    return spins * sublattice_signs(size) if system.coupling == -1 else spins
