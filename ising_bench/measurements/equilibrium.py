"""Protocols against the exact physics: at single temperatures, in each class, and as ladders."""

from dataclasses import replace
from itertools import product

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.measured import Agreement, AtTemperature, ClassBias
from ising_bench.measurements.effort import (
    Effort,
    Walkers,
    chains_at,
    estimate,
    in_threads,
    mean,
)
from ising_bench.ndarrays import Array
from ising_bench.physics.stripes import is_striped
from ising_bench.physics.thermal import Thermal, thermal_of
from ising_bench.progress import Advance, bar
from ising_bench.releases.release import Config, Release
from ising_bench.simulation.simulate import simulate_all
from ising_bench.tasks import Region

# points of the paper's grid, hundredths: every class edge, T_c, the ends of longer sweeping, and
# where a flat interface would be furthest from equilibrium
AGREEMENT = (
    30, 40, 50, 60, 80, 100, 105, 106, 120, 150, 180, 199, 200, 209, 211, 212, 227, 231, 232, 250,
    260, 400,
)  # fmt: skip
POINTS = (
    20, 30, 40, 50, 55, 60, 70, 80, 100, 120, 150, 180, 200, 210, 215, 220, 225, 227, 230, 235, 240,
    250, 270, 300, 350, 400,
)  # fmt: skip
_PORTION = 2048  # chains simulated at a time
_LADDERS = 16  # ladders that a thread climbs at a time


def agreement(release: Release, effort: Effort) -> tuple[Agreement, ...]:
    """Chains of n and of 2 n sweeps of every equilibrium config against the exact energy, or
    number of kinks."""
    agreements, n = [], effort.temperature
    configs = release.equilibrium_configs
    with bar("agreement", len(configs) * len(AGREEMENT) * 2 * n) as advance:
        for config in configs:
            for point in AGREEMENT:
                t = config.task.grid.value(point)
                exact, spread = _exactly(config, t)
                both = []
                for factor in (1, 2):
                    indices = range((factor - 1) * n, factor * n)
                    chains = chains_at(release, config, "n and 2 n", indices, point)
                    sweeps = chains[0].sweeps
                    energy, _ = _observe(
                        [replace(c, sweeps=factor * sweeps) for c in chains], advance
                    )
                    bias = energy.mean() - exact
                    # the exact spread, since in rare excitations the sample's may be zero
                    both.append(estimate(bias / spread, n**-0.5))
                agreements.append(Agreement(config.name, t, n, sweeps, *both))
    return tuple(agreements)


def _exactly(config: Config, value: float) -> tuple[float, float]:
    """Mean and standard deviation of what `_observe` sees first."""
    statistic = config.statistic
    if isinstance(statistic, Thermal):
        return float(statistic.energy(value)), float(np.sqrt(statistic.energy_variance(value)))
    p = np.exp(statistic.log_probability(value))
    mean = float((p * statistic.levels).sum())
    return mean, float(np.sqrt((p * (statistic.levels - mean) ** 2).sum()))


def temperatures(release: Release, effort: Effort) -> tuple[AtTemperature, ...]:
    """The paper's protocol at single temperatures."""
    configs = release.other_configs
    tasks, n = list(product(configs, POINTS)), effort.temperature
    with bar("temperatures", len(tasks) * n) as advance:
        return tuple(at_point(release, *task, n, advance) for task in tasks)


def at_point(
    release: Release, config: Config, point: int, number: int, advance: Advance
) -> AtTemperature:
    """A config at one temperature, from so many chains."""
    t, sites = config.task.grid.value(point), config.size**2
    energy, order = _observe(chains_at(release, config, "bias", range(number), point), advance)
    squares = (energy - energy.mean()) ** 2 / t**2
    return AtTemperature(
        config.name, t, number, mean(energy / sites), mean(squares / sites), mean(order)
    )


def classes(release: Release, effort: Effort) -> tuple[ClassBias, ...]:
    """The paper's protocol, and heating and cooling ladders, in each class of each system."""
    biases: list[ClassBias] = []
    in_equilibrium = {config.system: config for config in release.equilibrium_configs}
    for paper in release.other_configs:
        biases += classes_of(release, paper, in_equilibrium[paper.system], effort)
    return tuple(biases)


