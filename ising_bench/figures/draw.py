"""The figures of a release's card, by name: the file is called so."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ising_bench.figures import boundaries, curves, lattices, outlook, scores, sweep
from ising_bench.files import made_folder
from ising_bench.progress import bar
from ising_bench.releases.release import Release
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import OUTLOOK_CONFIGS

Draw = Callable[[Release, Path], Path]

# They show what was measured of the configs that a release was the first to have.
_ISING: dict[str, Draw] = {
    "boundaries": boundaries.boundaries,
    "ground_states": lattices.ground_states,
    "metropolis_sweep": sweep.metropolis_sweep,
    "magnetization": curves.magnetization,
    "energy": curves.energy,
    "autocorrelation": curves.autocorrelation,
    "scores": scores.scores,
}
_OUTLOOK: dict[str, Draw] = {"outlook": outlook.outlook}


def figures_of(release: Release) -> dict[str, Draw]:
    """The classes of the first config, lattices of each other system, and what was measured."""
    first_of = {config.system: config.name for config in reversed(release.configs)}
    others = [name for name in reversed(first_of.values()) if name != release.config_names[0]]
    shown: dict[str, Draw] = {
        "classes": lattices.classes,
        **{name: partial(lattices.of_config, name) for name in others},
    }
    held = set(release.configs)
    shown |= _ISING if held >= set(V1.configs) else {}
    return shown | (_OUTLOOK if held >= set(OUTLOOK_CONFIGS) else {})


def draw_all(release: Release, out: Path) -> list[Path]:
    """Draw every figure as `<name>.png` into a folder, which is made; returns the paths."""
    figures = figures_of(release)
    with made_folder(out), bar("drawing", len(figures), "figures") as advance:
        paths = []
        for name, draw in figures.items():
            paths.append(draw(release, out / f"{name}.png"))
            advance(1)
    return paths
