"""What the best rule of the energy scores on fresh rows of each paper config.

    python tests/benchmarks/ceiling.py [ROWS]

The paper's protocol is not quite in equilibrium, so for it the exact ceiling is a reference. This
measures the same rule on fresh rows of that protocol, weighted to the class counts of the test
split, with the standard error of the fresh rows.
"""

import sys

import numpy as np

from ising_bench.ceiling import ceiling, expected_f1
from ising_bench.chains import simulate
from ising_bench.metrics import CLASSES
from ising_bench.v1 import CONFIG_SETS, V1

COUNTS = V1.split("test").counts
BATCH = 4000


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    per_class = rows // CLASSES
    for name in CONFIG_SETS["paper"]:
        config = V1.config(name)
        best = ceiling(config.system, COUNTS)
        confusion = np.empty((CLASSES, CLASSES))
        for label in range(CLASSES):
            found = np.zeros(CLASSES)
            for first in range(0, per_class, BATCH):
                chains = [
                    V1.chain(config, "fresh rows", CLASSES * i + label, label)
                    for i in range(first, min(first + BATCH, per_class))
                ]
                energy = config.system.energy(simulate(chains))
                found += np.bincount(best.rule(energy), minlength=CLASSES)
            confusion[label] = found / per_class
        score = expected_f1(confusion, COUNTS).mean()
        rng = np.random.default_rng(0)
        again = [
            expected_f1(
                np.array([rng.multinomial(per_class, row) / per_class for row in confusion]), COUNTS
            ).mean()
            for _ in range(200)
        ]
        print(
            f"{name:20} {rows} fresh rows: {score:.5f} ± {np.std(again):.5f}, "
            f"equilibrium {best.expected_macro_f1:.5f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
