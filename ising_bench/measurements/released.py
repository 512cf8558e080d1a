"""What the released splits show: ceilings, repeats, rules without a training framework."""

from ising_bench.baselines import classical
from ising_bench.dataset.samples import samples
from ising_bench.measured import BaselineScore, Distinct, MeasuredCeiling
from ising_bench.measurements.effort import Effort
from ising_bench.progress import bar
from ising_bench.releases.release import Release
from ising_bench.rows import joined
from ising_bench.scoring.metrics import macro_f1, predicted_labels
from ising_bench.scoring.realised import report

RULES = ("majority", "magnetization", "energy_threshold", "energy_logistic", "bayes")


def ceilings(release: Release, _: Effort) -> tuple[MeasuredCeiling, ...]:
    """The exact ceilings, and what their rule scores on the released test splits."""
    found = []
    with bar("ceilings", len(release.config_names), "configs") as advance:
        for name in release.config_names:
            known = report(release, name)
            low, high = known["range95"]
            found.append(
                MeasuredCeiling(
                    name, known["expected_macro_f1"], (low, high), known["realised_macro_f1"]
                )
            )
            advance(1)
    return tuple(found)


def distinct(release: Release, _: Effort) -> tuple[Distinct, ...]:
    """How many different lattices each class of the release holds, all splits together."""
    found = []
    for name in release.config_names:
        config = release.config(name)
        parts = [samples(release, name, split.name) for split in config.task.splits]
        rows = joined(parts)
        packed = config.system.symbols.packed(rows.spins)
        for label, region in enumerate(config.task.regions):
            mine = [image.tobytes() for image in packed[rows.labels == label]]
            found.append(Distinct(name, region.name, len(mine), len(set(mine))))
    return tuple(found)


def baselines(release: Release, _: Effort) -> tuple[BaselineScore, ...]:
    """Rules fitted to the train split, scored on the test split, of every config."""
    found = []
    with bar("baselines", len(release.config_names), "configs") as advance:
        for config in release.configs:
            train, test = (samples(release, config.name, split) for split in ("train", "test"))
            for rule in RULES:
                fitted = classical.fit(rule, config, train)
                predicted = predicted_labels(fitted(test.spins))
                score = macro_f1(test.labels, predicted, config.task.classes)
                found.append(BaselineScore(config.name, rule, score))
            advance(1)
    return tuple(found)
