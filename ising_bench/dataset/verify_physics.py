"""The data of a folder against the exact physics: `ising-bench verify --physics`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ising_bench.dataset.verify_rows import read_rows
from ising_bench.physics.evidence import Finding, Lattices, rejected
from ising_bench.physics.findings import findings
from ising_bench.progress import bar
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Release
from ising_bench.releases.v1 import V1


@dataclass(frozen=True)
class PhysicsReport:
    """All findings; those that Holm's procedure rejects among the equilibrium configs, which must
    be none, and among the others, whose protocol is known to fall short of equilibrium."""

    findings: list[Finding]
    rejected: list[Finding]
    known_deviations: list[Finding]


def verify_physics(folder: Path, found: Manifest, release: Release = V1) -> PhysicsReport:
    """Test a folder that verifies. Its rows are fixed, so this has one answer."""
    equilibrium: list[Finding] = []
    others: list[Finding] = []
    with bar("physics", len(found.configs), "configs") as advance:
        for name in found.configs:
            into = equilibrium if release.config(name).protocol.in_equilibrium else others
            into += findings(read_lattices(folder, found, name, release))
            advance(1)
    return PhysicsReport(equilibrium + others, rejected(equilibrium), rejected(others))


def read_lattices(folder: Path, found: Manifest, name: str, release: Release = V1) -> Lattices:
    """All rows of a config, of all its splits."""
    record = found.configs[name]
    files = [
        read_rows(folder, file.path, found.size)
        for split in record.splits.values()
        for file in split.files
    ]
    return Lattices(
        config=name,
        system=release.config(name).system,
        spins=np.concatenate([rows.spins for rows in files]),
        hundredths=np.concatenate([rows.hundredths for rows in files]),
        labels=np.concatenate([rows.labels for rows in files]),
        sample_ids=[sample_id for rows in files for sample_id in rows.sample_ids],
    )
