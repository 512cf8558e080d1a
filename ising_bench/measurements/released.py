"""What the released splits show: ceilings, repeats, rules without a training framework."""

import numpy as np

from ising_bench.baselines import classical
from ising_bench.dataset.samples import samples
from ising_bench.measured import BaselineScore, Ceiling, Distinct
from ising_bench.measurements.effort import Effort
from ising_bench.progress import bar
from ising_bench.regions import REGIONS
from ising_bench.releases.v1 import V1
from ising_bench.scoring.metrics import macro_f1, predicted_labels
from ising_bench.scoring.realised import report

RULES = ("majority", "magnetization", "energy_threshold", "energy_logistic", "bayes")


def ceilings(_: Effort) -> tuple[Ceiling, ...]:
    """The exact ceilings, and what their rule scores on the released test splits."""
    found = []
    with bar("ceilings", len(V1.config_names), "configs") as advance:
        for name in V1.config_names:
            known = report(name)
            low, high = known["range95"]
            found.append(
                Ceiling(name, known["expected_macro_f1"], (low, high), known["realised_macro_f1"])
            )
            advance(1)
    return tuple(found)


def distinct(_: Effort) -> tuple[Distinct, ...]:
    """How many different lattices each class of the release holds, all splits together."""
    found = []
    for name in V1.config_names:
        parts = [samples(name, split.name) for split in V1.splits]
        spins = np.packbits(np.concatenate([part.spins for part in parts]) > 0, axis=-1)
        labels = np.concatenate([part.labels for part in parts])
        for label, region in enumerate(REGIONS):
            mine = [lattice.tobytes() for lattice in spins[labels == label]]
            found.append(Distinct(name, region.name, len(mine), len(set(mine))))
    return tuple(found)


def baselines(_: Effort) -> tuple[BaselineScore, ...]:
    """Rules fitted to the train split, scored on the test split, of every config."""
    found = []
    with bar("baselines", len(V1.config_names), "configs") as advance:
        for config in V1.configs:
            train, test = (samples(config.name, split) for split in ("train", "test"))
            for rule in RULES:
                fitted = classical.fit(rule, config.system, train.spins, train.labels)
                score = macro_f1(test.labels, predicted_labels(fitted(test.spins)))
                found.append(BaselineScore(config.name, rule, score))
            advance(1)
    return tuple(found)
