"""What this family ships, and what computes it."""

from ising_bench.systems.ising import anisotropy, statistic

TABLES = {
    statistic.SHIPPED_FILE: statistic.table,
    anisotropy.SHIPPED_FILE: anisotropy.table,
}
