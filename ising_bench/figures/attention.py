"""Attention maps over the lattices that a vision transformer looks at."""

from pathlib import Path

import numpy as np

from ising_bench.baselines.attention import Maps
from ising_bench.figures.style import DPI, save
from ising_bench.ndarrays import Array

_SHOWN_HEADS = 12


def attention(maps: Maps, path: Path) -> Path:
    """A row for each image: the lattice, the rollout over it, the heads of the last layer.

    Raises IsingBenchError where the path is not a .png.
    """
    from matplotlib.figure import Figure

    heads = min(maps.heads.shape[1], _SHOWN_HEADS)
    rows, columns = len(maps.images.labels), 2 + heads
    figure = Figure(figsize=(1.5 * columns, 1.65 * rows), layout="constrained", dpi=DPI)
    axes = figure.subplots(rows, columns, squeeze=False)
    for i, line in enumerate(axes):
        spins = maps.images.spins[i]
        shown = [None, maps.rollout[i], *maps.heads[i, :heads]]
        for axis, attention in zip(line, shown, strict=True):
            axis.set_xticks([])
            axis.set_yticks([])
            axis.imshow(spins, cmap="gray", vmin=-1.6, vmax=1.6, interpolation="nearest")
            if attention is not None:
                axis.imshow(_over(attention, len(spins)), cmap="inferno", alpha=0.65)
        label, said = (
            maps.images.task.names[k] for k in (maps.images.labels[i], maps.predicted[i])
        )
        grid = maps.images.task.grid
        value = f"{grid.symbol} = {grid.text(maps.images.values[i])}"
        line[0].set_ylabel(f"{label}, {value}\nsays {said}", size=8)
    titles = ["lattice", "rollout", *(f"head {h + 1}" for h in range(heads))]
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title, size=9)
    figure.suptitle("bright: more attention", fontsize=9)
    return save(figure, path)


def _over(attention: Array, size: int) -> Array:
    """Each patch's attention over the sites that it covers."""
    place = np.arange(size) * len(attention) // size
    return attention[np.ix_(place, place)]
