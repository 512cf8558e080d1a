"""The release as Hugging Face `datasets`, from wherever it is, verified before it is handed out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ising_bench import hub, manifest
from ising_bench.errors import VerificationError
from ising_bench.identity import DATASET_ID, tag_of
from ising_bench.progress import say
from ising_bench.samples import DEFAULT_FOLDER, why_unusable
from ising_bench.v1 import V1

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def load(config: str, split: str | None = None) -> "DatasetDict | Dataset":
    """A config of the release: its three splits by name, or one of them.

    From ./ising-bench where that holds it and verifies, else from the Hub at this release's tag
    (kept in the Hub's cache, verified too). Raises UnknownNameError, and IsingBenchError where it
    is neither here nor there.
    """
    from datasets import load_dataset

    V1.config(config)
    if split is not None:
        V1.split(split)
    found: Any = load_dataset(str(_verified(config)), config, split=split)
    return found


def _verified(config: str) -> Path:
    unusable = why_unusable(DEFAULT_FOLDER, config)
    if unusable is None:
        return DEFAULT_FOLDER
    if (DEFAULT_FOLDER / manifest.FILE_NAME).is_file():
        say(f"{unusable}; taking it from the Hub instead")
    published = f"{DATASET_ID}@{tag_of(V1.version)}"
    cached = hub.cache_of(published)
    if why_unusable(cached, config) is None:  # content is proved, so nobody needs to ask the Hub
        return cached
    hub.download(published, cached, anew=cached.exists())
    unusable = why_unusable(cached, config)
    if unusable is not None:
        raise VerificationError([f"{unusable}; make it here with: ising-bench build"])
    return cached
