"""One Metropolis sweep, half by half, on a lattice small enough to read (the paper's Figure 3)."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.figures.style import DPI, lattice, save
from ising_bench.keys import key, words
from ising_bench.ndarrays import Spins
from ising_bench.releases.release import Release
from ising_bench.simulation.streams import stream_of
from ising_bench.simulation.thresholds import boltzmann
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import PERIODIC_FERRO, reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE, _TEMPERATURE = 8, 2.27
_SYMBOLS = PERIODIC_FERRO.symbols


def metropolis_sweep(release: Release, path: Path) -> Path:
    """Energy differences of the proposals of one checkerboard sweep and which are accepted."""
    from matplotlib.figure import Figure

    before, between, after = _states(release.entropy)
    even = sublattice_signs(_SIZE) > 0
    figure = Figure(figsize=(8.8, 6.6), dpi=DPI)
    axes = figure.subplots(2, 3)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.92, bottom=0.12, wspace=0.04, hspace=0.16)
    for line, old, new, sites, name in (
        (axes[0], before, between, even, "even row + column"),
        (axes[1], between, after, ~even, "odd row + column"),
    ):
        start, end = (
            ("before", "half a sweep") if name.startswith("even") else ("half a sweep", "after")
        )
        lattice(line[0], _SYMBOLS, old)
        line[0].set_title(start, fontsize=12)
        _proposals(line[1], old, new, sites)
        line[1].set_title(f"dE of flipping, {name}", fontsize=12)
        lattice(line[2], _SYMBOLS, new)
        line[2].set_title(end, fontsize=12)
    low, high = (np.exp(-d / _TEMPERATURE) for d in (4, 8))
    figure.text(
        0.5,
        0.03,
        f"T = {_TEMPERATURE}: dE <= 0 always flips, dE = 4 with probability exp(-4/T) = "
        f"{low:.3f}, dE = 8 with {high:.3f}.\nA black frame is a flip. No two sites of one half "
        "are neighbours, so all of them move at once.",
        ha="center",
        va="bottom",
        fontsize=11,
    )
    return save(figure, path)


def _states(entropy: str) -> tuple[Spins, Spins, Spins]:
    """A lattice near T_c before a sweep, after its first half and after all of it."""
    states = words(key(entropy, "periodic_ferro", "figure", 0, "sweep"), 3 * _SIZE)
    streams = [[stream_of([*state, 1])] for state in states.reshape(_SIZE, 3)]
    temperature = Fraction(227, 100)
    limits = boltzmann(4, temperature), boltzmann(8, temperature)
    spins = np.ones((_SIZE, _SIZE), np.int8)
    for _ in range(20):
        reference.sweep(PERIODIC_FERRO, spins, streams, limits)
    before = spins.copy()
    reference.sweep(PERIODIC_FERRO, spins, streams, limits)
    # the second half leaves the even sites as the first one left them
    between = np.where(sublattice_signs(_SIZE) > 0, spins, before)
    return before, between, spins


def _proposals(axis: "Axes", old: Spins, new: Spins, sites: np.ndarray) -> None:
    from matplotlib.patches import Rectangle

    lattice(axis, _SYMBOLS, old)
    axis.images[0].set_alpha(0.35)
    for row, column in np.argwhere(sites):
        fields = reference.local_fields(PERIODIC_FERRO, old, row, column)
        cost = 2 * int(old[row, column]) * sum(fields)
        flips = old[row, column] != new[row, column]
        axis.text(
            column, row, f"{cost:+d}" if cost else "0", ha="center", va="center", fontsize=11,
            fontweight="bold" if flips else "normal",
        )  # fmt: skip
        if flips:
            corner = (column - 0.46, row - 0.46)
            axis.add_patch(Rectangle(corner, 0.92, 0.92, fill=False, linewidth=2.2))
