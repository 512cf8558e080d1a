"""Is the data in equilibrium? Tests of rows against the exact physics, each row given its own
parameter.

The statistic against its exact distribution in each class (`level_tests.py`), walls
(`stripes.py`), and what the system itself knows more (`System.checks`). Holm's procedure over all
of them keeps the chance of a single false alarm at one in a thousand.
"""

from ising_bench.checks import shaped, wholes
from ising_bench.physics import level_tests
from ising_bench.physics.stripes import stripes
from ising_bench.rows import Rows
from ising_bench.system import Finding


def findings(rows: Rows) -> list[Finding]:
    """All tests of one config. Raises ValueError where the rows are no images with a point, a label
    and an id each."""
    n = len(rows)
    shaped("spins", rows.spins, None, rows.size, rows.size)
    shaped("points", wholes("points", rows.points, 0, rows.task.grid.last), n)
    shaped("labels", wholes("labels", rows.labels, 0, rows.task.classes - 1), n)
    if len(rows.ids) != n:
        raise ValueError(f"{len(rows.ids)} ids of {n} lattices")
    statistic = rows.system.statistic(rows.size)
    first = level_tests.levels(rows, statistic)
    if first.p == 0:
        return [first]  # no images of this system: nothing else can be asked
    tests = [first, *level_tests.in_classes(rows, statistic)]
    return [*tests, *rows.system.checks(rows), *stripes(rows)]