def classes_of(
    release: Release, paper: Config, equilibrium: Config, effort: Effort
) -> list[ClassBias]:
    """The same for one system, given its two configs."""
    regions, images = paper.task.regions, {}
    with bar(f"classes {paper.name}", 2 * len(regions) * effort.in_class) as advance:
        for config, longer in ((equilibrium, 2), (paper, 1)):
            for region in regions:
                images[config, region] = _images(
                    release, config, region, effort.in_class, longer, advance
                )
    groups = range(-(-effort.ladders // _LADDERS))
    climbs = list(product(("heating", "cooling"), groups))
    with bar(f"ladders {paper.name}", len(climbs), "groups") as advance:
        climbed = in_threads(lambda task: _climb(release, paper, *task), climbs, advance)
    ladders = {
        "heating": np.concatenate(climbed[: len(groups)], axis=1),
        "cooling": np.concatenate(climbed[len(groups) :], axis=1),
    }
    biases = []
    for region in regions:
        reference = images[equilibrium, region]
        biases.append(_bias(paper, "paper", region, images[paper, region], reference))
        for direction, all_images in ladders.items():
            in_class = all_images[:, :, region.points]
            biases.append(_bias(paper, direction, region, in_class, reference))
    return biases


def _images(
    release: Release, config: Config, region: Region, chains: int, longer: int, advance: Advance
) -> Array:
    """Energy and order parameter of independent chains, as often at each temperature of the class:
    (2, repeats, temperatures)."""
    points = region.points
    repeats = max(2, chains // len(points))
    ensemble = []
    for i in range(repeats * len(points)):
        name = f"class {region.name} {longer}"
        chain = release.chain_at(config, name, i, points[i % len(points)])
        ensemble.append(replace(chain, sweeps=longer * chain.sweeps))
    return np.stack(_observe(ensemble, advance)).reshape(2, repeats, len(points))


def _climb(release: Release, config: Config, direction: str, group: int) -> Array:
    """Ladders through all temperatures, the protocol's sweeps at each: (2, ladders, points), by
    temperature."""
    points, system = config.task.grid.points, config.system
    indices = range(group * _LADDERS, (group + 1) * _LADDERS)
    start = GROUND if direction == "heating" else "random"
    observables = np.empty((2, _LADDERS, len(points)))
    spins = None
    for point in points if direction == "heating" else reversed(points):
        chains = chains_at(release, config, f"{direction} {point}", indices, point, start)
        walkers = Walkers(chains, spins)
        walkers.sweep(config.protocol.sweeps)
        spins = walkers.spins
        energy = system.energy_unit * system.energy(spins)
        observables[:, :, point] = energy, system.order(spins)
    return observables


def _bias(
    config: Config, protocol: str, region: Region, images: Array, reference: Array
) -> ClassBias:
    """images, reference: (2, n, temperatures), rows independent of each other."""
    t, sites = config.task.grid.at(region.points), config.size**2
    thermal = thermal_of(config.system, config.size)
    energy, order = images
    its_order, other = mean(order.mean(1)), mean(reference[1].mean(1))
    cold = order[:, t < config.system.ordered_below(config.size)]
    return ClassBias(
        config.system.name,
        protocol,
        region.name,
        energy.size,
        mean((energy - thermal.energy(t)).mean(1) / sites),
        float(f"{np.sqrt(thermal.energy_variance(t).mean()) / sites:.6g}"),
        estimate(its_order.value - other.value, float(np.hypot(its_order.error, other.error))),
        float(is_striped(config.system, cold).mean()) if cold.size else 0.0,
    )


def _observe(chains: list[Chain], advance: Advance) -> tuple[Array, Array]:
    """Energy in |J| and order parameter of each chain's image; for the energy what its system
    hides, where that is what tells of the parameter."""
    system, energy, order = chains[0].system, [], []
    quantity = system.statistic(chains[0].size).quantity
    for first in range(0, len(chains), _PORTION):
        portion = chains[first : first + _PORTION]
        spins, hidden = simulate_all(portion, progress=advance)
        energies = system.energy_unit * system.energy(spins)
        energy.append(hidden.get(quantity, energies).astype(float))
        order.append(system.order(spins))
    return np.concatenate(energy), np.concatenate(order)
