"""What was measured of the configs that release 1.1.0 added, as the Markdown of its card."""

import numpy as np

from ising_bench.card import tables
from ising_bench.measured import Measured, shipped
from ising_bench.releases.release import Config
from ising_bench.releases.v1_1 import OUTLOOK, OUTLOOK_CONFIGS, V1_1
from ising_bench.systems.xy import certified as xy
from ising_bench.tasks import Grid

_CRITICAL = 226.92  # where every grid has T_c, in steps


def all_tables() -> dict[str, str]:
    """Every table and number by the name that the card's template gives it."""
    measured = shipped(V1_1.version)
    return {
        "outlook_ceilings_table": tables.ceilings(measured),
        "outlook_classes_table": tables.classes(measured),
        "outlook_autocorrelation_table": autocorrelation(measured),
        "outlook_distinct_table": tables.distinct(measured),
        "outlook_baselines_table": tables.baselines(measured),
        **numbers(measured),
    }


def numbers(measured: Measured) -> dict[str, str]:
    """Single numbers that a sentence needs."""
    configs = {config.name: config for config in OUTLOOK_CONFIGS}
    likely = [
        row
        for row in measured.agreement
        if row.chains * (1 - ground_share(configs[row.config], [row.temperature])) >= 1
    ]
    biases = [e for row in likely for e in (row.once, row.twice)]
    rows = [row for row in measured.classes if row.protocol == "paper"]
    said = {
        "outlook_class_images": f"{min(row.images for row in rows):,}".replace(",", " "),
        "outlook_agreement_count": str(len(biases)),
        "outlook_agreement_largest": tables.at_most(max(abs(bias.value) for bias in biases)),
        "outlook_agreement_error": tables.at_most(max(bias.error for bias in biases)),
        "outlook_agreement_chains": str(min(row.chains for row in measured.agreement)),
        "outlook_image_ceiling_images": f"{measured.image_ceilings[0].images:,}".replace(",", " "),
        "outlook_ground_share": f"{100 * ground_share(configs['potts_q10']):.0f} %",
    }
    said["outlook_xy_order"] = f"{_excess_order(measured, configs['xy']):.1f}"
    shown = [c for c in OUTLOOK_CONFIGS if c.protocol == OUTLOOK or c.system.hidden]
    for config in shown:
        times = [
            time
            for row in measured.autocorrelation
            if row.system == config.system.name
            for time in (row.energy, row.order_parameter)
        ]
        longest = max(times, key=lambda time: time.value)
        name = config.name.removeprefix("potts_")
        said[f"outlook_{name}_time"] = f"{longest.value:.0f} ± {longest.error:.0f}"
    return said


def _excess_order(measured: Measured, config: Config) -> float:
    """The largest excess of the order parameter after 750 sweeps, in its standard deviations."""
    mean, variance = np.load(xy.MOMENTS_FILE)[xy.OBSERVABLES.index("order")]
    points = config.task.grid.points_of
    return max(
        (row.order_parameter.value - mean[k]) / variance[k] ** 0.5
        for row in measured.temperatures
        if row.config == config.name
        for k in points(np.array([row.temperature]))
    )


def ground_share(config: Config, temperatures: list[float] | None = None) -> float:
    """How many lattices in equilibrium are ground states: at these temperatures, by default those
    of the coldest class."""
    grid, coldest = config.task.grid, config.task.regions[0]
    at = grid.at(coldest.points) if temperatures is None else temperatures
    return float(np.exp(config.statistic.log_probability(at))[:, 0].mean())


def autocorrelation(measured: Measured) -> str:
    """Times in sweeps, of the chain in updates: energy (kinks) and order parameter of each system,
    by the parameter in units of the critical one."""
    grids: dict[str, Grid] = {c.system.name: c.task.grid for c in OUTLOOK_CONFIGS}
    by_point = {
        (row.system, round(row.temperature / float(grids[row.system].step))): row
        for row in measured.autocorrelation
    }
    lines = []
    for point in sorted({point for _, point in by_point}):
        cells = [f"{point / _CRITICAL:.3f}"]
        for system, grid in grids.items():
            row = by_point[system, point]
            both = f"{tables.time(row.energy)}; {tables.time(row.order_parameter)}"
            cells.append(f"{grid.text(grid.value(point))}: {both}")
        lines.append(cells)
    told = {c.system.name: c.statistic.quantity for c in OUTLOOK_CONFIGS}
    head = [f"`{s}`, {grid.symbol}: {told[s]}; order" for s, grid in grids.items()]
    return tables.table(["of the critical point", *head], lines)
