"""The data of a folder against the exact physics: `ising-bench verify --physics`."""

from dataclasses import dataclass
from pathlib import Path

from ising_bench.dataset.verify_rows import read_rows
from ising_bench.errors import IsingBenchError
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.progress import bar
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Config
from ising_bench.rows import Rows, joined
from ising_bench.system import Finding


@dataclass(frozen=True)
class PhysicsReport:
    """The findings of the equilibrium configs, and of the others, whose protocol is known to fall
    short of equilibrium; and what Holm's procedure rejects of each: of the first it must be none.
    """

    equilibrium: list[Finding]
    others: list[Finding]
    rejected: list[Finding]
    known_deviations: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        return self.equilibrium + self.others


def verify_physics(folder: Path, manifest: Manifest) -> PhysicsReport:
    """Test a folder that verifies. Its rows are fixed, so this has one answer. Raises
    IsingBenchError for lattices of a size at which the exact physics is not known."""
    equilibrium: list[Finding] = []
    others: list[Finding] = []
    release = release_of(manifest.release)
    with bar("physics", len(manifest.configs), "configs") as advance:
        for name in manifest.configs:
            config = manifest.config_of(name, release)
            into = equilibrium if config.protocol.in_equilibrium else others
            try:
                into += findings(all_rows(folder, manifest, config))
            except ValueError as error:  # of a size at which the physics is not known
                raise IsingBenchError(f"{name}: {error}") from None
            advance(1)
    return PhysicsReport(equilibrium, others, rejected(equilibrium), rejected(others))


def all_rows(folder: Path, manifest: Manifest, config: Config) -> Rows:
    """Those of a config, of all its splits."""
    files = manifest.configs[config.name].files
    return joined([read_rows(folder, file.path, config).rows for file in files])
