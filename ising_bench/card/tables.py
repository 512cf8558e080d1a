"""What was measured of the configs of release 1.0.0, as the Markdown of a card."""

from collections.abc import Iterable
from math import ceil

from ising_bench.measured import Estimate, Measured, MeasuredCeiling, shipped
from ising_bench.paper import TABLE2
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.v1 import V1

_TASK = V1.configs[0].task
_COLD = V1.config("skewed_ferro")  # whose interface lives longest


def all_tables() -> dict[str, str]:
    """Every table and number by the name that the card's template gives it."""
    measured = shipped()
    return {
        "ceilings_table": ceilings(measured),
        "scores_table": scores(measured),
        "classes_table": classes(measured),
        "ladders_table": ladders(measured),
        "cold_table": cold_interface(measured),
        "autocorrelation_table": autocorrelation(measured),
        "interface_table": interface(measured),
        "distinct_table": distinct(measured),
        "baselines_table": baselines(measured),
        **numbers(measured),
    }


def numbers(measured: Measured) -> dict[str, str]:
    """Single numbers that a sentence needs."""
    grid = _TASK.grid
    longer = {grid.value(p) for c in V1.configs for points, _ in c.protocol.longer for p in points}
    longest = max(
        (
            time_
            for row in measured.autocorrelation
            if row.temperature in longer
            for time_ in (row.energy, row.order_parameter)
        ),
        key=lambda time: time.value,
    )
    coldest = next(
        row.energy
        for row in measured.autocorrelation
        if row.system == _COLD.system.name and row.temperature == 0.5
    )
    paper_rows = [row for row in measured.classes if row.protocol == "paper"]
    ladder_rows = [row for row in measured.classes if row.protocol != "paper"]
    biases = [e for row in measured.agreement for e in (row.once, row.twice)]
    return {
        "longest_time": f"{longest.value:.0f} ± {longest.error:.0f}",
        "coldest_time": f"{coldest.value:.0f} ± {coldest.error:.0f}",
        "cuts_short": at_most(_cuts_short(measured)),
        "striped": _share(max(row.striped for row in ladder_rows)),
        "agreement_count": str(len(biases)),
        "agreement_largest": at_most(max(abs(bias.value) for bias in biases)),
        "agreement_error": at_most(max(bias.error for bias in biases)),
        "agreement_chains": str(measured.agreement[0].chains),
        "class_images": f"{min(row.images for row in paper_rows):,}".replace(",", " "),
        "ladders": str(_ladders(measured)),
        "fresh_rows": f"{measured.scores[0].rows:,}".replace(",", " "),
    }


def at_most(bound: float) -> str:
    """A bound in three digits, rounded up so that it holds."""
    return f"{ceil(1000 * bound) / 1000:.3f}"


def _cuts_short(measured: Measured) -> float:
    """How far fitted cuts stay below the reference, in the worst config."""
    best = {row.config: row.expected_macro_f1 for row in measured.ceilings}
    return max(best[row.config] - row.thresholds_mean for row in measured.scores)


def _share(share: float) -> str:
    return f"At most {100 * share:.1f} %" if share else "None"


def _ladders(measured: Measured) -> int:
    """How many ladders each direction has: images of a class over its temperatures."""
    row = next(row for row in measured.classes if row.protocol == "heating")
    region = next(region for region in _TASK.regions if region.name == row.label)
    return row.images // len(region.points)


def ceilings(measured: Measured) -> str:
    """The best possible score of each config; where that is an upper bound, of its images too."""
    of_images = {row.config: row.expected_macro_f1 for row in measured.image_ceilings}
    return table(
        [
            "config",
            "best expected macro-F1",
            "95 % of single test sets",
            "that rule on this test split",
        ],
        (
            [
                f"`{row.config}`",
                _best(row, of_images.get(row.config)),
                f"{row.range95[0]:.3f} to {row.range95[1]:.3f}",
                f"{row.realised_macro_f1:.4f}",
            ]
            for row in measured.ceilings
        ),
    )


def _best(row: MeasuredCeiling, of_images: Estimate | None) -> str:
    if of_images is not None:
        return f"at most {row.expected_macro_f1:.5f}; images {_plus_minus(of_images, 4)}"
    if row.error:
        return f"{row.expected_macro_f1:.5f} ± {row.error:.5f}"
    return f"{row.expected_macro_f1:.4f}"


def scores(measured: Measured) -> str:
    """Rules of the energy on the paper configs, beside the paper's best model."""
    return table(
        [
            "config",
            "best rule of equilibrium, fresh rows",
            "more from other features",
            "three cuts fitted to 600 images, fresh draws",
            "the same on this release",
            "ViT in the paper, its own data",
        ],
        (
            [
                f"`{row.config}`",
                _plus_minus(row.rule, 4),
                _plus_minus(row.features_gain, 4, sign=True),
                f"{row.thresholds_mean:.3f}, single ones ± {row.thresholds_deviation:.3f}",
                f"{row.thresholds_released:.4f}",
                "{:.3f} ± {:.3f}".format(*TABLE2["ViT"][row.config]),
            ]
            for row in measured.scores
        ),
    )


