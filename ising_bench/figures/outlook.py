"""Potts and Blume-Capel: energy and order of the paper's protocol against equilibrium."""

from pathlib import Path

import numpy as np

from ising_bench.figures.curves import errors, figure_of
from ising_bench.figures.style import COLOURS, GREY, save
from ising_bench.measured import shipped
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.release import Release
from ising_bench.releases.v1_1 import OUTLOOK_CONFIGS, V1_1


def outlook(_: Release, path: Path) -> Path:
    """A column for each system: energy per site with the certified curve, and order parameter."""
    rows = shipped(V1_1.version).temperatures
    configs = [config for config in OUTLOOK_CONFIGS if not config.protocol.in_equilibrium]
    figure = figure_of(5.4)
    axes = figure.subplots(2, len(configs), sharex="col")
    for k, config in enumerate(configs):
        thermal, sites, grid = (
            thermal_of(config.system, config.size),
            config.size**2,
            config.task.grid,
        )
        own = [row for row in rows if row.config == config.name]
        at = [row.temperature for row in own]
        curve = np.linspace(grid.value(20), grid.value(grid.last), 160)
        style = {"color": COLOURS[k], "marker": "o", "linestyle": ""}
        upper, lower = axes[0, k], axes[1, k]
        upper.plot(curve, thermal.energy(curve) / sites, color="black", linewidth=0.8)
        errors(upper, at, [row.energy for row in own], **style)
        errors(lower, at, [row.order_parameter for row in own], **style)
        upper.set_title(config.name, fontsize=11)
        lower.set_xlabel("T", fontsize=11)
        for axis in (upper, lower):
            for region in config.task.regions[1:]:
                axis.axvline(region.low, color=GREY, linewidth=0.8, linestyle="--", zorder=0)
    axes[0, 0].set_ylabel("energy per site", fontsize=11)
    axes[1, 0].set_ylabel("order parameter", fontsize=11)
    figure.supxlabel(
        "markers: 750 sweeps from a ground state; line: equilibrium; dashed: class edges",
        fontsize=10,
    )
    return save(figure, path)
