"""From chains to images, for any system, on all processors."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

from ising_bench.chains import Chain
from ising_bench.errors import IsingBenchError, one_of
from ising_bench.ndarrays import Observed, Spins
from ising_bench.system import CPU

_BATCH = 32  # chains handed to a thread at a time: some 15 ms of work


def default_threads() -> int:
    """One thread for each processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def simulate(
    chains: Sequence[Chain],
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
    kernel: str = CPU,
) -> Spins:
    """The last configuration of each chain, (n, L, L), the same for any number of threads and any
    kernel of the system.

    The chains must share system and size. progress is called with the number of chains just done.
    Raises UnknownNameError for a kernel that the system has not here, IsingBenchError for a thread
    count below 1, ValueError where there are no chains, they do not share system and size, or the
    system is not simulated at that size.
    """
    return simulate_all(chains, threads, progress, kernel)[0]


def simulate_all(
    chains: Sequence[Chain],
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
    kernel: str = CPU,
) -> tuple[Spins, Observed]:
    """The same, and what these images do not show, by the names that the system calls hidden:
    (n,). Raises as `simulate`."""
    threads = default_threads() if threads is None else threads
    if threads < 1:
        raise IsingBenchError(f"threads is {threads}: it must be 1 or more")
    if not chains:
        raise ValueError("no chains to simulate")
    system, size = chains[0].system, chains[0].size
    if any(c.system != system or c.size != size for c in chains):
        raise ValueError("chains of different systems or sizes cannot be simulated together")
    if size not in system.sizes:
        raise ValueError(f"lattice size {size} is not {described(system.sizes)}")
    kernels = system.kernels()
    chosen = kernels[one_of("kernel", kernel, list(kernels))]
    spins = np.empty((len(chains), size, size), system.symbols.dtype)
    hidden: Observed = {name: np.empty(len(chains), dtype) for name, dtype in system.hidden.items()}

    def run(first: int) -> int:
        batch = chains[first : first + _BATCH]
        place = slice(first, first + len(batch))
        state = chosen.begin(batch)
        chosen.advance(state, np.array([chain.sweeps for chain in batch]))
        spins[place] = chosen.images(state)
        seen = chosen.observables(state) if hidden else {}
        for name, values in hidden.items():
            values[place] = seen[name]
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
    return spins, hidden


def described(sizes: range) -> str:
    """Sizes in words."""
    parity = ("even and ", "odd and ")[sizes.start % 2] if sizes.step == 2 else ""
    return f"{parity}from {sizes[0]} to {sizes[-1]}"