def classes(measured: Measured) -> str:
    """How far the paper's protocol is from equilibrium, class by class."""
    lines = [
        [
            f"`{row.system}`",
            row.label,
            _in_myriads(row.energy),
            f"{100 * row.energy.value / row.spread:+.1f} %",
            _in_myriads(row.order_parameter),
        ]
        for row in measured.classes
        if row.protocol == "paper"
    ]
    return table(
        [
            "system",
            "class",
            "energy per site, 10^-4",
            "of one image's spread",
            "order parameter, 10^-4",
        ],
        lines,
    )


def ladders(measured: Measured) -> str:
    """The same for one chain through all temperatures, up and down."""
    by_key = {(row.system, row.protocol, row.label): row for row in measured.classes}
    lines = []
    for system in dict.fromkeys(row.system for row in measured.classes):
        for region in _TASK.regions:
            heating, cooling = (by_key[system, way, region.name] for way in ("heating", "cooling"))
            cells = [f"`{system}`", region.name]
            for row in (heating, cooling):
                cells += [_in_myriads(row.energy), _in_myriads(row.order_parameter)]
            lines.append(cells)
    head = ["energy, heating", "order, heating", "energy, cooling", "order, cooling"]
    return table(["system", "class", *head], lines)


def _in_myriads(estimate: Estimate) -> str:
    return f"{1e4 * estimate.value:+.2f} ± {1e4 * estimate.error:.2f}"


def cold_interface(measured: Measured) -> str:
    """Total energies of the skewed paper config at low temperature, against the exact ones."""
    thermal, sites = thermal_of(_COLD.system, _COLD.size), _COLD.size**2
    lines = []
    for row in measured.temperatures:
        if row.config == _COLD.name and 0.2 <= row.temperature <= 1.0:
            excess = float(thermal.excess_energy(row.temperature))
            bias = sites * row.energy.value - float(thermal.energy(row.temperature))
            error = max(sites * row.energy.error, 0.01)
            lines.append([f"{row.temperature:.2f}", f"{excess:.2f}", f"{bias:+.2f} ± {error:.2f}"])
    return table(["T", "exact mean above the ground state", "measured minus exact"], lines)


def autocorrelation(measured: Measured) -> str:
    """Times in sweeps: energy and order parameter of each system."""
    systems = list(dict.fromkeys(row.system for row in measured.autocorrelation))
    temperatures = sorted({row.temperature for row in measured.autocorrelation})
    by_key = {(row.system, row.temperature): row for row in measured.autocorrelation}
    lines = []
    for temperature in temperatures:
        cells = [f"{temperature:.2f}"]
        for system in systems:
            row = by_key.get((system, temperature))
            cells.append(f"{time(row.energy)}; {time(row.order_parameter)}" if row else "")
        lines.append(cells)
    return table(["T", *(f"`{system}`" for system in systems)], lines)


def interface(measured: Measured) -> str:
    """How often the interface is near a fixed row."""
    return table(
        ["T", "this protocol", "20 times the sweeps", "solid-on-solid, exact"],
        (
            [
                f"{row.temperature:.2f}",
                _plus_minus(row.once, 3),
                _plus_minus(row.twenty_times, 3),
                f"{row.solid_on_solid:.3f}",
            ]
            for row in measured.interface
        ),
    )


def distinct(measured: Measured) -> str:
    """Different lattices in each class of each config."""
    configs = list(dict.fromkeys(row.config for row in measured.distinct))
    by_key = {(row.config, row.label): row for row in measured.distinct}
    return table(
        ["config", *_TASK.names],
        (
            [f"`{config}`"]
            + [
                f"{by_key[config, name].distinct} of {by_key[config, name].images}"
                for name in _TASK.names
            ]
            for config in configs
        ),
    )


def baselines(measured: Measured) -> str:
    """Macro-F1 of the rules without a training framework, in every config."""
    configs = list(dict.fromkeys(row.config for row in measured.baselines))
    rules = list(dict.fromkeys(row.rule for row in measured.baselines))
    by_key = {(row.config, row.rule): row.macro_f1 for row in measured.baselines}
    return table(
        ["config", *(f"`{rule}`" for rule in rules)],
        ([f"`{config}`", *(f"{by_key[config, r]:.3f}" for r in rules)] for config in configs),
    )


def table(head: list[str], lines: Iterable[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _plus_minus(estimate: Estimate, digits: int, sign: bool = False) -> str:
    return f"{estimate.value:{'+' if sign else ''}.{digits}f} ± {estimate.error:.{digits}f}"


def time(estimate: Estimate) -> str:
    digits = 0 if estimate.value >= 20 else 1
    return f"{estimate.value:.{digits}f} ± {estimate.error:.{digits}f}"
