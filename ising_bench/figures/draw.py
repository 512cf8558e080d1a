"""All figures of the card, by name: the file is called so."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ising_bench.figures import boundaries, curves, lattices, scores, sweep
from ising_bench.files import made_folder
from ising_bench.progress import bar

FIGURES: dict[str, Callable[[Path], Path]] = {
    "boundaries": boundaries.boundaries,
    "ground_states": lattices.ground_states,
    "classes": lattices.classes,
    "metropolis_sweep": sweep.metropolis_sweep,
    "periodic_antiferro": partial(lattices.of_config, "periodic_antiferro"),
    "antiperiodic_ferro": partial(lattices.of_config, "antiperiodic_ferro"),
    "skewed_ferro": partial(lattices.of_config, "skewed_ferro"),
    "magnetization": curves.magnetization,
    "energy": curves.energy,
    "autocorrelation": curves.autocorrelation,
    "scores": scores.scores,
}


def draw_all(out: Path) -> list[Path]:
    """Draw every figure as `<name>.png` into a folder, which is made; returns the paths."""
    with made_folder(out), bar("drawing", len(FIGURES), "figures") as advance:
        paths = []
        for name, draw in FIGURES.items():
            paths.append(draw(out / f"{name}.png"))
            advance(1)
    return paths
