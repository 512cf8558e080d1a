"""ising-bench: a reproducible benchmark of Ising lattices, with the exact physics beside it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ising_bench.load import arrays as arrays

__all__ = ["arrays"]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: importing the package costs nothing."""
    if name == "arrays":
        from ising_bench.load import arrays

        return arrays
    raise AttributeError(f"module 'ising_bench' has no attribute {name!r}")
