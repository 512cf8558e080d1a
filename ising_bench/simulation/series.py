"""Long chains: the energies that a chain has on its way."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.simulation.simulate import default_threads
from ising_bench.system import CPU

_BATCH = 16  # chains handed to a thread at a time


def energy_series(
    chains: Sequence[Chain],
    samples: int,
    stride: int,
    progress: Callable[[int], object] | None = None,
) -> NDArray[np.int64]:
    """Total energies of chains of one system and size, after their own sweeps and `stride` more
    each time: (n, samples), in energy units. The same on every machine. progress is called with the
    number of chains just done."""
    kernel = chains[0].system.kernels()[CPU]
    found = np.empty((len(chains), samples), np.int64)

    def run(first: int) -> int:
        batch = chains[first : first + _BATCH]
        state = kernel.begin(batch)
        kernel.advance(state, np.array([chain.sweeps for chain in batch]))
        strides = np.full(len(batch), stride)
        for i in range(samples):
            kernel.advance(state, strides)
            found[first : first + len(batch), i] = kernel.observables(state)["energy"]
        return len(batch)

    with ThreadPoolExecutor(default_threads()) as pool:
        for done in pool.map(run, range(0, len(chains), _BATCH)):
            if progress is not None:
                progress(done)
    return found
