"""ising-bench: a reproducible benchmark of Ising lattices, with the exact physics beside it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ising_bench.dataset.load import load as load
    from ising_bench.dataset.samples import arrays as arrays
    from ising_bench.scoring.score import score as score

__all__ = ["arrays", "load", "score"]

_HOMES = {
    "arrays": "ising_bench.dataset.samples",
    "load": "ising_bench.dataset.load",
    "score": "ising_bench.scoring.score",
}


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: importing the package costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ising_bench' has no attribute {name!r}")
