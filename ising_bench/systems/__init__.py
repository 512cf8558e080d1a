"""The systems that there is data of: a folder for each family, which imports no other."""

from collections.abc import Callable
from pathlib import Path

from ising_bench.ndarrays import Array
from ising_bench.system import System
from ising_bench.systems import ising, potts

SYSTEMS: tuple[System, ...] = (*ising.SYSTEMS, *potts.SYSTEMS)


def shipped_tables() -> dict[Path, Callable[[], Array]]:
    """Files of numbers that the families ship, and what computes each."""
    from ising_bench.systems.ising.tables import TABLES

    return dict(TABLES)
