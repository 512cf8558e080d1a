"""ising-bench: a reproducible benchmark of Ising lattices, with the exact physics beside it.

The data, from ./ising-bench where that holds them and verifies, else made or fetched:

    load(config)                    as Hugging Face `datasets`, by split
    arrays(config, split)           as numpy arrays: spins and labels
    torch_dataset(config, split)    as a PyTorch dataset
    stream(config, seed)            other lattices of the same kind, without end

What predictions are worth, and what is the most that they can be worth:

    score(config, probabilities)    as the leaderboard scores
    ceiling(config)                 the best score that any one-image rule can expect
    posterior(config, spins)        the exact P(class | image)

The physics, for a system or its name (`systems.SYSTEMS`), energies per site in |J| unless the name
says otherwise:

    exact(system, temperature)      ln Z, energy, heat capacity of the finite lattice
    density_of_states(system)       total energies, and how many configurations have them
    simulate(system, temperature, images)
                                    lattices of any size, reproducible bit for bit

Errors of a caller are `ising_bench.errors.IsingBenchError` or `ValueError`.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ising_bench import systems as systems
    from ising_bench.dataset.load import load as load
    from ising_bench.dataset.samples import arrays as arrays
    from ising_bench.loaders.public import torch_dataset as torch_dataset
    from ising_bench.loaders.stream import stream as stream
    from ising_bench.scoring.public import ceiling as ceiling
    from ising_bench.scoring.public import posterior as posterior
    from ising_bench.scoring.score import score as score
    from ising_bench.systems.public import density_of_states as density_of_states
    from ising_bench.systems.public import exact as exact
    from ising_bench.systems.public import simulate as simulate

    __version__: str

_HOMES = {
    "arrays": "dataset.samples",
    "ceiling": "scoring.public",
    "density_of_states": "systems.public",
    "exact": "systems.public",
    "load": "dataset.load",
    "posterior": "scoring.public",
    "score": "scoring.score",
    "simulate": "systems.public",
    "stream": "loaders.stream",
    "torch_dataset": "loaders.public",
}

__all__ = [
    "__version__",
    "arrays",
    "ceiling",
    "density_of_states",
    "exact",
    "load",
    "posterior",
    "score",
    "simulate",
    "stream",
    "systems",
    "torch_dataset",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: importing the package costs nothing."""
    if name in _HOMES:
        return getattr(import_module(f"ising_bench.{_HOMES[name]}"), name)
    if name == "systems":
        return import_module("ising_bench.systems")
    if name == "__version__":
        return version("ising-bench")
    raise AttributeError(f"module 'ising_bench' has no attribute {name!r}")
