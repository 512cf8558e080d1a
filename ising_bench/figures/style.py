"""What all figures share: sizes, colours that colour-blind readers tell apart, exact pixels."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ising_bench.errors import IsingBenchError
from ising_bench.files import write_whole
from ising_bench.ndarrays import Spins
from ising_bench.symbols import Colour, Symbols

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
CARD_WIDTH = 8.8  # inches: 880 pixels, the width of a card's text

# Okabe and Ito, "Color Universal Design" (2008), in an order of falling contrast to white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
GREY = "#777777"


def save(figure: "Figure", path: Path) -> Path:
    """Write the PNG whole, without the name of the program, and return its path.

    Raises IsingBenchError where the name does not end in .png.
    """
    if path.suffix != ".png":
        raise IsingBenchError(f"--out is {path}: the name of the picture must end in .png")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    write_whole(path, picture.getvalue())
    return path


def lattice(axis: "Axes", symbols: Symbols, spins: Spins) -> None:
    """Draw a lattice in the colours of its symbols, without ticks."""
    from matplotlib.colors import ListedColormap

    colours = ListedColormap([hexadecimal(colour) for colour in symbols.colours])
    last = len(symbols.values) - 1
    axis.imshow(symbols.codes(spins), cmap=colours, vmin=0, vmax=last, interpolation="nearest")
    axis.set_xticks([])
    axis.set_yticks([])


def hexadecimal(colour: Colour) -> str:
    """As matplotlib writes it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mosaic(
    symbols: Symbols,
    lattices: Sequence[Sequence[Spins]],
    titles: Sequence[Sequence[str]],
    row_names: Sequence[str] = (),
    heading: str = "",
    cell: int = 200,
) -> "Figure":
    """Lattices in rows, each `cell` pixels wide at whole pixels a site: otherwise the fine pattern
    of an antiferromagnet would show stripes that are not there."""
    from matplotlib.figure import Figure

    rows, columns = len(lattices), len(lattices[0])
    left, top, gap, above = (34 if row_names else 8), (34 if heading else 4), 12, 24
    width = left + columns * (cell + gap)
    height = top + rows * (cell + gap + above)
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
    for i, line in enumerate(lattices):
        for j, spins in enumerate(line):
            x, y = left + j * (cell + gap), height - top - (i + 1) * (cell + gap + above) + gap
            box = (x / width, y / height, cell / width, cell / height)
            axis = figure.add_axes(box)
            lattice(axis, symbols, spins)
            axis.set_title(titles[i][j], fontsize=11, pad=4)
            for side in axis.spines.values():
                side.set_visible(False)
            if row_names and j == 0:
                axis.set_ylabel(row_names[i], fontsize=11)
    if heading:
        figure.text(0.5, 1 - 8 / height, heading, ha="center", va="top", fontsize=12)
    return figure
