"""Verifying a dataset folder: every file, every row, and what they claim to be.

Each fault is one line that names its file and, where there is one, its row.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from ising_bench.card import header as card_header
from ising_bench.dataset.verify_rows import Repeats, read_rows, row_problems
from ising_bench.errors import IsingBenchError, one_line
from ising_bench.progress import bar
from ising_bench.regions import REGIONS
from ising_bench.releases import manifest, table
from ising_bench.releases.manifest import FileRecord, Manifest
from ising_bench.releases.release import GENERATED, Config, Release, lattices, shards
from ising_bench.releases.v1 import V1

Advance = Callable[[int], object]

# What other programs leave in a folder that they copy or publish: no fault of the data, but not
# ours to replace either.
TOLERATED = {".git", ".gitattributes", ".cache", ".DS_Store"}


def verify(folder: Path, release: Release = V1) -> tuple[Manifest, list[str]]:
    """The folder's manifest and all that is wrong with it, a line for each fault.

    Recomputed: size and SHA-256 of every file, content digests (against the constants of the
    release, or by regenerating other draws), Table 1, temperature against label, energy and
    magnetization of each row from its spins, image against spins, fixed rows, ids, repeated
    lattices, and the card. Raises FolderError where there is no readable manifest.
    """
    found = manifest.read(folder)
    problems = _claim_problems(found, release)
    if problems:
        return found, problems  # nothing can be held against a claim that contradicts itself
    problems = [
        f"{one_line(name)}: the manifest does not list this file; move it away"
        for name in unlisted_files(folder, found)
        if name.split("/")[0] not in TOLERATED
    ]
    with bar("verifying", found.rows * (1 if found.kind == "release" else 2), "rows") as advance:
        for name in found.configs:
            problems += verify_config(folder, found, name, release, advance)
    return found, problems + _document_problems(folder, found)


def unlisted_files(folder: Path, found: Manifest) -> list[str]:
    """Paths in a dataset folder that neither its manifest lists nor a build writes."""
    listed = {file.path for file in (*found.files, *found.documents)}
    ours = listed | {manifest.FILE_NAME, manifest.CARD_NAME}
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(folder) for path in paths)
    return sorted(name.as_posix() for name in names if name.as_posix() not in ours)


def verify_config(
    folder: Path,
    found: Manifest,
    name: str,
    release: Release = V1,
    progress: Advance = lambda _: None,
) -> list[str]:
    """All that is wrong with one config of a folder. progress is called with rows just done."""
    if name not in release.config_names:
        return [f"{name}: release {release.version} has no such config"]
    record = found.configs[name]
    config = release.config(name)
    problems = _claim_problems(found, release)
    if problems:
        return problems  # nothing can be held against a claim that contradicts itself
    digest = table.ContentDigest(name)
    repeats = Repeats(config, found.size, sum(split.rows for split in record.splits.values()))
    for split, split_record in record.splits.items():
        digest.begin_split(split, split_record.rows)
        counts = [0] * len(REGIONS)
        names = [file.path for file in split_record.files]
        expected = [manifest.parquet_name(name, split, i, len(names)) for i in range(len(names))]
        if names != expected:
            problems.append(f"{name}/{split}: files are {names}, must be {expected}")
            continue
        for file in split_record.files:  # one at a time: generated sets may exceed memory
            problems += (faults := _file_problems(folder, file))
            if faults and not _is_inside(folder, file.path):
                continue
            try:
                rows = read_rows(folder, file.path, found.size)
            except (ValueError, OSError, pa.ArrowException) as error:
                problems.append(f"{file.path}: cannot be read: {one_line(str(error))}")
                continue
            problems += row_problems(rows, config)
            repeats.add(rows)
            counts = [n + rows.labels.count(label) for label, n in enumerate(counts)]
            progress(len(rows.labels))
            digest.add(rows.spins, rows.labels, rows.hundredths, rows.sample_ids)
        if tuple(counts) != split_record.class_counts or sum(counts) != split_record.rows:
            problems.append(
                f"{name}/{split}: images of each class are {counts}, manifest says "
                f"{list(split_record.class_counts)} of {split_record.rows}"
            )
    problems += repeats.problems()
    if not problems and digest.hexdigest() != record.content_digest:
        problems.append(
            f"{name}: content digest is {digest.hexdigest()}, manifest says {record.content_digest}"
        )
    if not problems:
        problems += _origin_problems(found, config, release, progress)
    return problems


def _document_problems(folder: Path, found: Manifest) -> list[str]:
    """The card and what goes with it are held to their hashes, not to what this version of the
    package would write."""
    if manifest.CARD_NAME not in {file.path for file in found.documents}:
        return [f"{manifest.FILE_NAME}: does not list {manifest.CARD_NAME}; build again"]
    problems = [problem for file in found.documents for problem in _file_problems(folder, file)]
    return problems or _header_problems(folder / manifest.CARD_NAME, found)


def _header_problems(card: Path, found: Manifest) -> list[str]:
    """What `datasets` reads of the card must be what the manifest says: which files make a split,
    and of which columns."""
    try:
        said = card_header.read(card.read_bytes())
    except IsingBenchError as error:
        return [f"{error}; build again"]
    ours = card_header.metadata(found)
    for name in ("configs", "dataset_info"):
        if said.get(name) != ours[name]:
            return [f"{manifest.CARD_NAME}: its header is wrong in {name}; build again"]
    return []


def _claim_problems(found: Manifest, release: Release) -> list[str]:
    problems = []
    if found.release != release.version:
        problems.append(
            f"{manifest.FILE_NAME}: release is {found.release}, "
            f"this ising-bench knows {release.version}"
        )
    if found.size != release.size:
        problems.append(f"{manifest.FILE_NAME}: size is {found.size}, must be {release.size}")
    kind = release.redrawn(found.entropy).kind
    if found.kind not in ("generated", kind):
        problems.append(
            f"{manifest.FILE_NAME}: kind is {found.kind}, but with entropy {found.entropy[:8]}... "
            f"it is a {kind} of {release.version}"
        )
    return problems


def _origin_problems(
    found: Manifest, config: Config, release: Release, progress: Advance
) -> list[str]:
    """Whether a config that agrees with its manifest is what the release, or its entropy, gives."""
    record = found.configs[config.name]
    counts = {name: split.class_counts for name, split in record.splits.items()}
    if found.kind == "generated":
        expected = _generated_digest(found, config, release, progress) if len(counts) == 1 else None
    elif counts != (table_1 := {split.name: split.counts for split in release.splits}):
        return [f"{config.name}: images of each class are {counts}, Table 1 is {table_1}"]
    elif found.kind == "fresh draw":
        fresh = release.redrawn(found.entropy)
        expected = regenerated_digest(fresh, config, progress=progress)
    else:
        expected = release.digests[config.name]
    if record.content_digest != expected:
        return [
            f"{config.name}: content digest is {record.content_digest}, that of {found.what} "
            f"({found.release}) with entropy {found.entropy[:8]}... is {expected}; build again"
        ]
    return []


def _generated_digest(
    found: Manifest, config: Config, release: Release, progress: Advance
) -> str | None:
    """The content digest that generating the same rows gives; None for what is not generated."""
    (split,) = found.configs[config.name].splits.items()
    if split[0] != GENERATED or len(set(split[1].class_counts)) != 1:
        return None
    digest = table.ContentDigest(config.name)
    digest.begin_split(GENERATED, split[1].rows)
    redrawn = release.redrawn(found.entropy)
    for chains, spins in shards(redrawn, config, split[1].rows, progress=progress):
        digest.add_chains(chains, spins)
    return digest.hexdigest()


def regenerated_digest(
    release: Release,
    config: Config,
    threads: int | None = None,
    progress: Advance | None = None,
) -> str:
    """The content digest of a config, from nothing but the release."""
    digest = table.ContentDigest(config.name)
    for split, chains, spins in lattices(release, config, threads, progress):
        digest.begin_split(split.name, split.rows)
        digest.add_chains(chains, spins)
    return digest.hexdigest()


def _file_problems(folder: Path, file: FileRecord) -> list[str]:
    path = folder / file.path
    mend = "build or download again"
    if not _is_inside(folder, file.path):
        return [f"{file.path}: missing, or a link that leads outside the folder; {mend}"]
    if (size := path.stat().st_size) != file.bytes:
        return [f"{file.path}: has {size} bytes, manifest says {file.bytes}; {mend}"]
    if (actual := manifest.sha256(path)) != file.sha256:
        return [f"{file.path}: sha256 is {actual}, manifest says {file.sha256}; {mend}"]
    return []


def _is_inside(folder: Path, path: str) -> bool:
    """Whether this is a file of the folder, wherever `..` and links lead."""
    try:
        found = (folder / path).resolve()
        return found.is_file() and found.is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return False
