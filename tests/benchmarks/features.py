"""What more than the energy tells: a classifier on hand-made features of fresh rows.

    python tests/benchmarks/features.py [ROWS] [CONFIG ...]

Half of the rows train gradient boosting on energy, |m| (staggered, relative to the interface where
there is one), the lowest modes of the structure factor along both axes and the numbers of
unsatisfied bonds along both axes (their difference holds the interface's length); the other half
score it, paired with the best rule of the energy on the same rows. In equilibrium nothing can be
gained; the paper's protocol is not quite there. Errors: bootstrap over the scored rows.
"""

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from ising_bench.autocorrelation import order_parameter
from ising_bench.ceiling import ceiling, expected_f1
from ising_bench.chains import simulate
from ising_bench.metrics import CLASSES, confusion_matrix
from ising_bench.systems import Spins, System, sublattice_signs
from ising_bench.v1 import CONFIG_SETS, V1

COUNTS = V1.split("test").counts
BATCH = 4000


def features(system: System, spins: Spins) -> np.ndarray:
    """(n, 7)."""
    s = spins * sublattice_signs(spins.shape[-1]) if system.coupling == -1 else spins
    modes = []
    for axis in (1, 2):
        profile = s.mean(axis)
        modes += [np.abs(np.fft.rfft(profile)[:, k]) for k in (1, 2)]
    horizontal = (s[:, :, 1:] != s[:, :, :-1]).sum((1, 2))
    vertical = (s[:, 1:] != s[:, :-1]).sum((1, 2))
    columns = [order_parameter(system, spins), *modes, horizontal, vertical]
    return np.column_stack([system.energy(spins), *columns])


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for name in sys.argv[2:] or CONFIG_SETS["paper"]:
        config = V1.config(name)
        best = ceiling(config.system, COUNTS)
        x, labels = [], []
        for first in range(0, rows, BATCH):
            chains = [
                V1.chain(config, "fresh features", i, i % CLASSES)
                for i in range(first, min(first + BATCH, rows))
            ]
            x.append(features(config.system, simulate(chains)))
            labels += [chain.label for chain in chains]
        x, y = np.concatenate(x), np.array(labels)
        half = rows // 2
        weight = np.array(COUNTS)[y] / sum(COUNTS)
        model = HistGradientBoostingClassifier(
            max_iter=300, learning_rate=0.05, early_stopping=True, random_state=0
        )
        model.fit(x[:half], y[:half], sample_weight=weight[:half])
        predictions = {"features": model.predict(x[half:]), "energy": best.rule(x[half:, 0])}
        rng = np.random.default_rng(0)

        def score(predicted: np.ndarray, truth: np.ndarray) -> float:
            confusion = confusion_matrix(truth, predicted)
            return float(expected_f1(confusion / confusion.sum(1, keepdims=True), COUNTS).mean())

        truth = y[half:]
        gain = score(predictions["features"], truth) - score(predictions["energy"], truth)
        again = []
        for _ in range(200):
            pick = rng.integers(0, len(truth), len(truth))
            again.append(
                score(predictions["features"][pick], truth[pick])
                - score(predictions["energy"][pick], truth[pick])
            )
        print(
            f"{name:20} energy rule {score(predictions['energy'], truth):.5f}, features "
            f"{score(predictions['features'], truth):.5f}, gain {gain:+.5f} ± {np.std(again):.5f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
