"""The paper protocol against the exact physics: bias of 750 sweeps from a ground state.

    python tests/benchmarks/physics.py [CHAINS]

Energy and heat capacity per site of each paper config that has a bias, or might have one.
"""

import sys

import numpy as np

from ising_bench import exact
from ising_bench.chains import simulate
from ising_bench.v1 import V1

TEMPERATURES = {
    "periodic_ferro": (150, 200, 220, 227, 235, 250, 300),
    "skewed_ferro": (30, 40, 50, 55, 60, 70, 100, 227),
    "antiperiodic_ferro": (50, 100, 227),
}


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
    print(f"{n} chains a temperature; per site; U - E0 is the exact mean above the ground state")
    print("config, T; U - E0 and U - exact; C exact and C - exact")
    for name, temperatures in TEMPERATURES.items():
        config = V1.config(name)
        for hundredths in temperatures:
            system, t = config.system, hundredths / 100
            chains = [V1.chain_at(config, "bias", i, hundredths) for i in range(n)]
            energy = system.energy(simulate(chains)) / 1e4
            excess, c = exact.excess_energy(system, t) / 1e4, exact.heat_capacity(system, t) / 1e4
            error = energy.std(ddof=1) / np.sqrt(n)
            squares = (energy - energy.mean()) ** 2 * 1e4 / t**2
            c_error = squares.std(ddof=1) / np.sqrt(n)
            bias, c_bias = energy.mean() - exact.energy(system, t) / 1e4, squares.mean() - c
            print(
                f"{name:20}{t:5.2f}{excess:10.6f}{bias:+11.6f} ± {error:.6f}{bias / error:+7.1f}"
                f"{c:10.4f}{c_bias:+9.4f} ± {c_error:.4f}{c_bias / c_error:+7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
