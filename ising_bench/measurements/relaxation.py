"""Time series: autocorrelation times, and the order parameter against sweeps."""

from itertools import product

import numpy as np

from ising_bench.measured import AutocorrelationTime, Estimate, RelaxationCurve
from ising_bench.measurements.effort import (
    Effort,
    Walkers,
    estimate,
    ground_states,
    in_threads,
    mean,
    random_lattices,
)
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.physics.order import order_parameter
from ising_bench.progress import bar
from ising_bench.releases.release import Config
from ising_bench.releases.v1 import CONFIG_SETS, V1
from ising_bench.systems import System

# Sweeps between samples at each temperature (hundredths): a few to each autocorrelation time.
# Class edges and T_c are among them.
STRIDES = {
    40: 2, 50: 2, 60: 2, 105: 2, 106: 2, 160: 2, 200: 2, 209: 4, 211: 4, 212: 4, 220: 8, 225: 20,
    227: 30, 230: 30, 231: 25, 232: 20, 235: 10, 240: 4, 250: 2, 300: 1, 400: 1,
}  # fmt: skip
# steps of a cold interface between fixed rows live far longer than anything else there
COLD_INTERFACE = {50: 20, 60: 4}
UNMEASURABLE = {("skewed_ferro", 40)}  # longer than any series: tens of thousands of sweeps
_SETTLE = 700  # strides before the first sample: 20 times the longest time or more
_GROUP = 16  # walkers that a thread takes at a time

CURVE_TEMPERATURES = (50, 150, 200, 227, 250, 400)
CURVE_SWEEPS = (
    1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 170, 300, 500, 750, 1300, 2200, 4000, 7500, 15_000,
)  # fmt: skip


def autocorrelation(effort: Effort) -> tuple[AutocorrelationTime, ...]:
    """Times of all four systems, after a long settling from the equilibrium config's start."""
    configs = [V1.config(name) for name in CONFIG_SETS["equilibrium"]]
    cases = [c for c in product(configs, STRIDES) if (c[0].system.name, c[1]) not in UNMEASURABLE]
    groups = range(-(-effort.series // _GROUP))
    tasks = [
        (config, hundredths, stride, group)
        for config, hundredths in cases
        for stride in sorted({STRIDES[hundredths], energy_stride(config.system, hundredths)})
        for group in groups
    ]
    with bar("autocorrelation", len(tasks), "series") as advance:
        made = in_threads(lambda task: series(*task, effort.samples), tasks, advance)
    by_task = dict(zip(tasks, made, strict=True))

    def time(config: Config, hundredths: int, stride: int, observable: int) -> Estimate:
        parts = [by_task[config, hundredths, stride, group][observable] for group in groups]
        value, error = integrated_time(np.concatenate(parts))
        return estimate(stride * value, stride * error)

    return tuple(
        AutocorrelationTime(
            config.system.name,
            hundredths / 100,
            time(config, hundredths, energy_stride(config.system, hundredths), 0),
            time(config, hundredths, STRIDES[hundredths], 1),
        )
        for config, hundredths in cases
    )


def energy_stride(system: System, hundredths: int) -> int:
    """Sweeps between samples of the energy."""
    slow = COLD_INTERFACE if system.has_fixed_rows else {}
    return slow.get(hundredths, STRIDES[hundredths])


def series(config: Config, hundredths: int, stride: int, group: int, samples: int) -> np.ndarray:
    """Energy and order parameter of one group of walkers: (2, walkers, samples)."""
    system = config.system
    indices = range(group * _GROUP, (group + 1) * _GROUP)
    starts = [V1.chain_at(config, "series", i, hundredths).start() for i in indices]
    walkers = Walkers(system, np.stack(starts), f"series {hundredths} {group}")
    walkers.sweep(hundredths, _SETTLE * stride)
    found = np.empty((2, _GROUP, samples))
    for t in range(samples):
        walkers.sweep(hundredths, stride)
        spins = walkers.spins
        found[:, :, t] = system.energy(spins), order_parameter(system, spins)
    return found


def relaxation(effort: Effort) -> tuple[RelaxationCurve, ...]:
    """The magnetization per spin against sweeps that the paper speaks of."""
    systems = [V1.config(name).system for name in CONFIG_SETS["paper"]]
    tasks = list(product(systems, CURVE_TEMPERATURES, ("ordered", "random")))
    with bar("relaxation", len(tasks), "curves") as advance:
        return tuple(in_threads(lambda task: curve(*task, effort.curve), tasks, advance))


def curve(system: System, hundredths: int, start: str, chains: int) -> RelaxationCurve:
    """One system at one temperature from `ordered` (ground states) or `random` starts."""
    name = f"curve {start} {hundredths}"
    begin = ground_states if start == "ordered" else random_lattices
    walkers, done, order = Walkers(system, begin(system, chains, name), name), 0, []
    for sweeps in CURVE_SWEEPS:
        walkers.sweep(hundredths, sweeps - done)
        done = sweeps
        order.append(mean(order_parameter(system, walkers.spins)))
    return RelaxationCurve(system.name, hundredths / 100, start, chains, CURVE_SWEEPS, tuple(order))
