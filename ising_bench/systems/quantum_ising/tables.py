"""What this family ships: nothing, as all of it follows in a second."""

from ising_bench.shipped import Table

TABLES: tuple[Table, ...] = ()
