"""False alarms of `verify --physics` over honest fresh draws of a config, and its power.

    python tests/benchmarks/physics_tests.py [DRAWS] [CONFIG ...]

For each config: how often Holm's procedure rejected anything on honest draws, the smallest p-value
of each test and whether its p-values are uniform; then for each planted fault (tests/faults.py) in
how many of the first draws (one in 25) it was caught.
"""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
import faults
from ising_bench.paper import TASK
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.physics.significance import uniform_p
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows
from ising_bench.systems.ising.model import Ising


def planted(system: Ising) -> dict[str, Callable[[Rows], Rows]]:
    found: dict[str, Callable[[Rows], Rows]] = {}
    for label in (1, 2, 3):
        for shift in (-2, 2):
            found[f"{TASK.regions[label].name} temperatures {shift / 100:+}"] = (
                lambda rows, label=label, shift=shift: faults.wrong_temperatures(rows, label, shift)
            )
    found["50 sweeps from random starts"] = faults.random_starts
    if not system.has_fixed_rows:
        found["seam of the wrong sign"] = faults.wrong_seam
    for label in (0, 1, 2):
        found[f"a tenth of {TASK.regions[label].name} exchanged with the next class"] = (
            lambda rows, label=label: faults.exchanged_labels(rows, label)
        )
    if system.has_fixed_rows:
        found["flat interfaces"] = faults.flat_interfaces
    return found


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for name in sys.argv[2:] or V1.sets["equilibrium"]:
        alarms, seen = 0, defaultdict(list)
        caught = dict.fromkeys(planted(V1.config(name).system), 0)
        few = max(1, draws // 25)
        for i in range(draws):
            release = V1.redrawn(hashlib.sha256(f"false alarms {i}".encode()).hexdigest())
            rows = faults.honest(name, release)
            found = findings(rows)
            alarms += bool(rejected(found))
            for finding in found:
                seen[finding.part, finding.test].append(finding.p)
            if i < few:
                for fault, plant in planted(rows.system).items():
                    caught[fault] += bool(rejected(findings(plant(rows))))
        print(f"{name}: {alarms} alarms in {draws} honest draws")
        for (part, test), p in seen.items():
            values = np.array(p)
            print(
                f"  {part:6}{test:15} smallest p {values.min():.2g}, median "
                f"{np.median(values):.2f}, uniform: p = {uniform_p(values):.2g}"
            )
        for fault, times in caught.items():
            print(f"  caught in {times} of {few}: {fault}", flush=True)


if __name__ == "__main__":
    main()
