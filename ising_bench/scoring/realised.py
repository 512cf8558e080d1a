"""The ceiling of a config beside what its rule scores on the actual test split."""

from typing import Any

from ising_bench.dataset.samples import samples
from ising_bench.digits import shared_digits
from ising_bench.regions import REGIONS
from ising_bench.releases.v1 import V1
from ising_bench.scoring.ceiling import ceiling
from ising_bench.scoring.metrics import macro_f1


def report(name: str) -> dict[str, Any]:
    """What `ising-bench ceiling` prints, to the digits that all machines share. Raises
    UnknownNameError.

    `meaning` says what the number is: the paper's protocol does not quite reach equilibrium, so
    for its configs it is an equilibrium reference, not a bound.
    """
    config = V1.config(name)
    best = ceiling(config.system, V1.split("test").counts)
    test = samples(name, "test")
    predicted = best.rule(config.system.energy(test.spins))
    record = {
        "config": name,
        "meaning": "ceiling" if config.protocol.in_equilibrium else "equilibrium reference",
        "expected_macro_f1": best.expected_macro_f1,
        "range95": list(best.range95),
        "realised_macro_f1": macro_f1(test.labels, predicted),
        "per_class_f1": dict(
            zip([region.name for region in REGIONS], best.per_class_f1, strict=True)
        ),
        "expected_accuracy": best.accuracy,
        "maximum_posterior_macro_f1": best.maximum_posterior_macro_f1,
        "energy_cuts_per_site": {
            region.name: cut / V1.size**2
            for region, cut in zip(REGIONS[1:], best.rule.cuts, strict=True)
        },
    }
    found: dict[str, Any] = shared_digits(record)
    return found
