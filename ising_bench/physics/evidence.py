"""When many findings together are an alarm."""

from collections.abc import Iterable
from math import expm1, log1p

from ising_bench.physics.significance import holm
from ising_bench.system import Finding

LEVEL = 1e-3  # chance that any of the tests fails on honest data


def smallest(findings: Iterable[Finding]) -> str:
    """The smallest p of some tests, in words, and how likely one that small is among so many, were
    they independent."""
    family = list(findings)
    least = min(family, key=lambda finding: finding.p)
    percent = -100 * expm1(len(family) * log1p(-least.p)) if least.p < 1 else 100.0
    shown = f"{percent:.0f}" if percent >= 10 else f"{percent:.2g}"
    return (
        f"smallest p {least.p:.2g} ({least.test} of {least.config}, {least.part}); among "
        f"{len(family)} independent tests one is as small as that in {shown} % of cases"
    )


def rejected(findings: Iterable[Finding], level: float = LEVEL) -> list[Finding]:
    """What Holm's procedure rejects, smallest p first."""
    family = list(findings)
    verdicts = holm([finding.p for finding in family], level)
    out = [finding for finding, is_out in zip(family, verdicts, strict=True) if is_out]
    return sorted(out, key=lambda finding: finding.p)
