"""False alarms of `verify --physics` over honest fresh draws of one config.

    python tests/benchmarks/physics_tests.py [DRAWS] [CONFIG]

For each draw the smallest p-value of each test; at the end how often Holm's procedure rejected
anything, and whether the p-values of each test are uniform.
"""

import hashlib
import sys
from collections import defaultdict

import numpy as np

from ising_bench.physics import Lattices, findings, rejected
from ising_bench.release import lattices
from ising_bench.significance import uniform_p
from ising_bench.v1 import V1


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    config = V1.config(sys.argv[2] if len(sys.argv) > 2 else "periodic_ferro_equilibrium")
    alarms, seen = 0, defaultdict(list)
    for i in range(draws):
        release = V1.redrawn(hashlib.sha256(f"false alarms {i}".encode()).hexdigest())
        parts = list(lattices(release, config))
        chains = [chain for _, made, _ in parts for chain in made]
        found = findings(
            Lattices(
                config.name,
                config.system,
                np.concatenate([spins for _, _, spins in parts]),
                np.array([chain.hundredths for chain in chains]),
                np.array([chain.label for chain in chains]),
                [chain.sample_id for chain in chains],
            )
        )
        alarms += bool(rejected(found))
        for finding in found:
            seen[finding.part, finding.test].append(finding.p)
    print(f"{config.name}: {alarms} alarms in {draws} honest draws")
    for (part, test), p in seen.items():
        values = np.array(p)
        print(
            f"{part:6}{test:15} smallest p {values.min():.2g}, median {np.median(values):.2f}, "
            f"uniform: p = {uniform_p(values):.2g}"
        )


if __name__ == "__main__":
    main()
