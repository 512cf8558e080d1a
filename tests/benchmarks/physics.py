"""The paper protocol against the exact energy: bias of 750 sweeps from a ground state.

    python tests/benchmarks/physics.py [CHAINS]

Periodic ferromagnet, 100 x 100; exact values from Kaufman's finite-lattice partition function.
"""

import sys

import numpy as np

from ising_bench import exact
from ising_bench.chains import Chain, simulate
from ising_bench.systems import PERIODIC_FERRO


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
    print(f"{n} chains a temperature; per site")
    print("    T     U exact           U - exact      z   C exact         C - exact      z")
    for hundredths in (150, 200, 220, 227, 235, 250, 300):
        system, t = PERIODIC_FERRO, hundredths / 100
        chains = [
            Chain("11", system.name, "bias", i, system, 100, 0, hundredths, 750) for i in range(n)
        ]
        energy = system.energy(simulate(chains)) / 1e4
        u, c = exact.energy(system, t) / 1e4, exact.heat_capacity(system, t) / 1e4
        error = energy.std(ddof=1) / np.sqrt(n)
        squares = (energy - energy.mean()) ** 2 * 1e4 / t**2
        c_error = squares.std(ddof=1) / np.sqrt(n)
        bias, c_bias = energy.mean() - u, squares.mean() - c
        print(
            f"{t:5.2f}{u:12.6f}{bias:+11.6f} ± {error:.6f}{bias / error:+7.1f}"
            f"{c:10.4f}{c_bias:+9.4f} ± {c_error:.4f}{c_bias / c_error:+7.1f}"
        )


if __name__ == "__main__":
    main()
