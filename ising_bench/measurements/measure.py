"""`ising-bench measure`: every slow measurement, part by part, into one file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ising_bench.errors import one_of
from ising_bench.measured import PARTS, write
from ising_bench.measurements import (
    equilibrium,
    image_ceilings,
    interface,
    relaxation,
    released,
    scores,
)
from ising_bench.measurements.effort import Effort
from ising_bench.releases.release import Release

_MAKERS: dict[str, Callable[[Release, Effort], Iterable[Any]]] = {
    "autocorrelation": relaxation.autocorrelation,
    "relaxation": relaxation.relaxation,
    "agreement": equilibrium.agreement,
    "temperatures": equilibrium.temperatures,
    "classes": equilibrium.classes,
    "interface": interface.interface,
    "scores": scores.scores,
    "ceilings": released.ceilings,
    "image_ceilings": image_ceilings.image_ceilings,
    "distinct": released.distinct,
    "baselines": released.baselines,
}


def measure(
    release: Release,
    parts: Iterable[str],
    out: Path,
    effort: Effort,
    done: Callable[[str], object],
    systems: Sequence[str] = (),
) -> None:
    """Measure these parts of a release (all if none is named), each written to the file as soon as
    it is known; of the configs of these systems alone where some are named, the records of the
    others staying.

    done is called with the name of each part. Everything follows from the release's entropy, so the
    same effort gives the same numbers. Raises UnknownNameError, IsingBenchError.
    """
    its = list(dict.fromkeys(config.system.name for config in release.configs))
    chosen = [one_of("system", name, its) for name in systems]
    if chosen:
        configs = tuple(c for c in release.configs if c.system.name in chosen)
        release = replace(release, configs=configs)
        chosen += [config.name for config in configs]
    known = _parts_of(release)
    for part in [one_of("part", part, known) for part in parts] or known:
        write(out, part, _MAKERS[part](release, effort), chosen)
        done(part)


def _parts_of(release: Release) -> list[str]:
    """All that can be asked of its systems: interfaces only where rows are fixed, features only of
    spins, and ceilings of images where they do not show all."""
    parts = set(PARTS)
    if not any(config.system.fixed(config.size) is not None for config in release.configs):
        parts -= {"interface", "scores"}
    if not any(config.system.hidden for config in release.configs):
        parts -= {"image_ceilings"}
    return [part for part in PARTS if part in parts]
