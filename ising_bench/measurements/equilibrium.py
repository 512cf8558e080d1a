"""Protocols against the exact physics: at single temperatures, in each class, and as ladders."""

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ising_bench import exact
from ising_bench.chains import Chain, simulate
from ising_bench.measurements.effort import (
    Effort,
    Walkers,
    estimate,
    ground_states,
    in_threads,
    mean,
    random_lattices,
)
from ising_bench.measurements.records import Agreement, AtTemperature, ClassBias
from ising_bench.order import is_striped, order_parameter
from ising_bench.progress import Advance, bar
from ising_bench.regions import GRID, REGIONS, Region
from ising_bench.release import Config
from ising_bench.systems import System
from ising_bench.v1 import CONFIG_SETS, PAPER_PROTOCOL, V1

Array = NDArray[np.floating]

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
    found, n = [], effort.temperature
    configs = [V1.config(name) for name in CONFIG_SETS["paper"]]
    with bar("temperatures", len(configs) * len(TEMPERATURES) * n) as advance:
        for config in configs:
            for hundredths in TEMPERATURES:
                chains = [V1.chain_at(config, "bias", i, hundredths) for i in range(n)]
                energy, order = _observe(chains, advance)
                squares = (energy - energy.mean()) ** 2 / (hundredths / 100) ** 2
                found.append(
                    AtTemperature(
                        config.name,
                        hundredths / 100,
                        n,
                        mean(energy / _SITES),
                        mean(squares / _SITES),
                        mean(order),
                    )
                )
    return tuple(found)


def classes(effort: Effort) -> tuple[ClassBias, ...]:
    """The paper's protocol, and heating and cooling ladders, in each class of each system."""
    pairs = list(zip(CONFIG_SETS["paper"], CONFIG_SETS["equilibrium"], strict=True))
    found = []
    with bar("classes", 2 * len(pairs) * len(REGIONS) * effort.in_class) as advance:
        references, papers = {}, {}
        for paper, equilibrium in pairs:
            for region in REGIONS:
                n = effort.in_class
                references[paper, region] = _images(V1.config(equilibrium), region, n, 2, advance)
                papers[paper, region] = _images(V1.config(paper), region, n, 1, advance)
    groups = range(-(-effort.ladders // _LADDERS))
    climbs = list(product((name for name, _ in pairs), ("heating", "cooling"), groups))
    with bar("ladders", len(climbs), "groups") as advance:
        ladders = in_threads(
            lambda task: _climb(V1.config(task[0]).system, *task[1:]), climbs, advance
        )
    for paper, _ in pairs:
        system = V1.config(paper).system
        for region in REGIONS:
            reference = references[paper, region]
            found.append(_bias(system, "paper", region, papers[paper, region], reference))
            for direction in ("heating", "cooling"):
                mine = [
                    images
                    for images, task in zip(ladders, climbs, strict=True)
                    if task[:2] == (paper, direction)
                ]
                images = np.concatenate(mine, axis=1)[:, :, region.hundredths]
                found.append(_bias(system, direction, region, images, reference))
    return tuple(found)


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
