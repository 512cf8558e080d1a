"""Means and variances of other observables than the energy, measured away from the transition: what
tells that rows have the right energies in a wrong way."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.certified import ENTROPY
from ising_bench.physics.significance import normal_p
from ising_bench.rows import Rows
from ising_bench.simulation.simulate import default_threads
from ising_bench.system import CPU, Finding, System
from ising_bench.tasks import Grid

POINTS = 401
COLD, HOT = range(20, 200), range(260, POINTS)  # where chains forget within the stride
SAMPLES, STRIDE, BURN = 1000, 50, 2000
_GROUP = 8  # chains handed to a thread at a time

Observe = Callable[[Spins], Array]  # images (n, L, L) to observables (observables, n)


def measured(system: System, size: int, step: Fraction, hot: str, observe: Observe) -> Array:
    """Mean and variance of each observable at each point of the grid with this step, (observables,
    2, POINTS), nan where there is none. hot: the start of the chains above the transition."""
    grid = Grid("temperature", "J/k_B", step, POINTS - 1, "of long chains")
    points = [*COLD, *HOT]
    kernel = system.kernels()[CPU]

    def run(first: int) -> Array:
        chains = [
            Chain(
                ENTROPY, f"moments {system.name}", "", point, system, size, grid, point, 0, BURN,
                GROUND if point in COLD else hot,
            )
            for point in points[first : first + _GROUP]
        ]  # fmt: skip
        state = kernel.begin(chains)
        kernel.advance(state, np.full(len(chains), BURN))
        found = []
        for _ in range(SAMPLES):
            kernel.advance(state, np.full(len(chains), STRIDE))
            found.append(observe(kernel.images(state)))
        series = np.stack(found)  # samples, observables, chains
        return np.stack([series.mean(0), series.var(0)], axis=1)

    with ThreadPoolExecutor(default_threads()) as pool:
        parts = list(pool.map(run, range(0, len(points), _GROUP)))
    both = np.concatenate(parts, axis=-1)
    table = np.full((*both.shape[:2], POINTS), np.nan)
    table[:, :, points] = both
    return np.asarray(np.round(table, 12))


def findings(rows: Rows, observe: Observe, names: Sequence[str], table: Array) -> list[Finding]:
    """In each class, the mean of each observable against the table: sums over rows are near normal,
    and what was measured has its own error."""
    tests = []
    values = observe(rows.spins)
    for name, value, (mean, variance) in zip(names, values, table, strict=True):
        for label, region in enumerate(rows.task.regions):
            counted = (rows.labels == label) & np.isfinite(mean[rows.points])
            points, repeats = np.unique(rows.points[counted], return_counts=True)
            spread = (variance[points] * (repeats + repeats**2 / SAMPLES)).sum()
            if spread == 0:
                continue
            excess = (value[counted] - mean[rows.points[counted]]).sum()
            seen = f"{excess / counted.sum():+.6f} from equilibrium"
            p = normal_p(float(excess / np.sqrt(spread)))
            tests.append(Finding(rows.config, region.name, name, p, seen))
    return tests
