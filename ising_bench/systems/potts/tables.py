"""What this family ships, and what measures it."""

from functools import partial

from ising_bench.physics.certified import tables_of
from ising_bench.shipped import Table
from ising_bench.systems.potts import SYSTEMS, certified

TABLES = tuple(
    table
    for system in SYSTEMS
    for table in (
        *tables_of(
            certified.FOLDER, certified.name(system.states), partial(certified.tables, system)
        ),
        Table(
            certified.moments_file(system.states),
            partial(certified.measured_moments, system),
            tolerance=1e-9,
        ),
    )
)
