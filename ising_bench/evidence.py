"""What a physics test looks at, what it finds, and when many findings together are an alarm."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ising_bench.systems import Spins, System

LEVEL = 1e-3  # chance that any of the tests fails on honest data


@dataclass(frozen=True)
class Finding:
    """One test: of what, its p-value, and what was seen."""

    config: str
    part: str
    test: str
    p: float
    seen: str


@dataclass(frozen=True)
class Lattices:
    """Rows to be tested: spins (n, L, L), temperatures in hundredths (n,), labels (n,), and ids,
    from which the randomiser of the quantiles comes."""

    config: str
    system: System
    spins: Spins
    hundredths: NDArray[np.int64]
    labels: NDArray[np.int64]
    sample_ids: list[str]


def rejected(found: Iterable[Finding], level: float = LEVEL) -> list[Finding]:
    """What Holm's procedure (Scand. J. Stat. 6, 65, 1979) rejects, smallest p first."""
    ordered = sorted(found, key=lambda finding: finding.p)
    for i, finding in enumerate(ordered):
        if finding.p > level / (len(ordered) - i):
            return ordered[:i]
    return ordered
