"""Protocols against the exact physics: at single temperatures, in each class, and as ladders."""

from dataclasses import replace
from itertools import product

import numpy as np

from ising_bench.arrays import Array
from ising_bench.measured import Agreement, AtTemperature, ClassBias
from ising_bench.measurements.effort import (
    Effort,
    Walkers,
    estimate,
    ground_states,
    in_threads,
    mean,
    random_lattices,
)
from ising_bench.physics import exact
from ising_bench.physics.order import is_striped, order_parameter
from ising_bench.progress import Advance, bar
from ising_bench.regions import GRID, REGIONS, Region
from ising_bench.releases.release import Config
from ising_bench.releases.v1 import CONFIG_SETS, PAPER_PROTOCOL, V1
from ising_bench.simulation.chains import Chain, simulate
from ising_bench.systems import System

# hundredths: every class edge, T_c, the ends of longer sweeping, and where a flat interface would
# be furthest from equilibrium
AGREEMENT = (
    30, 40, 50, 60, 80, 100, 105, 106, 120, 150, 180, 199, 200, 209, 211, 212, 227, 231, 232, 250,
    260, 400,
)  # fmt: skip
TEMPERATURES = (
    20, 30, 40, 50, 55, 60, 70, 80, 100, 120, 150, 180, 200, 210, 215, 220, 225, 227, 230, 235, 240,
    250, 270, 300, 350, 400,
)  # fmt: skip
_SITES = V1.size**2
_ORDERED_BELOW = 212
_PORTION = 2048  # chains simulated at a time
_LADDERS = 16  # ladders that a thread climbs at a time


def agreement(effort: Effort) -> tuple[Agreement, ...]:
    """Chains of n and of 2 n sweeps of every equilibrium config against the exact energy."""
    found, n = [], effort.temperature
    configs = [V1.config(name) for name in CONFIG_SETS["equilibrium"]]
    with bar("agreement", len(configs) * len(AGREEMENT) * 2 * n) as advance:
        for config in configs:
            for hundredths in AGREEMENT:
                t = hundredths / 100
                spread = np.sqrt(exact.energy_variance(config.system, t))
                both = []
                for factor in (1, 2):
                    chains = [
                        V1.chain_at(config, "n and 2 n", i, hundredths)
                        for i in range((factor - 1) * n, factor * n)
                    ]
                    sweeps = chains[0].sweeps
                    energy, _ = _observe(
                        [replace(c, sweeps=factor * sweeps) for c in chains], advance
                    )
                    bias = energy.mean() - exact.energy(config.system, t)
                    # the exact spread, since in rare excitations the sample's may be zero
                    both.append(estimate(bias / spread, n**-0.5))
                found.append(Agreement(config.name, t, n, sweeps, *both))
    return tuple(found)


def temperatures(effort: Effort) -> tuple[AtTemperature, ...]:
    """The paper's protocol at single temperatures."""
    tasks = list(product(CONFIG_SETS["paper"], TEMPERATURES))
    with bar("temperatures", len(tasks) * effort.temperature) as advance:
        return tuple(at_temperature(*task, effort.temperature, advance) for task in tasks)


def at_temperature(name: str, hundredths: int, number: int, advance: Advance) -> AtTemperature:
    """A config at one temperature, from so many chains."""
    config, t = V1.config(name), hundredths / 100
    chains = [V1.chain_at(config, "bias", i, hundredths) for i in range(number)]
    energy, order = _observe(chains, advance)
    squares = (energy - energy.mean()) ** 2 / t**2
    return AtTemperature(
        name, t, number, mean(energy / _SITES), mean(squares / _SITES), mean(order)
    )


def classes(effort: Effort) -> tuple[ClassBias, ...]:
    """The paper's protocol, and heating and cooling ladders, in each class of each system."""
    pairs = zip(CONFIG_SETS["paper"], CONFIG_SETS["equilibrium"], strict=True)
    return tuple(row for pair in pairs for row in classes_of(*pair, effort))


