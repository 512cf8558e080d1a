"""Arrays without `datasets`: from a local folder that verifies, or simulated on the spot."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ising_bench.arrays import Spins
from ising_bench.dataset.verify import verify_config
from ising_bench.errors import FolderError, VerificationError
from ising_bench.folder import recover
from ising_bench.progress import bar, say
from ising_bench.releases import manifest, table
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Config, Split, lattices
from ising_bench.releases.v1 import V1

DEFAULT_FOLDER = Path("ising-bench")


@dataclass(frozen=True)
class Samples:
    """The rows of one split as arrays: spins (n, L, L) int8, labels (n,) int64 and temperatures
    (n,) float64 in |J|/k_B, in the order of the split's rows."""

    spins: Spins
    labels: NDArray[np.int64]
    temperatures: NDArray[np.float64]


def arrays(
    config: str, split: str, folder: str | Path | None = None
) -> tuple[Spins, NDArray[np.int64]]:
    """Spins (n, 100, 100) int8 of +1 and -1, and labels (n,) int64, of one split of the release.

    Without `folder`, the release's data: read from ./ising-bench where that holds the config and
    verifies, else simulated (a second or so); both are equal bit for bit. With `folder`, what is
    in it, fresh draw or release. Raises UnknownNameError; with `folder`, FolderError where it has
    no such config and VerificationError where it does not verify.
    """
    found = samples(config, split, folder)
    return found.spins, found.labels


def samples(config: str, split: str, folder: str | Path | None = None) -> Samples:
    """What `arrays` gives, with the temperatures. Raises as `arrays`."""
    chosen, part = V1.config(config), V1.split(split)
    if folder is not None:
        return _read(Path(folder), chosen, part)
    unusable = why_unusable(DEFAULT_FOLDER, config)
    if unusable is None:
        return _rows(DEFAULT_FOLDER, manifest.read(DEFAULT_FOLDER), chosen, part)
    if (DEFAULT_FOLDER / manifest.FILE_NAME).is_file():
        say(f"{unusable}; simulating instead")
    return _simulated(chosen, part)


def why_unusable(folder: Path, config: str) -> str | None:
    """Why a folder does not serve as the release's data of a config; None where it does, proved."""
    recover(folder, say)
    try:
        found = manifest.read(folder)
        if found.kind != "release":
            return f"{folder} is {found.what}, not release {V1.version}"
        if config not in found.configs:
            return f"{folder} has no {config}"
        problems = verify_config(folder, found, config)
    except (FolderError, OSError) as error:
        return str(error).splitlines()[0]
    return f"{folder} does not verify ({problems[0]})" if problems else None


def _read(folder: Path, config: Config, split: Split) -> Samples:
    recover(folder, say)
    found = manifest.read(folder)
    if config.name not in found.configs or split.name not in found.configs[config.name].splits:
        raise FolderError(
            f"{folder} has no {config.name}/{split.name}; make it with: "
            f"{found.build_command(config.name, folder)}"
        )
    problems = verify_config(folder, found, config.name)
    if problems:
        raise VerificationError(problems)
    return _rows(folder, found, config, split)


def table_of(folder: Path, found: Manifest, config: str, split: str) -> pa.Table:
    """The rows of a split of a folder that was verified, as they stand in its files."""
    files = found.configs[config].splits[split].files
    return pa.concat_tables([table.read(folder / file.path, found.size) for file in files])


def _rows(folder: Path, found: Manifest, config: Config, split: Split) -> Samples:
    rows = table_of(folder, found, config.name, split.name)
    return Samples(
        table.spins_of(rows, found.size).copy(),  # Arrow's memory is read-only
        rows.column("label").to_numpy().copy(),
        rows.column("temperature").to_numpy().copy(),
    )


def _simulated(config: Config, wanted: Split) -> Samples:
    made = _simulated_splits(config)[wanted.name]
    return Samples(made.spins.copy(), made.labels.copy(), made.temperatures.copy())


@lru_cache(maxsize=4)  # 13 MB each; who asks for one split asks for the next
def _simulated_splits(config: Config) -> dict[str, Samples]:
    """All splits, since only all of a config has a digest to agree with."""
    digest = table.ContentDigest(config.name)
    made = {}
    total = sum(split.rows for split in V1.splits)
    with bar(f"simulating {config.name}", total) as advance:
        for split, chains, spins in lattices(V1, config, progress=advance):
            digest.begin_split(split.name, split.rows)
            digest.add_chains(chains, spins)
            labels = np.array([chain.label for chain in chains])
            temperatures = np.array([chain.hundredths for chain in chains]) / 100
            made[split.name] = Samples(spins, labels, temperatures)
    V1.check_digest(config, digest.hexdigest())
    return made
