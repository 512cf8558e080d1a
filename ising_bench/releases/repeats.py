"""Which equal lattices are honest: how many equal pairs chance makes, by energy.

Two independent images at energy E are the same one of g(E) configurations, so a config is expected
to hold S(E)**2 / (2 g(E)) equal pairs there, S(E) being its expected number of images with that
energy. g(E) is exact, from the finite lattice's partition function; temperatures are uniform in
each class, and equilibrium is assumed. Bare ground states repeat by the thousand; a repeat higher
up means a copied row.
"""

from ising_bench.systems import System

_RELEASE_ROWS = 1300

# Expected equal pairs at that energy above the ground state or higher, in 1300 rows with Table 1's
# classes; the levels above the last one are rarer still. A test recomputes these numbers.
EXPECTED_PAIRS: dict[str, dict[int, float]] = {
    "periodic_ferro": {0: 3.4e4, 8: 3.5e-2, 12: 8.8e-6, 16: 2.3e-6, 20: 1.9e-9},
    "skewed_ferro": {0: 1.9e2, 4: 6.2e-4, 8: 1.5e-7, 12: 9.5e-11},
    "antiperiodic_ferro": {0: 2.6e-57},
}
EXPECTED_PAIRS["periodic_antiferro"] = EXPECTED_PAIRS["periodic_ferro"]

_IMPLAUSIBLE = 0.01  # expected pairs below which a single one is taken for a fault


def is_plausible_repeat(system: System, excess: int, rows: int) -> bool:
    """Whether an equal pair is to be expected in that many rows.

    excess: its total energy above the ground state, in |J|. The number of pairs grows with the
    square of the rows.
    """
    table = EXPECTED_PAIRS[system.name]
    level = max((level for level in table if level <= excess), default=0)
    return table[level] * (rows / _RELEASE_ROWS) ** 2 >= _IMPLAUSIBLE
