"""What was measured of the protocols, against the exact physics where it is known."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ising_bench.figures.style import (
    CARD_WIDTH,
    COLOURS,
    DPI,
    GREY,
    MARKERS,
    save,
)
from ising_bench.measured import Estimate, shipped
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.release import Config, Release

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def magnetization(release: Release, path: Path) -> Path:
    """Order parameter against sweeps from ordered and from random starts, each system."""
    curves = shipped().relaxation
    temperatures = sorted({curve.temperature for curve in curves})
    figure = figure_of(6.2)
    axes = figure.subplots(2, 2, sharex=True, sharey=True).flat
    for axis, config in zip(axes, _configs(release), strict=True):
        for curve in curves:
            if curve.system != config.system.name:
                continue
            k = temperatures.index(curve.temperature)
            ordered = curve.start == "ordered"
            errors(
                axis,
                curve.sweeps,
                curve.order_parameter,
                color=COLOURS[k],
                marker=MARKERS[k],
                linestyle="-" if ordered else ":",
                label=f"T = {curve.temperature:g}" if ordered else None,
            )
        axis.axvline(config.protocol.sweeps, color=GREY, linewidth=1)
        axis.set_xscale("log")
        axis.set_title(config.system.name, fontsize=11)
    figure.supxlabel(
        "sweeps; vertical line: the paper's 750; solid: ordered start, dotted: random start",
        fontsize=11,
    )
    figure.supylabel("order parameter", fontsize=11)
    _legend(figure, figure.axes[0], columns=6)
    return save(figure, path)


def energy(release: Release, path: Path) -> Path:
    """Energy and heat capacity of the paper configs against the exact finite lattice."""
    rows = shipped().temperatures
    figure = figure_of(7.6)
    axes = figure.subplots(3, 1, sharex=True, height_ratios=(1, 1, 0.8))
    grid = np.linspace(0.2, 4, 191)
    for k, config in enumerate(_configs(release)):
        thermal, sites, name = thermal_of(config.system, config.size), config.size**2, config.name
        config_rows = [row for row in rows if row.config == name]
        at = np.array([row.temperature for row in config_rows])
        style = {"color": COLOURS[k], "marker": MARKERS[k], "linestyle": "", "label": name}
        for axis, curve in ((axes[0], thermal.energy), (axes[1], thermal.heat_capacity)):
            axis.plot(grid, curve(grid) / sites, color=COLOURS[k], linewidth=1)
        errors(axes[0], at, [row.energy for row in config_rows], **style)
        errors(axes[1], at, [row.heat_capacity for row in config_rows], **style)
        exact = thermal.energy(at) / sites
        off = [
            Estimate(1e3 * (row.energy.value - u), 1e3 * row.energy.error)
            for row, u in zip(config_rows, exact, strict=True)
        ]
        errors(axes[2], at, off, **(style | {"linestyle": "-"}))
    axes[0].set_ylabel("energy per site", fontsize=11)
    axes[1].set_ylabel("heat capacity per site", fontsize=11)
    axes[2].set_ylabel("energy minus\nexact, 10$^{-3}$", fontsize=11)
    axes[2].axhline(0, color="black", linewidth=0.8)
    axes[2].set_xlabel(
        "T; curves: exact; markers: the paper configs, 4096 chains each; dashed: class edges",
        fontsize=11,
    )
    _classes(release, axes)
    _legend(figure, axes[0], columns=4)
    return save(figure, path)


def autocorrelation(release: Release, path: Path) -> Path:
    """Integrated autocorrelation times of energy and order parameter."""
    rows = shipped().autocorrelation
    figure = figure_of(4.2)
    axes = figure.subplots(1, 2, sharey=True)
    for axis, field, title in (
        (axes[0], "energy", "of the energy"),
        (axes[1], "order_parameter", "of the order parameter"),
    ):
        for k, config in enumerate(_configs(release)):
            name = config.system.name
            system_rows = [row for row in rows if row.system == name]
            style = {"color": COLOURS[k], "marker": MARKERS[k], "label": name, "linewidth": 1}
            times = [getattr(row, field) for row in system_rows]
            errors(axis, [row.temperature for row in system_rows], times, **style)
        axis.set_yscale("log")
        axis.set_title(title, fontsize=11)
        axis.set_xlabel("T", fontsize=11)
    axes[0].set_ylabel("autocorrelation time, sweeps", fontsize=11)
    _classes(release, axes)
    _legend(figure, axes[0], columns=4)
    return save(figure, path)


def figure_of(height: float) -> "Figure":
    """As wide as a card, so many inches high."""
    from matplotlib.figure import Figure

    return Figure(figsize=(CARD_WIDTH, height), dpi=DPI, layout="constrained")


def errors(axis: "Axes", x: Iterable[float], estimates: Iterable[Estimate], **style: Any) -> None:
    """Points with error bars."""
    pairs = [(estimate.value, estimate.error) for estimate in estimates]
    values, errors = zip(*pairs, strict=True)
    axis.errorbar(
        list(x), values, errors, **({"markersize": 4, "linewidth": 1, "capsize": 2} | style)
    )


def _configs(release: Release) -> list[Config]:
    """Those of the paper's protocol."""
    return [release.config(name) for name in release.sets["paper"]]


def _classes(release: Release, axes: "Iterable[Axes]") -> None:
    """The class edges, as lines."""
    edges = [region.low for region in release.configs[0].task.regions[1:]]
    for axis in axes:
        for edge in edges:
            axis.axvline(edge, color=GREY, linewidth=0.8, linestyle="--", zorder=0)


def _legend(figure: "Figure", axis: "Axes", columns: int) -> None:
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=columns, frameon=False, fontsize=10,
        columnspacing=1.2, handletextpad=0.3,
    )  # fmt: skip
