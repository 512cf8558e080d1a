"""Writing configs: chains -> rows -> parquet -> records of the manifest."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from ising_bench.ahead import ahead
from ising_bench.card import card
from ising_bench.progress import Advance, say
from ising_bench.releases import manifest, table
from ising_bench.releases.digest import ContentDigest, made
from ising_bench.releases.manifest import ConfigRecord, Manifest, SplitRecord
from ising_bench.releases.release import Config, Part, Release
from ising_bench.rows import Rows


def write_configs(
    release: Release,
    configs: Sequence[Config],
    folder: Path,
    advance: Advance,
    threads: int | None = None,
) -> dict[str, ConfigRecord]:
    """Simulate configs into files of a dataset folder; while one is written the next is simulated.
    Raises VerificationError where a released config comes out otherwise."""

    def make(told: Advance) -> Iterator[tuple[Config, Part, Rows]]:
        for config in configs:
            for part, rows in made(release, config, None, threads, told):
                yield config, part, rows

    digests = {config.name: ContentDigest(release.content, config) for config in configs}
    splits: dict[str, dict[str, SplitRecord]] = {config.name: {} for config in configs}
    with ahead(make, advance) as files:
        for config, part, rows in files:
            rows_digest = digests[config.name].add_part(part, rows)
            written = _write(config, part, rows, rows_digest, folder)
            before = splits[config.name].get(part.split)
            splits[config.name][part.split] = _together(before, written)
            if part.split == config.task.splits[-1].name:
                release.check_digest(config, digests[config.name].hexdigest())
    return {
        config.name: _record(release, config, digests[config.name], splits[config.name])
        for config in configs
    }


def _write(
    config: Config, part: Part, rows: Rows, rows_digest: str | None, folder: Path
) -> SplitRecord:
    """Write one file; returns the record that its split would have if it were the only one."""
    path = folder / manifest.parquet_name(config.name, part.split, part.index, part.count)
    path.parent.mkdir(exist_ok=True)
    written = table.to_table(config, rows)
    table.write(written, path)
    counts = np.bincount(rows.labels, minlength=config.task.classes)
    files = (manifest.file_record(path, folder, rows_digest),)
    return SplitRecord(len(rows), tuple(counts.tolist()), written.nbytes, files)


def _together(one: SplitRecord | None, other: SplitRecord) -> SplitRecord:
    """The record of a split with the files of both."""
    if one is None:
        return other
    return SplitRecord(
        one.rows + other.rows,
        tuple(a + b for a, b in zip(one.class_counts, other.class_counts, strict=True)),
        one.table_bytes + other.table_bytes,
        one.files + other.files,
    )


def _record(
    release: Release, config: Config, digest: ContentDigest, splits: dict[str, SplitRecord]
) -> ConfigRecord:
    """The record of a config, in the format that goes with the release's content."""
    is_first = release.content == 1
    return ConfigRecord(
        size=None if is_first else config.size,
        task=None if is_first else config.task.name,
        content_digest=digest.hexdigest(),
        splits=splits,
    )


def write_documents(
    release: Release,
    kind: Literal["release", "fresh draw", "generated"],
    configs: dict[str, ConfigRecord],
    folder: Path,
) -> Manifest:
    """Write card and manifest of configs whose files are there; returns the manifest."""
    complete, contents = documents_of(release, kind, configs)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return complete


def documents_of(
    release: Release,
    kind: Literal["release", "fresh draw", "generated"],
    configs: dict[str, ConfigRecord],
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest of these configs, and what to write once their files are there: the card, and
    itself last."""
    is_first = next(iter(configs.values())).size is None
    draft = Manifest(
        kind=kind,
        release=release.version,
        entropy=release.entropy,
        configs=configs,
        size=release.config(next(iter(configs))).size if is_first else None,
        format=None if is_first else 2,
    )
    return manifest.completed(draft, {manifest.CARD_NAME: card.render(draft, release)})


def tell_entropy(entropy: str) -> None:
    """Before the work begins, so that a run that is killed can be repeated."""
    say(f"the same again: --entropy {entropy}")
