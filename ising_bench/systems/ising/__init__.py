"""The Ising model under the four boundary conditions of the paper."""

from ising_bench.systems.ising.model import Ising

PERIODIC_FERRO = Ising("periodic_ferro", coupling=+1, column_wrap=+1, row_wrap=+1)
PERIODIC_ANTIFERRO = Ising("periodic_antiferro", coupling=-1, column_wrap=+1, row_wrap=+1)
SKEWED_FERRO = Ising("skewed_ferro", coupling=+1, column_wrap=+1, row_wrap=0)
ANTIPERIODIC_FERRO = Ising("antiperiodic_ferro", coupling=+1, column_wrap=-1, row_wrap=-1)

SYSTEMS = (PERIODIC_FERRO, PERIODIC_ANTIFERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO)
