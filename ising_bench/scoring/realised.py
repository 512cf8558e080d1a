"""The ceiling of a config beside what its rule scores on the actual test split."""

from typing import Any

from ising_bench.dataset.samples import samples
from ising_bench.digits import shared_digits
from ising_bench.releases.release import Release
from ising_bench.scoring.ceiling import ceiling, ceiling_error
from ising_bench.scoring.metrics import macro_f1


def report(release: Release, name: str) -> dict[str, Any]:
    """What `ising-bench ceiling` prints, to the digits that all machines share. Raises
    UnknownNameError.

    `meaning` says what the number is: the paper's protocol does not quite reach equilibrium, so
    for its configs it is an equilibrium reference, not a bound.
    """
    config = release.config(name)
    task, system = config.task, config.system
    best = ceiling(config)
    test = samples(release, name, task.test.name)
    statistic = config.statistic
    predicted = best.rule(statistic.levels[statistic.of(test.spins, test.hidden)])
    record = {
        "config": name,
        "meaning": "ceiling" if config.protocol.in_equilibrium else "equilibrium reference",
        "certainty": best.certainty,
        "expected_macro_f1": best.expected_macro_f1,
        "error": float(f"{ceiling_error(config):.1g}"),
        "range95": list(best.range95),
        "realised_macro_f1": macro_f1(test.labels, predicted, task.classes),
        "per_class_f1": dict(zip(task.names, best.per_class_f1, strict=True)),
        "expected_accuracy": best.accuracy,
        "maximum_posterior_macro_f1": best.maximum_posterior_macro_f1,
        f"{statistic.quantity}_cuts_per_site": {
            name: cut * system.energy_unit / config.size**2
            for name, cut in zip(task.names[1:], best.rule.cuts, strict=True)
        },
    }
    shared_record: dict[str, Any] = shared_digits(record)
    return shared_record
