"""Ceiling and baselines side by side, from the leaderboard's own entries."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ising_bench.fields import TRACKS
from ising_bench.figures.style import CARD_WIDTH, COLOURS, DPI, MARKERS, save
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard.entry import Entry
from ising_bench.measured import shipped
from ising_bench.releases.release import Release
from ising_bench.resources import resource_tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GROUPS = (*(f"track {track}" for track in TRACKS), "reported in the paper, on its own images")
_COLOUR, _MARKER = (dict(zip(_GROUPS, styles, strict=False)) for styles in (COLOURS, MARKERS))
_LEFT, _RIGHT = 0.5, 1.01


@dataclass(frozen=True)
class Bar:
    """One model in one config: mean macro-F1 and its standard deviation over trials, if any."""

    name: str
    config: str
    group: str
    mean: float
    deviation: float | None


def bars(release: Release) -> list[Bar]:
    """The shipped leaderboard: scores as its entries claim them, which its check recomputes."""
    board = (
        entries.parse(text.encode("utf-8"), path)
        for path, text in resource_tree("leaderboard/entries", ".json").items()
    )
    return [_bar(entry) for entry in board if _is_shown(entry, release)]


def _is_shown(entry: Entry, release: Release) -> bool:
    benchmark = entry.benchmark
    is_its = release.digests.get(benchmark.config) == benchmark.content_digest
    return entry.status == "current" and is_its


def _bar(entry: Entry) -> Bar:
    def bar(group: str, mean: float, deviation: float | None) -> Bar:
        return Bar(entry.name, entry.benchmark.config, group, mean, deviation)

    if entry.reported is not None:
        return bar(_GROUPS[-1], entry.reported.macro_f1, entry.reported.macro_f1_deviation)
    scores = [trial.scores.macro_f1 for trial in entry.trials]
    deviation = float(np.std(scores, ddof=1)) if len(scores) > 1 else None
    return bar(f"track {entry.track}", float(np.mean(scores)), deviation)


def scores(release: Release, path: Path) -> Path:
    """Macro-F1 of every baseline in the four paper configs, beside the ceiling."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    configs = release.sets["paper"]
    paper_bars = [bar for bar in bars(release) if bar.config in configs]
    names = sorted({bar.name for bar in paper_bars}, key=lambda name: _best(paper_bars, name))
    figure = Figure(figsize=(CARD_WIDTH, 7.2), dpi=DPI, layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, sharey=True).flat
    for axis, config in zip(axes, configs, strict=True):
        ceiling = next(row for row in shipped().ceilings if row.config == config)
        axis.axvspan(*ceiling.range95, color="#dddddd", zorder=0, linewidth=0)
        axis.axvline(ceiling.expected_macro_f1, color="black", linewidth=1)
        for bar in paper_bars:
            if bar.config == config:
                _draw(axis, bar, names.index(bar.name))
        axis.set_title(config, fontsize=11)
        axis.set_xlim(_LEFT, _RIGHT)
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.grid(axis="x", linewidth=0.4)
    axes[0].set_yticks(range(len(names)), names, fontsize=10)
    figure.supxlabel(
        "macro-F1 on the test split; bars: standard deviation over trials\nline and grey band: "
        "best expected score, and where it falls on 95 % of test sets",
        fontsize=10,
    )
    shown = [group for group in _GROUPS if any(bar.group == group for bar in paper_bars)]
    handles = [
        Line2D([], [], color=_COLOUR[g], marker=_MARKER[g], linestyle="", label=g) for g in shown
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False, fontsize=10)
    return save(figure, path)


def _draw(axis: "Axes", bar: Bar, line: int) -> None:
    if bar.mean < _LEFT:
        axis.text(
            _LEFT, line, f" ← {bar.mean:.2f}", color=_COLOUR[bar.group], fontsize=10, va="center"
        )
        return
    style: dict[str, Any] = {
        "color": _COLOUR[bar.group],
        "marker": _MARKER[bar.group],
        "capsize": 3,
    }
    axis.errorbar(bar.mean, line, xerr=bar.deviation, markersize=6, **style)


def _best(paper_bars: list[Bar], name: str) -> float:
    return float(np.mean([bar.mean for bar in paper_bars if bar.name == name]))
