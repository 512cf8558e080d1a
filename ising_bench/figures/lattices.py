"""Lattices of the release as they look: the paper's Figures 1, 2 and 4 to 6, on our data."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.dataset.samples import samples
from ising_bench.errors import IsingBenchError
from ising_bench.figures.style import mosaic, save
from ising_bench.ndarrays import Spins
from ising_bench.releases.release import Release
from ising_bench.rows import Rows
from ising_bench.simulation.simulate import simulate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CORNER = 10  # sites, of the enlarged corner


def panel(images: Rows, per_class: int, title: str, path: Path) -> Path:
    """Draw `per_class` lattices of each class that there is, each under its parameter; returns the
    path.

    They are the first of their class whose parameters are spread evenly over those present.
    Raises IsingBenchError where a class has fewer lattices or the path is not a .png.
    """
    labels = np.unique(images.labels).tolist()  # a set at chosen values need not have all
    rows = [_spread(images, label, per_class) for label in labels]
    named = [images.task.regions[label] for label in labels]
    figure = mosaic(
        images.system.symbols,
        [[images.spins[i] for i in row] for row in rows],
        [[_value(images, i) for i in row] for row in rows],
        [f"{region.name}, {region.meaning}" for region in named],
        title,
    )
    return save(figure, path)


def ground_states(release: Release, path: Path) -> Path:
    """Ferromagnet and antiferromagnet at T = 0 and T = 4, and a corner of each (Figure 1)."""
    rows, titles, names = [], [], release.config_names[:2]
    for name in names:
        config = release.config(name)
        points = config.task.grid.points
        chains = [release.chain_at(config, "train", 0, point) for point in (0, points[-1])]
        cold, hot = simulate(chains)
        corner = slice(0, _CORNER)
        rows.append([cold, cold[corner, corner], hot, hot[corner, corner]])
        titles.append(["T = 0", "its corner", "T = 4", "its corner"])
    return save(mosaic(config.system.symbols, rows, titles, names), path)


def classes(release: Release, path: Path) -> Path:
    """One lattice of each class of the first config (Figure 2)."""
    images = samples(release, release.config_names[0], "train")
    return save(_side_by_side(images, rows=1), path)


def of_config(config: str, release: Release, path: Path) -> Path:
    """Two lattices of each class of a config (Figures 4 to 6)."""
    return save(_side_by_side(samples(release, config, "train"), rows=2, name=config), path)


def _side_by_side(images: Rows, rows: int, name: str = "") -> "Figure":
    """The classes side by side, coldest first, so many lattices of each below one another."""
    chosen = [_spread(images, label, rows) for label in range(images.task.classes)]
    lattices: list[list[Spins]] = [[images.spins[c[row]] for c in chosen] for row in range(rows)]
    titles = [
        [
            f"{region.name}, {_value(images, c[row])}"
            for region, c in zip(images.task.regions, chosen, strict=True)
        ]
        for row in range(rows)
    ]
    return mosaic(images.system.symbols, lattices, titles, [name] * rows if name else ())


def _value(images: Rows, row: int) -> str:
    grid = images.task.grid
    return f"{grid.symbol} = {grid.text(images.values[row])}"


def _spread(images: Rows, label: int, count: int) -> list[int]:
    """Rows of a class whose parameters stand at evenly spaced quantiles, lowest first."""
    rows = np.flatnonzero(images.labels == label)
    if count > len(rows):
        raise IsingBenchError(
            f"-n is {count}, but the split has {len(rows)} lattices of {images.task.names[label]}"
        )
    rows = rows[np.argsort(images.values[rows], kind="stable")]
    return [int(rows[k]) for k in (2 * np.arange(count) + 1) * len(rows) // (2 * count)]
