"""Time series: autocorrelation times, and the order parameter against sweeps."""

from itertools import product

import numpy as np

from ising_bench.chains import GROUND
from ising_bench.measured import AutocorrelationTime, Estimate, RelaxationCurve
from ising_bench.measurements.effort import (
    Effort,
    Walkers,
    chains_at,
    estimate,
    in_threads,
    mean,
)
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.progress import bar
from ising_bench.releases.release import Config, Release

# Sweeps between samples at each point of the paper's grid (hundredths): a few to each
# autocorrelation time. Class edges and T_c are among them.
STRIDES = {
    40: 2, 50: 2, 60: 2, 105: 2, 106: 2, 160: 2, 200: 2, 209: 4, 211: 4, 212: 4, 220: 8, 225: 20,
    227: 30, 230: 30, 231: 25, 232: 20, 235: 10, 240: 4, 250: 2, 300: 1, 400: 1,
}  # fmt: skip
# The same, of energy and order parameter, where chains start from clusters: there the number of
# sweeps says nothing of the times, and those of the longest waves are far beyond the energy's.
WAVES = {
    **{point: (2, 100) for point in STRIDES if point < 227},
    **{point: (5, 200) for point in STRIDES if 227 <= point <= 235},
    240: (10, 200), 250: (10, 200), 300: (3, 20), 400: (2, 5),
}  # fmt: skip
_LONGEST = 15_000
_APART = 5  # standard deviations within a chain
# steps of a cold interface between fixed rows live far longer than anything else there
COLD_INTERFACE = {50: 20, 60: 4}
UNMEASURABLE = 40  # there they are longer than any series: tens of thousands of sweeps
_SETTLE = 700  # strides before the first sample: 20 times the longest time or more
_SETTLED = 20  # where the start is by clusters
_GROUP = 16  # walkers that a thread takes at a time

CURVE_POINTS = (50, 150, 200, 227, 250, 400)
CURVE_SWEEPS = (
    1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 170, 300, 500, 750, 1300, 2200, 4000, 7500, 15_000,
)  # fmt: skip


def autocorrelation(release: Release, effort: Effort) -> tuple[AutocorrelationTime, ...]:
    """Times of all systems, after a long settling from the equilibrium config's start."""
    configs = release.equilibrium_configs
    cases = [c for c in product(configs, STRIDES) if not (_is_held(c[0]) and c[1] == UNMEASURABLE)]
    groups = range(-(-effort.series // _GROUP))
    tasks = [
        (config, point, stride, group)
        for config, point in cases
        for stride in sorted({order_stride(config, point), energy_stride(config, point)})
        for group in groups
    ]
    with bar("autocorrelation", len(tasks), "series") as advance:
        pairs = in_threads(lambda task: series(release, *task, effort.samples), tasks, advance)
    by_task = dict(zip(tasks, pairs, strict=True))

    def time(config: Config, point: int, stride: int, observable: int) -> Estimate:
        parts = [by_task[config, point, stride, group][observable] for group in groups]
        times = [integrated_time(phase) for phase in phases(np.concatenate(parts))]
        value, error = max(times)
        return estimate(stride * value, stride * error)

    return tuple(
        AutocorrelationTime(
            config.system.name,
            config.task.grid.value(point),
            time(config, point, energy_stride(config, point), 0),
            time(config, point, order_stride(config, point), 1),
        )
        for config, point in cases
    )


def phases(series: np.ndarray) -> list[np.ndarray]:
    """Chains (chains, samples) that are in one phase each: two at a transition of first order,
    where no chain passes from one into the other, and their means lie far apart."""
    order = np.argsort(series.mean(1))
    gaps = np.diff(series.mean(1)[order])
    widest = int(gaps.argmax())
    if gaps[widest] <= _APART * series.std(1).mean():
        return [series]
    return [series[order[: widest + 1]], series[order[widest + 1 :]]]


def _is_held(config: Config) -> bool:
    """Whether an interface is held between fixed rows."""
    return config.system.fixed(config.size) is not None


def _from_clusters(config: Config, point: int) -> bool:
    return config.protocol.start_at(point) == "clusters"


def energy_stride(config: Config, point: int) -> int:
    """Sweeps between samples of the energy."""
    if config.system.hidden:
        return 1  # updates of clusters
    if _from_clusters(config, point):
        return WAVES[point][0]
    slow = COLD_INTERFACE if _is_held(config) else {}
    return slow.get(point, order_stride(config, point))


def order_stride(config: Config, point: int) -> int:
    """Sweeps between samples of the order parameter: more where the protocol has more than any of
    release 1.0.0."""
    if config.system.hidden:
        return 1
    if _from_clusters(config, point):
        return WAVES[point][1]
    sweeps = config.protocol.sweeps_at(point)
    return sweeps // 500 if sweeps > _LONGEST else STRIDES[point]


def series(
    release: Release, config: Config, point: int, stride: int, group: int, samples: int
) -> np.ndarray:
    """Energy and order parameter of one group of walkers: (2, walkers, samples)."""
    system = config.system
    indices = range(group * _GROUP, (group + 1) * _GROUP)
    walkers = Walkers(chains_at(release, config, f"series {stride}", indices, point))
    walkers.sweep((_SETTLED if _from_clusters(config, point) else _SETTLE) * stride)
    observables = np.empty((2, _GROUP, samples))
    for t in range(samples):
        walkers.sweep(stride)
        observables[:, :, t] = walkers.observed, system.order(walkers.spins)
    return observables


def relaxation(release: Release, effort: Effort) -> tuple[RelaxationCurve, ...]:
    """The magnetization per spin against sweeps that the paper speaks of."""
    configs = release.other_configs
    tasks = list(product(configs, CURVE_POINTS, ("ordered", "random")))
    with bar("relaxation", len(tasks), "curves") as advance:
        curves = in_threads(lambda task: curve(release, *task, effort.curve), tasks, advance)
        return tuple(curves)


def curve(release: Release, config: Config, point: int, start: str, chains: int) -> RelaxationCurve:
    """One system at one temperature from `ordered` (ground states) or `random` starts."""
    system, name = config.system, {"ordered": GROUND, "random": "random"}[start]
    walkers = Walkers(chains_at(release, config, f"curve {start}", range(chains), point, name))
    done, order = 0, []
    for sweeps in CURVE_SWEEPS:
        walkers.sweep(sweeps - done)
        done = sweeps
        order.append(mean(system.order(walkers.spins)))
    temperature = config.task.grid.value(point)
    return RelaxationCurve(system.name, temperature, start, chains, CURVE_SWEEPS, tuple(order))
