"""The ceiling of a config beside what its rule scores on the actual test split."""

from typing import Any

from ising_bench.dataset.samples import samples
from ising_bench.digits import shared_digits
from ising_bench.releases.release import Config, Release
from ising_bench.scoring.ceiling import Ceiling, ceiling, ceiling_error
from ising_bench.scoring.metrics import macro_f1

Record = dict[str, Any]


def report(release: Release, config: Config, counts: tuple[int, ...] | None = None) -> Record:
    """What `ising-bench ceiling` prints of a config of the release, or of a variant of one, to the
    digits that all machines share. counts: see `ceiling`. Of a config as it is released also what
    the rule scores on the test split. Raises as `ceiling`.

    `meaning` says what the number is: the paper's protocol does not quite reach equilibrium, so
    for its configs it is an equilibrium reference, not a bound.
    """
    task, system = config.task, config.system
    best = ceiling(config, counts)
    is_released = config == release.config(config.name) and counts is None
    realised = {"realised_macro_f1": _realised(release, config, best)} if is_released else {}
    asked = {
        "size": config.size,
        "classes": task.intervals,
        "counts": list(task.test.counts if counts is None else counts),
    }
    statistic = config.statistic
    record = {
        "config": config.name,
        **({} if is_released else asked),
        "meaning": "ceiling" if config.protocol.in_equilibrium else "equilibrium reference",
        "certainty": best.certainty,
        "expected_macro_f1": best.expected_macro_f1,
        "error": float(f"{ceiling_error(config, counts):.1g}"),
        "range95": list(best.range95),
        **realised,
        "per_class_f1": dict(zip(task.names, best.per_class_f1, strict=True)),
        "expected_accuracy": best.accuracy,
        "maximum_posterior_macro_f1": best.maximum_posterior_macro_f1,
        f"{statistic.quantity}_cuts_per_site": {
            name: cut * system.energy_unit / config.size**2
            for name, cut in zip(task.names[1:], best.rule.cuts, strict=True)
        },
    }
    shared_record: Record = shared_digits(record)
    return shared_record


def _realised(release: Release, config: Config, best: Ceiling) -> float:
    test = samples(release, config.name, config.task.test.name)
    statistic = config.statistic
    predicted = best.rule(statistic.levels[statistic.of(test.spins, test.hidden)])
    return macro_f1(test.labels, predicted, config.task.classes)
