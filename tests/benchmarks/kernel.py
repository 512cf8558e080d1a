"""Kernel speed: proposals per nanosecond, beside textbook loops and mcising, in one run.

    python tests/benchmarks/kernel.py

Periodic, 100 x 100, T near T_c, one thread unless said; rounds are interleaved, medians of CPU
time shown (of wall time where there are two threads).
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import mcising
import numba
import numpy as np

from ising_bench.chains import Chain
from ising_bench.paper import GRID
from ising_bench.releases.v1_1 import OUTLOOK_CONFIGS
from ising_bench.system import CPU, System
from ising_bench.systems.ising import SYSTEMS
from ising_bench.systems.xy import XY_MODEL, acceptance
from ising_bench.systems.xy.certified import STEP
from ising_bench.tasks import Grid

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


@numba.njit
def textbook_potts(spins: np.ndarray, states: int, sweeps: int, temperature: float) -> None:
    """The same for q colours: one of the others is proposed, the energy is minus equal bonds."""
    size = spins.shape[0]
    for _ in range(sweeps * size * size):
        r, c = np.random.randint(0, size), np.random.randint(0, size)
        old, new = spins[r, c], np.random.randint(0, states - 1)
        if new >= old:
            new += 1
        up, down = spins[r - 1, c], spins[(r + 1) % size, c]
        left, right = spins[r, c - 1], spins[r, (c + 1) % size]
        cost = (up == old) + (down == old) + (left == old) + (right == old)
        cost -= (up == new) + (down == new) + (left == new) + (right == new)
        if cost <= 0 or np.random.random() < np.exp(-cost / temperature):
            spins[r, c] = new


@numba.njit
def textbook_blume_capel(spins: np.ndarray, sweeps: int, temperature: float) -> None:
    """The same for spins +1, 0 and -1 with D = 1."""
    size = spins.shape[0]
    for _ in range(sweeps * size * size):
        r, c = np.random.randint(0, size), np.random.randint(0, size)
        old = spins[r, c]
        new = (old + 2 + np.random.randint(0, 2)) % 3 - 1
        field = (
            spins[r - 1, c] + spins[(r + 1) % size, c] + spins[r, c - 1] + spins[r, (c + 1) % size]
        )
        cost = -(new - old) * field + new * new - old * old
        if cost <= 0 or np.random.random() < np.exp(-cost / temperature):
            spins[r, c] = new


def ours(system: System, grid: Grid, chains: int, sweeps: int) -> Callable[[], None]:
    """A run of the kernel on prepared arguments."""
    made = [
        Chain("00", system.name, "bench", i, system, SIZE, grid, POINT, 0, sweeps)
        for i in range(chains)
    ]
    kernel = system.kernels()[CPU]
    state, counts = kernel.begin(made), np.full(chains, sweeps)

    def run() -> None:
        kernel.advance(state, counts)

    return run


@numba.njit
def textbook_xy(angles: np.ndarray, window: float, sweeps: int, temperature: float) -> None:
    """The same for rotors, in floating point: a turn of up to `window` is proposed."""
    size = angles.shape[0]
    for _ in range(sweeps * size * size):
        r, c = np.random.randint(0, size), np.random.randint(0, size)
        old = angles[r, c]
        new = old + window * (2 * np.random.random() - 1)
        cost = 0.0
        for other in (
            angles[r - 1, c],
            angles[(r + 1) % size, c],
            angles[r, c - 1],
            angles[r, (c + 1) % size],
        ):
            cost += np.cos(old - other) - np.cos(new - other)
        if cost <= 0 or np.random.random() < np.exp(-cost / temperature):
            angles[r, c] = new


@dataclass
class Run:
    """What is timed: how many proposals it makes, and which textbook loop is beside it."""

    run: Callable[[], object]
    proposals: int
    beside: str
    clock: Callable[[], int] = time.process_time_ns


def runs() -> dict[str, Run]:
    """By name."""
    rng = np.random.default_rng(0)
    lattice = np.ones((SIZE, SIZE), np.int8)
    rust = mcising.IsingSimulation(SIZE, 1.0, 0.0, 0.0, 0.0, 1)
    found = {
        "textbook Ising": Run(
            lambda: textbook(lattice, 100, POINT / 100), 100 * SITES, "textbook Ising"
        ),
        "mcising": Run(
            lambda: rust.sweep(500, temperature=POINT / 100), 500 * SITES, "textbook Ising"
        ),
    }
    for system in SYSTEMS:
        found[system.name] = Run(ours(system, GRID, 20, 750), 20 * 750 * SITES, "textbook Ising")
    pair = [ours(SYSTEMS[0], GRID, 100, 750) for _ in range(2)]
    pool = ThreadPoolExecutor(2)
    found["periodic_ferro, two threads"] = Run(
        lambda: [f.result() for f in [pool.submit(run) for run in pair]],
        200 * 750 * SITES,
        "textbook Ising",
        time.perf_counter_ns,
    )
    for config in OUTLOOK_CONFIGS[:3]:
        system, grid = config.system, config.task.grid
        values, t = system.symbols.values, grid.value(POINT)
        spins = rng.choice(np.array(values, np.int64), (SIZE, SIZE))
        loop = (
            partial(textbook_potts, spins, len(values))
            if system.symbols.kind == "names"
            else partial(textbook_blume_capel, spins)
        )
        name = f"textbook {system.name}"
        found[name] = Run(partial(loop, 40, t), 40 * SITES, name)
        found[system.name] = Run(ours(system, grid, 20, 750), 20 * 750 * SITES, name)
    rotors = replace(GRID, step=STEP)
    window = acceptance.window(POINT * STEP, 256) * 2 * np.pi / 256
    loop = partial(textbook_xy, np.zeros((SIZE, SIZE)), window, 10, rotors.value(POINT))
    found["textbook xy"] = Run(loop, 10 * SITES, "textbook xy")
    found["xy"] = Run(ours(XY_MODEL, rotors, 2, 750), 2 * 750 * SITES, "textbook xy")
    return found


def main() -> None:
    timed = runs()
    rates: dict[str, list[float]] = {name: [] for name in timed}
    for one in timed.values():
        one.run()  # compile and warm up
    for _ in range(ROUNDS):
        for name, one in timed.items():
            start = one.clock()
            one.run()
            rates[name].append(one.proposals / (one.clock() - start))
    print(f"{'':36}{'proposals/ns':>13}{'min':>9}{'max':>9}{'x textbook':>12}")
    median = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        print(
            f"{name:36}{median[name]:13.4f}{min(values):9.4f}{max(values):9.4f}"
            f"{median[name] / median[timed[name].beside]:12.1f}"
        )
    two, one_thread = median["periodic_ferro, two threads"], median["periodic_ferro"]
    print(f"two threads over one: {two / one_thread:.2f}")


if __name__ == "__main__":
    main()
