"""What this family ships, and what computes it."""

from ising_bench.shipped import Table
from ising_bench.systems.ising import anisotropy, statistic

TABLES = (
    Table(statistic.SHIPPED_FILE, statistic.table),
    Table(anisotropy.SHIPPED_FILE, anisotropy.table),
)
