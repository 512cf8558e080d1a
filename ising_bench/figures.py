"""Pictures of the data, drawn with matplotlib in the paper's colours."""

from pathlib import Path

import numpy as np

from ising_bench.errors import IsingBenchError
from ising_bench.image import DOWN_COLOUR, UP_COLOUR
from ising_bench.load import Samples
from ising_bench.regions import REGIONS


def panel(samples: Samples, per_class: int, title: str, path: Path) -> Path:
    """Draw `per_class` lattices of each class, each under its temperature; returns the path.

    They are the first of their class whose temperatures are spread evenly over those present.
    Raises IsingBenchError where a class has fewer lattices or the path is not a .png.
    """
    if path.suffix != ".png":
        raise IsingBenchError(f"--out is {path}: the name of the picture must end in .png")
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

    colours = ListedColormap([np.array(colour) / 255 for colour in (DOWN_COLOUR, UP_COLOUR)])
    figure = Figure(
        figsize=(1.9 * per_class + 1.1, 2.25 * len(REGIONS) + 0.6), layout="constrained"
    )
    axes = figure.subplots(len(REGIONS), per_class, squeeze=False)
    for label, region in enumerate(REGIONS):
        for ax, i in zip(axes[label], _spread(samples, label, per_class), strict=True):
            ax.imshow(samples.spins[i], cmap=colours, vmin=-1, vmax=1, interpolation="nearest")
            ax.set_title(f"T = {samples.temperatures[i]:.2f}", fontsize=10)
            ax.set_xticks([])
            ax.set_yticks([])
        axes[label][0].set_ylabel(f"{region.name}\n{region.meaning}", fontsize=10)
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=120)
    return path


def _spread(samples: Samples, label: int, count: int) -> list[int]:
    """Rows of a class whose temperatures stand at evenly spaced quantiles, coldest first."""
    rows = np.flatnonzero(samples.labels == label)
    if count > len(rows):
        raise IsingBenchError(
            f"-n is {count}, but the split has {len(rows)} lattices of {REGIONS[label].name}"
        )
    rows = rows[np.argsort(samples.temperatures[rows], kind="stable")]
    return [int(rows[k]) for k in (2 * np.arange(count) + 1) * len(rows) // (2 * count)]
