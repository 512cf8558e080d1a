"""The release as Hugging Face `datasets`, from wherever it is, verified before it is handed out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ising_bench import hub, manifest
from ising_bench.errors import FolderError, VerificationError
from ising_bench.folder import recover
from ising_bench.identity import DATASET_ID, tag_of
from ising_bench.progress import say
from ising_bench.samples import DEFAULT_FOLDER
from ising_bench.v1 import V1
from ising_bench.verify import verify_config

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
    recover(DEFAULT_FOLDER, say)
    if (DEFAULT_FOLDER / manifest.FILE_NAME).is_file():
        fault = _fault(DEFAULT_FOLDER, config)
        if fault is None:
            return DEFAULT_FOLDER
        say(f"{fault}; taking it from the Hub instead")
    published = f"{DATASET_ID}@{tag_of(V1.version)}"
    cached = hub.cache_of(published)
    if _fault(cached, config) is None:  # content is proved, so nobody needs to ask the Hub
        return cached
    hub.download(published, cached, anew=cached.exists())
    fault = _fault(cached, config)
    if fault is not None:
        raise VerificationError([f"{fault}; make it here with: ising-bench build"])
    return cached


def _fault(folder: Path, config: str) -> str | None:
    """Why a folder does not serve."""
    try:
        found = manifest.read(folder)
        if found.kind != "release":
            return f"{folder} is a {found.kind}, not release {V1.version}"
        if config not in found.configs:
            return f"{folder} has no {config}"
        problems = verify_config(folder, found, config)
    except (FolderError, OSError) as error:
        return str(error).splitlines()[0]
    return f"{folder} does not verify ({problems[0]})" if problems else None
