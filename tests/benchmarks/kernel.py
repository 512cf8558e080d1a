"""Kernel speed: proposals per nanosecond, beside a textbook loop and mcising, in one run.

    python tests/benchmarks/kernel.py

Periodic, 100 x 100, T = 2.27, one thread unless said; rounds are interleaved, medians shown.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import mcising
import numba
import numpy as np

from ising_bench.chains import Chain
from ising_bench.paper import GRID
from ising_bench.systems.ising import SYSTEMS, kernel
from ising_bench.systems.ising.model import Ising

SIZE, POINT, ROUNDS = 100, 227, 9
SITES = SIZE * SIZE


@numba.njit
def textbook(spins: np.ndarray, sweeps: int, temperature: float) -> None:
    """Random site, int8 lattice, np.random, a table of exponentials."""
    size = spins.shape[0]
    table = np.exp(-np.arange(9) / temperature)
    for _ in range(sweeps * size * size):
        r, c = np.random.randint(0, size), np.random.randint(0, size)
        field = (
            spins[r - 1, c] + spins[(r + 1) % size, c] + spins[r, c - 1] + spins[r, (c + 1) % size]
        )
        cost = 2 * spins[r, c] * field
        if cost <= 0 or np.random.random() < table[cost]:
            spins[r, c] = -spins[r, c]


def ours(system: Ising, chains: int, sweeps: int) -> Callable[[], None]:
    """A run of the kernel on prepared arguments."""
    made = [
        Chain("00", system.name, "bench", i, system, SIZE, GRID, POINT, 0, sweeps)
        for i in range(chains)
    ]
    state, counts = kernel.begin(made), np.full(chains, sweeps)

    def run() -> None:
        kernel.advance(state, counts)

    return run


def rate(run: Callable[[], None], proposals: int) -> float:
    start = time.perf_counter_ns()
    run()
    return proposals / (time.perf_counter_ns() - start)


def main() -> None:
    lattice = np.ones((SIZE, SIZE), np.int8)
    rust = mcising.IsingSimulation(SIZE, 1.0, 0.0, 0.0, 0.0, 1)
    runs: dict[str, tuple[Callable[[], None], int]] = {
        "textbook numba": (lambda: textbook(lattice, 100, POINT / 100), 100 * SITES),
        "mcising": (lambda: rust.sweep(500, temperature=POINT / 100), 500 * SITES),
    }
    for system in SYSTEMS:
        runs[f"ours, {system.name}"] = ours(system, 20, 750), 20 * 750 * SITES
    pair = [ours(SYSTEMS[0], 100, 750) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        runs["ours, periodic_ferro, two threads"] = (
            lambda: [f.result() for f in [pool.submit(run) for run in pair]] and None,
            200 * 750 * SITES,
        )
        rates: dict[str, list[float]] = {name: [] for name in runs}
        for run, _ in runs.values():
            run()  # compile and warm up
        for _ in range(ROUNDS):
            for name, (run, proposals) in runs.items():
                rates[name].append(rate(run, proposals))
    print(f"{'':36}{'proposals/ns':>13}{'min':>9}{'max':>9}{'x textbook':>12}{'x mcising':>11}")
    median = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        print(
            f"{name:36}{median[name]:13.4f}{min(values):9.4f}{max(values):9.4f}"
            f"{median[name] / median['textbook numba']:12.1f}"
            f"{median[name] / median['mcising']:11.1f}"
        )
    two, one = median["ours, periodic_ferro, two threads"], median["ours, periodic_ferro"]
    print(f"two threads over one: {two / one:.2f}")


if __name__ == "__main__":
    main()
