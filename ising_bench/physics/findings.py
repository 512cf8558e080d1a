"""Is the data in equilibrium? Tests of lattices against the exact physics, each row given its own
temperature.

Energies against P(E | T) of the finite lattice in each class (`energy_tests.py`); the places and
directions of unsatisfied bonds, the magnetization and its sign, and domain walls
(`order_tests.py`). Holm's procedure over all of them keeps the chance of a single false alarm at
one in a thousand.
"""

from ising_bench.checks import shaped, wholes
from ising_bench.physics import energy_tests, exact, order_tests
from ising_bench.physics.evidence import Finding, Lattices
from ising_bench.regions import GRID, REGIONS


def findings(rows: Lattices) -> list[Finding]:
    """All tests of one config. Raises ValueError where the rows are no 100 x 100 lattices with a
    temperature, a label and an id each."""
    n = len(rows.spins)
    shaped("spins", rows.spins, None, exact.SHIPPED_SIZE, exact.SHIPPED_SIZE)
    shaped("hundredths", wholes("hundredths", rows.hundredths, 0, GRID[-1]), n)
    shaped("labels", wholes("labels", rows.labels, 0, len(REGIONS) - 1), n)
    if len(rows.sample_ids) != n:
        raise ValueError(f"{len(rows.sample_ids)} ids of {n} lattices")
    first = energy_tests.levels(rows)
    if first.p == 0:
        return [first]  # not energies of this system: nothing else can be asked
    found = [first, *energy_tests.in_classes(rows)]
    found += [order_tests.bonds(rows), order_tests.sign(rows)]
    found += [*order_tests.directions(rows), *order_tests.spontaneous(rows)]
    cold = rows.hundredths < order_tests.ORDERED_BELOW
    if cold.any():
        found.append(order_tests.stripes(rows, cold))
    return found