def classes_of(paper: str, equilibrium: str, effort: Effort) -> list[ClassBias]:
    """The same for one system, given the names of its two configs."""
    system, images = V1.config(paper).system, {}
    with bar(f"classes {paper}", 2 * len(REGIONS) * effort.in_class) as advance:
        for name, longer in ((equilibrium, 2), (paper, 1)):
            for region in REGIONS:
                images[name, region] = _images(
                    V1.config(name), region, effort.in_class, longer, advance
                )
    groups = range(-(-effort.ladders // _LADDERS))
    climbs = list(product(("heating", "cooling"), groups))
    with bar(f"ladders {paper}", len(climbs), "groups") as advance:
        climbed = in_threads(lambda task: _climb(system, *task), climbs, advance)
    ladders = {
        "heating": np.concatenate(climbed[: len(groups)], axis=1),
        "cooling": np.concatenate(climbed[len(groups) :], axis=1),
    }
    found = []
    for region in REGIONS:
        reference = images[equilibrium, region]
        found.append(_bias(system, "paper", region, images[paper, region], reference))
        for direction, all_images in ladders.items():
            mine = all_images[:, :, region.hundredths]
            found.append(_bias(system, direction, region, mine, reference))
    return found


def _images(config: Config, region: Region, chains: int, longer: int, advance: Advance) -> Array:
    """Energy and order parameter of independent chains, as often at each temperature of the class:
    (2, repeats, temperatures)."""
    grid = region.hundredths
    repeats = max(2, chains // len(grid))
    made = []
    for i in range(repeats * len(grid)):
        chain = V1.chain_at(config, f"class {region.name} {longer}", i, grid[i % len(grid)])
        made.append(replace(chain, sweeps=longer * chain.sweeps))
    return np.stack(_observe(made, advance)).reshape(2, repeats, len(grid))


def _climb(system: System, direction: str, group: int) -> Array:
    """Ladders through all temperatures, 750 sweeps at each: (2, ladders, 401), by temperature."""
    name = f"{direction} {group}"
    start = ground_states if direction == "heating" else random_lattices
    walkers = Walkers(system, start(system, _LADDERS, name), name)
    found = np.empty((2, _LADDERS, len(GRID)))
    for hundredths in GRID if direction == "heating" else reversed(GRID):
        walkers.sweep(hundredths, PAPER_PROTOCOL.sweeps)
        spins = walkers.spins
        found[:, :, hundredths] = system.energy(spins), order_parameter(system, spins)
    return found


def _bias(
    system: System, protocol: str, region: Region, images: Array, reference: Array
) -> ClassBias:
    """images, reference: (2, n, temperatures), rows independent of each other."""
    t = np.array(region.hundredths) / 100
    energy, order = images
    its_order, other = mean(order.mean(1)), mean(reference[1].mean(1))
    cold = order[:, np.array(region.hundredths) < _ORDERED_BELOW]
    return ClassBias(
        system.name,
        protocol,
        region.name,
        energy.size,
        mean((energy - exact.energy(system, t)).mean(1) / _SITES),
        float(f"{np.sqrt(exact.energy_variance(system, t).mean()) / _SITES:.6g}"),
        estimate(its_order.value - other.value, float(np.hypot(its_order.error, other.error))),
        float(is_striped(cold).mean()) if cold.size else 0.0,
    )


def _observe(chains: list[Chain], advance: Advance) -> tuple[Array, Array]:
    """Energy and order parameter of each chain's image."""
    energy, order = [], []
    for first in range(0, len(chains), _PORTION):
        portion = chains[first : first + _PORTION]
        spins = simulate(portion, progress=advance)
        system = portion[0].system
        energy.append(system.energy(spins).astype(float))
        order.append(order_parameter(system, spins))
    return np.concatenate(energy), np.concatenate(order)
