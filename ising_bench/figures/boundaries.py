"""The four boundary conditions, as bonds on a lattice of 6 x 6."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ising_bench.figures.style import CARD_WIDTH, COLOURS, DPI, GREY, hexadecimal, save
from ising_bench.releases.release import Release
from ising_bench.systems.ising import SYSTEMS
from ising_bench.systems.ising.model import BLUE, YELLOW, Ising

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = 6
_FERRO, _ANTIFERRO = COLOURS[0], COLOURS[1]
_UP, _DOWN = hexadecimal(BLUE), hexadecimal(YELLOW)


def boundaries(_: Release, path: Path) -> Path:
    """Every bond of each system: J > 0 drawn through, J < 0 dashed; fixed rows filled."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(CARD_WIDTH, 3.0), dpi=DPI)
    axes = figure.subplots(1, len(SYSTEMS))
    figure.subplots_adjust(left=0.01, right=0.99, top=0.9, bottom=0.14, wspace=0.05)
    for axis, system in zip(axes, SYSTEMS, strict=True):
        _draw(axis, system)
    dot: dict[str, Any] = {
        "marker": "o",
        "linestyle": "",
        "markersize": 8,
        "markeredgecolor": "black",
    }
    handles = [
        Line2D([], [], color=_FERRO, linewidth=2, label="J = +1"),
        Line2D([], [], color=_ANTIFERRO, linewidth=2, linestyle=(0, (2, 1)), label="J = -1"),
        Line2D([], [], markerfacecolor=_UP, label="fixed up", **dot),
        Line2D([], [], markerfacecolor=_DOWN, label="fixed down", **dot),
    ]
    figure.legend(handles=handles, loc="lower center", ncols=4, frameon=False, fontsize=11)
    return save(figure, path)


def _draw(axis: "Axes", system: Ising) -> None:
    last = _SIZE - 1
    for i in range(_SIZE):
        for j in range(last):
            _bond(axis, (j, i), (j + 1, i), system.coupling)
            _bond(axis, (i, j), (i, j + 1), system.coupling)
        # a wrap bond is drawn as its two ends, which leave the lattice
        if system.column_wrap:
            sign = system.coupling * system.column_wrap
            _bond(axis, (-0.75, i), (0, i), sign)
            _bond(axis, (last, i), (last + 0.75, i), sign)
        if system.row_wrap:
            sign = system.coupling * system.row_wrap
            _bond(axis, (i, -0.75), (i, 0), sign)
            _bond(axis, (i, last), (i, last + 0.75), sign)
    for row in range(_SIZE):
        fixed = {0: _UP, last: _DOWN} if system.has_fixed_rows else {}
        colour = fixed.get(row, "white")
        axis.plot(range(_SIZE), [row] * _SIZE, "o", color=colour, markeredgecolor=GREY, zorder=3)
    axis.set_title(system.name, fontsize=11)
    axis.set_xlim(-1, _SIZE)
    axis.set_ylim(_SIZE, -1)  # row 0 is the top of the image
    axis.set_aspect("equal")
    axis.axis("off")


def _bond(axis: "Axes", a: tuple[float, float], b: tuple[float, float], sign: int) -> None:
    style = "-" if sign > 0 else (0, (2, 1))
    colour = _FERRO if sign > 0 else _ANTIFERRO
    axis.plot((a[0], b[0]), (a[1], b[1]), color=colour, linewidth=1.8, linestyle=style, zorder=1)
