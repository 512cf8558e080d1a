"""Any amount of labelled rows by the release's protocol, in bounded memory."""

from pathlib import Path

from ising_bench.dataset.build import replaceable_manifest
from ising_bench.dataset.write import tell_entropy, write_configs, write_documents
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.folder import replacing
from ising_bench.progress import bar, say
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Release


def generate(
    release: Release,
    name: str,
    per_class: int,
    out: Path,
    entropy: str,
    threads: int | None = None,
) -> Manifest:
    """Write `per_class` images of each class of a config into the folder `out`.

    They share no chain with the release, even under its entropy: the split is part of every key.
    Memory does not grow with their number. Raises UnknownNameError, IsingBenchError for a number
    below 1, FolderError where `out` is not empty or cannot be written.
    """
    config, drawn = release.config(name), release.redrawn(entropy)
    if per_class < 1:
        raise IsingBenchError(f"--per-class is {per_class}: it must be 1 or more")
    rows = per_class * config.task.classes
    with replacing(out, _check_vacant, say) as new:
        tell_entropy(entropy)
        with bar("generating", rows) as advance:
            records = write_configs(drawn, [config], new, advance, rows, threads)
        return write_documents(drawn, "generated", records, new)


def _check_vacant(out: Path) -> None:
    present = replaceable_manifest(out)
    if present is not None:
        raise FolderError(f"{out} already holds {present.what}; choose another with --out")
