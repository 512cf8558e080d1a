"""What this family ships, and what measures it."""

from ising_bench.shipped import Table
from ising_bench.systems.xy import XY_MODEL, certified

TABLES = (
    Table(certified.FILE, lambda: certified.curve(XY_MODEL), tolerance=1e-5),
    Table(certified.MOMENTS_FILE, lambda: certified.measured_moments(XY_MODEL), tolerance=1e-9),
)
