"""Where a checkpoint's files are: a folder, the local cache, or the Hub; weights in safetensors.

Looking here first costs a second; transformers itself would retry for a minute without a network,
and not name the checkpoint.
"""

import os
from pathlib import Path

from ising_bench.dataset import hub
from ising_bench.errors import IsingBenchError

PREPROCESSOR = "preprocessor_config.json"  # mean and deviation of the colours it was trained on

_FILES = ["config.json", PREPROCESSOR, "*.safetensors", "*.safetensors.index.json"]
_TIMEOUT = 1.5  # seconds to the first answer; the client asks twice


def locate(checkpoint: str, revision: str | None = None) -> Path:
    """The folder with the checkpoint's files, downloaded if need be.

    Raises IsingBenchError that names the checkpoint where it cannot be had.
    """
    folder = Path(os.path.expanduser(checkpoint))
    if folder.is_dir():
        return _checked(folder, checkpoint)
    if checkpoint.startswith((".", "/", "~")) or checkpoint.count("/") > 1:
        raise IsingBenchError(f"checkpoint {checkpoint}: no such folder")
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    def download(local_only: bool) -> Path:
        return Path(
            snapshot_download(
                checkpoint,
                revision=revision,
                allow_patterns=_FILES,
                local_files_only=local_only,
            )
        )

    try:
        cached = download(local_only=True)
        # a cache may hold the weights alone, and colours scaled otherwise would go unnoticed
        if any(cached.glob("*.safetensors")) and (cached / PREPROCESSOR).is_file():
            return _checked(cached, checkpoint)
    except (LocalEntryNotFoundError, ValueError):
        pass  # not in the cache: on to the Hub
    with hub.faults(
        f"checkpoint {checkpoint} is neither on this machine nor to be had from the Hub",
        f"with a network run: hf download {checkpoint}, or name a folder as checkpoint in a recipe "
        "of your own (--recipe)",
    ):
        HfApi().model_info(checkpoint, revision=revision, timeout=_TIMEOUT)
        return _checked(download(local_only=False), checkpoint)


def _checked(folder: Path, checkpoint: str) -> Path:
    if not (folder / "config.json").is_file():
        raise IsingBenchError(f"checkpoint {checkpoint}: {folder} has no config.json")
    if not any(folder.glob("*.safetensors")):
        raise IsingBenchError(
            f"checkpoint {checkpoint} has no weights in safetensors, and other formats can run "
            "code when they are loaded; convert it with transformers' save_pretrained"
        )
    return folder
