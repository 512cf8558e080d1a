"""Datasets on the Hub, brought to a local folder, where everything else takes them from."""

from pathlib import Path

from ising_bench import manifest
from ising_bench.errors import IsingBenchError

DATASET_ID = "ising-bench/ising-bench"  # where releases are published

_TIMEOUT = 4  # seconds


def folder_of(source: str, configs: list[str]) -> Path:
    """A local folder as it is; ORG/NAME[@REVISION] downloaded: manifest, card and these configs.

    Raises FolderError for a folder that is none, IsingBenchError where the Hub has no such dataset
    or cannot be reached.
    """
    folder = Path(source)
    repo, _, revision = source.partition("@")
    if folder.exists() or repo.count("/") != 1 or source.startswith((".", "/", "~")):
        manifest.read(folder)  # or an error that says how to build one
        return folder
    from huggingface_hub import HfApi, snapshot_download

    patterns = [manifest.FILE_NAME, manifest.CARD_NAME, *(f"{config}/*" for config in configs)]
    try:
        HfApi().dataset_info(repo, revision=revision or None, timeout=_TIMEOUT)
        return Path(
            snapshot_download(
                repo, repo_type="dataset", revision=revision or None, allow_patterns=patterns
            )
        )
    except Exception as error:  # the client's own errors and those of two HTTP libraries
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise IsingBenchError(
            f"dataset {source} is not to be had from the Hub ({reason}), and there is no such "
            "folder; make one with: ising-bench build"
        ) from None
