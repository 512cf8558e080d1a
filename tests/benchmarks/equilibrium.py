"""Autocorrelation times of the four systems, and energies after n and 2 n sweeps against exact.

python tests/benchmarks/equilibrium.py tau [CHAINS SAMPLES]
python tests/benchmarks/equilibrium.py energy [CHAINS]
"""

import sys
from dataclasses import replace

import numpy as np

from ising_bench import exact
from ising_bench.autocorrelation import integrated_time, order_parameter
from ising_bench.chains import pack, simulate, unpack
from ising_bench.keys import key, words
from ising_bench.metropolis import sweep_chains
from ising_bench.systems import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    System,
)
from ising_bench.thresholds import acceptance_thresholds
from ising_bench.v1 import CONFIG_SETS, V1

SYSTEMS = (PERIODIC_FERRO, SKEWED_FERRO, ANTIPERIODIC_FERRO)
# temperature in hundredths: sweeps between samples
STRIDES = {40: 2, 60: 2, 105: 2, 160: 2, 200: 2, 212: 4, 220: 8, 225: 20, 227: 30, 230: 30}
# every class edge, T_c, and where a flat interface would be furthest from equilibrium
COLD = (30, 40, 50, 60, 80, 100, 105, 106, 120, 150, 180, 199, 200, 209, 250, 260, 400)
EDGES = (211, 212, 227, 231, 232)
STRIDES |= {232: 20, 235: 10, 240: 4, 250: 2, 300: 1, 400: 1}


def series(
    system: System, hundredths: int, stride: int, chains: int, samples: int
) -> tuple[np.ndarray, np.ndarray]:
    """Energy and order parameter, (chains, samples), after 700 strides of equilibration."""
    config = next(c for c in V1.configs if c.system == system)
    made = [
        replace(V1.chain_at(config, "tau", i, hundredths), sweeps=700 * stride)
        for i in range(chains)
    ]
    lattices = pack(system, simulate(made))
    thresholds = np.array([acceptance_thresholds(hundredths)] * chains, np.uint64)
    sweeps = np.full(chains, stride)
    energy, order = np.empty((2, chains, samples))
    for t in range(samples):
        name = key(V1.entropy, system.name, "tau", t, f"stream {hundredths}")
        streams = words(name, chains * 300).reshape(chains, 3, 100)
        sweep_chains(lattices, streams, thresholds, sweeps, system.column_wrap, system.row_wrap)
        spins = unpack(system, lattices)
        energy[:, t], order[:, t] = system.energy(spins), order_parameter(system, spins)
    return energy, order


def tau(chains: int = 32, samples: int = 1500) -> None:
    print(f"{'system':20}{'T':>6}{'tau energy':>18}{'tau order':>18}   sweeps")
    for system in SYSTEMS:
        for hundredths, stride in STRIDES.items():
            energy, order = series(system, hundredths, stride, chains, samples)
            cells = ""
            for observable in (energy, order):
                value, error = integrated_time(observable)
                cells += f"{value * stride:10.1f} ± {error * stride:5.1f}"
            print(f"{system.name:20}{hundredths / 100:6.2f}{cells}", flush=True)


def energy(chains: int = 4096) -> None:
    """(mean - exact) / standard deviation of one image, after n and after 2 n sweeps."""
    for config in map(V1.config, CONFIG_SETS["equilibrium"]):
        if config.system == PERIODIC_ANTIFERRO:
            continue  # the ferromagnet with one sublattice turned: the same chain
        for hundredths in COLD + EDGES:
            system, cells = config.system, ""
            t = hundredths / 100
            spread = np.sqrt(exact.energy_variance(system, t))
            for factor in (1, 2):
                made = [
                    V1.chain_at(config, "n and 2 n", i, hundredths)
                    for i in range((factor - 1) * chains, factor * chains)
                ]
                made = [replace(chain, sweeps=factor * chain.sweeps) for chain in made]
                bias = (system.energy(simulate(made)).mean() - exact.energy(system, t)) / spread
                cells += f"{made[0].sweeps:8d} {bias:+.3f}"
            print(f"{config.name:32}{t:6.2f}{cells}   ± {chains**-0.5:.3f}", flush=True)


if __name__ == "__main__":
    command, *numbers = sys.argv[1:]
    {"tau": tau, "energy": energy}[command](*map(int, numbers))
