"""The systems that there is data of: a folder for each family, which imports no other."""

from importlib import import_module

from ising_bench.shipped import Table
from ising_bench.system import System
from ising_bench.systems import blume_capel, ising, potts, quantum_ising, xy

FAMILIES = (ising, potts, blume_capel, xy, quantum_ising)
SYSTEMS: tuple[System, ...] = tuple(system for family in FAMILIES for system in family.SYSTEMS)


def shipped_tables() -> tuple[Table, ...]:
    """What the families ship: all of their modules `tables`."""
    modules = (import_module(f"{family.__name__}.tables") for family in FAMILIES)
    return tuple(table for module in modules for table in module.TABLES)
