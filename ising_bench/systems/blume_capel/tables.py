"""What this family ships, and what measures it."""

from ising_bench.physics.certified import tables_of
from ising_bench.shipped import Table
from ising_bench.systems.blume_capel import BLUME_CAPEL, certified

TABLES = (
    *tables_of(certified.FOLDER, certified.NAME, lambda: certified.tables(BLUME_CAPEL)),
    Table(certified.MOMENTS_FILE, lambda: certified.measured_moments(BLUME_CAPEL), tolerance=1e-9),
)
