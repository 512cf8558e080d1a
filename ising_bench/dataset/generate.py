"""Any amount of labelled lattices by the release's protocol, in bounded memory."""

from pathlib import Path

from ising_bench.card import card
from ising_bench.dataset.build import replaceable_manifest, tell_entropy
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.folder import replacing
from ising_bench.progress import bar, say
from ising_bench.regions import REGIONS
from ising_bench.releases import manifest, table
from ising_bench.releases.manifest import ConfigRecord, FileRecord, Manifest, SplitRecord
from ising_bench.releases.release import GENERATED, SHARD_ROWS, shards
from ising_bench.releases.v1 import V1


def generate(
    name: str, per_class: int, out: Path, entropy: str, threads: int | None = None
) -> Manifest:
    """Write `per_class` lattices of each class of a config into the folder `out`.

    They share no chain with the release, even under its entropy: the split is part of every key.
    Memory does not grow with their number. Raises UnknownNameError, IsingBenchError for a number
    below 1, FolderError where `out` is not empty or cannot be written.
    """
    config = V1.config(name)
    if per_class < 1:
        raise IsingBenchError(f"--per-class is {per_class}: it must be 1 or more")
    release = V1.redrawn(entropy)
    rows = per_class * len(REGIONS)
    with replacing(out, _check_vacant, say) as new:
        tell_entropy(entropy)
        (new / config.name).mkdir()
        digest = table.ContentDigest(config.name)
        digest.begin_split(GENERATED, rows)
        files: list[FileRecord] = []
        table_bytes = 0
        files_in_all = -(-rows // SHARD_ROWS)
        with bar("generating", rows) as advance:
            for i, (chains, spins) in enumerate(shards(release, config, rows, threads, advance)):
                digest.add_chains(chains, spins)
                path = new / manifest.parquet_name(config.name, GENERATED, i, files_in_all)
                shard = table.to_table(chains, spins)
                table.write(shard, path)
                table_bytes += shard.nbytes
                files.append(manifest.file_record(path, new))
        split = SplitRecord(rows, (per_class,) * len(REGIONS), table_bytes, tuple(files))
        draft = Manifest(
            kind="generated",
            release=release.version,
            entropy=entropy,
            size=release.size,
            configs={config.name: ConfigRecord(digest.hexdigest(), {GENERATED: split})},
        )
        return manifest.write(draft, {manifest.CARD_NAME: card.render(draft)}, new)


def _check_vacant(out: Path) -> None:
    present = replaceable_manifest(out)
    if present is not None:
        raise FolderError(f"{out} already holds {present.what}; choose another with --out")
