"""What sweeps do not bring about: that fixed rows repel the interface between them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ising_bench.measured import Estimate, NearFixedRows
from ising_bench.measurements.effort import Effort, chains_at, estimate, mean
from ising_bench.progress import bar
from ising_bench.releases.release import Release
from ising_bench.simulation.simulate import simulate
from ising_bench.systems.ising.order import interface_heights

POINTS = (50, 100, 150, 180, 199, 200, 209, 210, 220)
NEAR = 5  # rows
_LONGER = 20
_CONFIG = "skewed_ferro_equilibrium"


def interface(release: Release, effort: Effort) -> tuple[NearFixedRows, ...]:
    """How often the interface is near a fixed row, against the solid-on-solid model."""
    config, chains, comparisons = release.config(_CONFIG), effort.temperature // 4, []
    with bar("interface", len(POINTS) * 2 * chains) as advance:
        for point in POINTS:
            shares: list[Estimate] = []
            for factor in (1, _LONGER):
                ensemble = chains_at(release, config, f"interface {factor}", range(chains), point)
                ensemble = [replace(chain, sweeps=factor * chain.sweeps) for chain in ensemble]
                heights = interface_heights(simulate(ensemble, progress=advance))
                near = (heights <= NEAR) | (heights >= config.size - NEAR)
                shares.append(mean(near.mean(1)))
            temperature = config.task.grid.value(point)
            exact = solid_on_solid_heights(config.size, temperature)
            comparisons.append(
                NearFixedRows(
                    temperature,
                    chains,
                    shares[0],
                    shares[1],
                    estimate(float(exact[:NEAR].sum() + exact[-NEAR:].sum()), 0).value,
                    estimate(2 * NEAR / (config.size - 1), 0).value,
                )
            )
    return tuple(comparisons)


def solid_on_solid_heights(size: int, temperature: float) -> NDArray[np.floating]:
    """Equilibrium distribution of the height, 1 to L - 1, in one column of the solid-on-solid
    model: a closed line of L columns between hard walls, steps n with weight exp(-2 |n| / T),
    solved by its transfer matrix. (L - 1,)"""
    heights = np.arange(1, size)
    transfer = np.exp(-2 * np.abs(heights[:, None] - heights) / temperature)
    weights = np.diag(np.linalg.matrix_power(transfer / np.linalg.norm(transfer, 2), size))
    return weights / weights.sum()
