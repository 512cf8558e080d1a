"""The pipeline of the certified tables on the Ising lattice, whose density of states is known.

    python tests/benchmarks/certified_ising.py

Periodic, L = 100, the chains and samples of the shipped tables: some minutes. Prints the ceilings
of the paper's task and the energies, measured and exact, and how many standard errors lie between.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ising_bench.paper import TASK
from ising_bench.physics import certified
from ising_bench.physics.certified import Extent, metropolis_series, tables, thermal
from ising_bench.physics.jackknife import standard_error
from ising_bench.physics.multihistogram import Series, density
from ising_bench.physics.thermal import Thermal
from ising_bench.scoring.ceiling import ceiling, ceiling_error
from ising_bench.systems.ising import PERIODIC_FERRO
from ising_bench.tasks import Task

SIZE = 100
LAST_GROUND_START = 226  # in hundredths: hotter chains start at random
# No hotter: where Metropolis takes nearly every flip, a sweep turns the lattice over and no more.
STEPS = [k for k in (*certified.LADDER, *certified.HOTTER) if k <= 670]


@dataclass(frozen=True, eq=False)
class Known:
    """What a ceiling asks of a config."""

    task: Task
    statistic: Thermal


def measured() -> Thermal:
    cold = [Fraction(k, 100) for k in STEPS if k <= LAST_GROUND_START]
    hot = [Fraction(k, 100) for k in STEPS if k > LAST_GROUND_START]
    chains = [
        *metropolis_series(PERIODIC_FERRO, SIZE, cold),
        *metropolis_series(PERIODIC_FERRO, SIZE, hot, "random"),
    ]
    # energies are whole multiples of four
    found = density([Series(4 * s.inverse, s.energies // 4) for s in chains])
    sites = SIZE * SIZE
    extent = Extent(-sites // 2, (1,), 0.0, sites / 8, unit=4.0)
    shipped = tables(found, -sites // 2, float(np.log(2)))
    return thermal("Ising", PERIODIC_FERRO.energy, extent, *shipped)


def main() -> None:
    found, exact = measured(), PERIODIC_FERRO.statistic(SIZE)
    one, other = Known(TASK, found), Known(TASK, exact)
    score, error = ceiling(one).expected_macro_f1, ceiling_error(one)
    known = ceiling(other).expected_macro_f1
    print(
        f"ceiling {score:.5f} +- {error:.5f}, exactly {known:.5f}: {(score - known) / error:+.1f}"
    )
    for t in (0.5, 1.0, 1.5, 2.0, 2.12, 2.2, 2.25, 2.27, 2.29, 2.32, 2.5, 3.0, 4.0):
        u = [float(s.energy(t)) for s in (found, *found.replicas)]
        off, error = u[0] - float(exact.energy(t)), standard_error(u[0], u[1:])
        print(f"T = {t:.2f}  energy {u[0]:.6f} +- {error:.6f}: {off / error:+.1f}")
    highest = float(exact.log_density.max() - found.log_density.max())
    print(f"ln g at its highest is {highest:+.4f} from the exact one, beyond the hottest chain")


if __name__ == "__main__":
    main()
