"""The release as Hugging Face `datasets`, from wherever it is, verified before it is handed out."""

from pathlib import Path
from typing import TYPE_CHECKING

from ising_bench.dataset import hub
from ising_bench.dataset.samples import DEFAULT_FOLDER, table_of, why_unusable
from ising_bench.errors import VerificationError
from ising_bench.identity import DATASET_ID, LICENSE, NAME, ORIGIN, tag_of
from ising_bench.progress import say
from ising_bench.releases import manifest, table
from ising_bench.releases.known import option, release_of
from ising_bench.releases.release import Config, Release

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def load(
    config: str, split: str | None = None, release: str | None = None
) -> "DatasetDict | Dataset":
    """A config of a release, the newest by default: its three splits by name, or one of them.

    From ./ising-bench where that holds it and verifies, else from the Hub at this release's tag
    (kept in the Hub's cache, verified too). The rows are read from the files that were verified
    and stay in memory: neither a card nor an earlier cache of `datasets` has a say in them. Its
    formats make int64 of the spins, unless `with_format(..., columns=["spins"], dtype=...)` asks
    for int8; the dtype holds for every column that is named. Raises
    UnknownNameError, and IsingBenchError where it is neither here nor there.
    """
    from datasets import DatasetDict

    version = release_of(release)
    chosen = version.config(config)
    splits = chosen.task.splits if split is None else [chosen.task.split(split)]
    folder = _verified(version, config)
    by_split = {part.name: _rows(folder, version, chosen, part.name) for part in splits}
    return by_split[split] if split is not None else DatasetDict(by_split)


def _rows(folder: Path, release: Release, config: Config, split: str) -> "Dataset":
    from datasets import Dataset, DatasetInfo, Features, NamedSplit
    from datasets.table import InMemoryTable

    columns = Features.from_dict(table.features(config))
    info = DatasetInfo(
        description=f"{release.description}. {ORIGIN}",
        license=LICENSE,
        features=columns,
        config_name=config.name,
        dataset_name=NAME,
        version=release.version,
    )
    rows = table_of(folder, manifest.read(folder), config, split)
    typed = InMemoryTable(rows.cast(columns.arrow_schema))
    return Dataset(typed, info=info, split=NamedSplit(split))


def _verified(release: Release, config: str) -> Path:
    unusable = why_unusable(DEFAULT_FOLDER, release, config)
    if unusable is None:
        return DEFAULT_FOLDER
    if (DEFAULT_FOLDER / manifest.FILE_NAME).is_file():
        say(f"{unusable}; taking it from the Hub instead")
    published = f"{DATASET_ID}@{tag_of(release.version)}"
    cached = hub.cache_of(published)
    if why_unusable(cached, release, config) is None:  # proved, so nobody needs to ask the Hub
        return cached
    mend = f"make it with: ising-bench build {config}{option(release.version)}"
    hub.download(published, cached, anew=cached.exists(), mend=mend)
    unusable = why_unusable(cached, release, config)
    if unusable is not None:
        raise VerificationError([f"{unusable}; {mend}"])
    return cached
