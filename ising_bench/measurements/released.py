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
    """The ceilings, and what their rule scores on the released test splits."""
    rows = []
    with bar("ceilings", len(release.config_names), "configs") as advance:
        for name in release.config_names:
            record = report(release, release.config(name))
            low, high = record["range95"]
            rows.append(
                MeasuredCeiling(
                    name,
                    record["expected_macro_f1"],
                    (low, high),
                    record["realised_macro_f1"],
                    record["error"],
                )
            )
            advance(1)
    return tuple(rows)


def distinct(release: Release, _: Effort) -> tuple[Distinct, ...]:
    """How many different lattices each class of the release holds, all splits together."""
    counts = []
    for name in release.config_names:
        config = release.config(name)
        parts = [samples(release, name, split.name) for split in config.task.splits]
        rows = joined(parts)
        packed = config.system.symbols.packed(rows.spins)
        for label, region in enumerate(config.task.regions):
            images = [image.tobytes() for image in packed[rows.labels == label]]
            counts.append(Distinct(name, region.name, len(images), len(set(images))))
    return tuple(counts)


def baselines(release: Release, _: Effort) -> tuple[BaselineScore, ...]:
    """Rules fitted to the train split, scored on the test split, of every config."""
    scores = []
    with bar("baselines", len(release.config_names), "configs") as advance:
        for config in release.configs:
            train, test = (samples(release, config.name, split) for split in ("train", "test"))
            for rule in RULES:
                fitted = classical.fit(rule, config, train)
                predicted = predicted_labels(fitted(test.spins))
                score = macro_f1(test.labels, predicted, config.task.classes)
                scores.append(BaselineScore(config.name, rule, score))
            advance(1)
    return tuple(scores)
