"""Verifying a dataset folder: every file, every row, and what they claim to be.

Each fault is one line that names its file and, where there is one, its row.
"""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ising_bench.card import header as card_header
from ising_bench.dataset.verify_rows import Repeats, read_rows, row_problems
from ising_bench.errors import IsingBenchError, one_line
from ising_bench.progress import Advance, bar
from ising_bench.releases import manifest
from ising_bench.releases.digest import ContentDigest, digest_of
from ising_bench.releases.known import RELEASES
from ising_bench.releases.manifest import ConfigRecord, FileRecord, Manifest
from ising_bench.releases.release import GENERATED, Config, Release

# What other programs leave in a folder that they copy or publish: no fault of the data, but not
# ours to replace either.
TOLERATED = {".git", ".gitattributes", ".cache", ".DS_Store"}


def verify(folder: Path) -> tuple[Manifest, list[str]]:
    """The folder's manifest and all that is wrong with it, a line for each fault.

    Recomputed: size and SHA-256 of every file, content digests (against the constants of the
    release, or by regenerating other draws), class counts, parameter against label, energy and
    magnetization of each row from its spins, image against spins, fixed sites, ids, repeated
    lattices, and the card. Raises FolderError where there is no readable manifest.
    """
    claim = manifest.read(folder)
    release = RELEASES.get(claim.release)
    if release is None:
        releases = ", ".join(RELEASES)
        return claim, [
            f"{manifest.FILE_NAME}: release is {claim.release}, this ising-bench knows {releases}"
        ]
    problems = _claim_problems(claim, release)
    if problems:
        return claim, problems  # nothing can be held against a claim that contradicts itself
    problems = [
        f"{one_line(name)}: the manifest does not list this file; move it away"
        for name in unlisted_files(folder, claim)
        if name.split("/")[0] not in TOLERATED
    ]
    with bar("verifying", claim.rows * (1 if claim.kind == "release" else 2), "rows") as advance:
        for name in claim.configs:
            problems += verify_config(folder, claim, name, release, advance)
    return claim, problems + _document_problems(folder, claim, release)


def unlisted_files(folder: Path, claim: Manifest) -> list[str]:
    """Paths in a dataset folder that neither its manifest lists nor a build writes."""
    listed = {file.path for file in (*claim.files, *claim.documents)}
    ours = listed | {manifest.FILE_NAME, manifest.CARD_NAME}
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(folder) for path in paths)
    return sorted(name.as_posix() for name in names if name.as_posix() not in ours)


def verify_config(
    folder: Path,
    claim: Manifest,
    name: str,
    release: Release,
    progress: Advance = lambda _: None,
) -> list[str]:
    """All that is wrong with one config of a folder. progress is called with rows just done."""
    if name not in release.config_names:
        return [f"{name}: release {release.version} has no such config"]
    if problems := _claim_problems(claim, release):
        return problems  # nothing can be held against a claim that contradicts itself
    record, config = claim.configs[name], claim.config_of(name, release)
    if problems := _size_problems(claim, config):
        return problems
    digest = ContentDigest(claim.format or 1, config)
    repeats = Repeats(config)
    for split, split_record in record.splits.items():
        digest.begin_split(split, split_record.rows)
        counts = [0] * config.task.classes
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
                stored = read_rows(folder, file.path, config)
            except (ValueError, OSError, pa.ArrowException) as error:
                problems.append(f"{file.path}: cannot be read: {one_line(str(error))}")
                continue
            rows = stored.rows
            problems += (wrong := row_problems(stored))
            repeats.add(stored)
            counts = [n + int((rows.labels == label).sum()) for label, n in enumerate(counts)]
            progress(len(rows))
            # what is not of the system has no digest, and was found already
            if not wrong and digest.add(rows) != file.rows_digest:
                problems.append(f"{file.path}: its rows are not those of the manifest's digest")
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
        problems += _origin_problems(claim, config, release, progress)
    return problems


def _document_problems(folder: Path, claim: Manifest, release: Release) -> list[str]:
    """The card and what goes with it are held to their hashes, not to what this version of the
    package would write."""
    if manifest.CARD_NAME not in {file.path for file in claim.documents}:
        return [f"{manifest.FILE_NAME}: does not list {manifest.CARD_NAME}; build again"]
    problems = [problem for file in claim.documents for problem in _file_problems(folder, file)]
    if problems or not set(claim.configs) <= set(release.config_names):
        return problems  # what the release has not has no columns to compare with
    return _header_problems(folder / manifest.CARD_NAME, claim, release)


def _header_problems(card: Path, claim: Manifest, release: Release) -> list[str]:
    """What `datasets` reads of the card must be what the manifest says: which files make a split,
    and of which columns."""
    try:
        said = card_header.read(card.read_bytes())
    except IsingBenchError as error:
        return [f"{error}; build again"]
    ours = card_header.metadata(claim, release)
    for name in ("configs", "dataset_info"):
        if said.get(name) != ours[name]:
            return [f"{manifest.CARD_NAME}: its header is wrong in {name}; build again"]
    return []


def _claim_problems(claim: Manifest, release: Release) -> list[str]:
    problems = []
    if claim.release != release.version:
        problems.append(f"{manifest.FILE_NAME}: release is {claim.release}, not {release.version}")
    # a generated set is digested file by file since there are formats
    if (claim.format or 1) != release.content and claim.kind != "generated":
        problems.append(
            f"{manifest.FILE_NAME}: format is {claim.format or 1}, that of release "
            f"{release.version} is {release.content}"
        )
    kind = release.redrawn(claim.entropy).kind
    if claim.kind not in ("generated", kind):
        problems.append(
            f"{manifest.FILE_NAME}: kind is {claim.kind}, but with entropy {claim.entropy[:8]}... "
            f"it is a {kind} of {release.version}"
        )
    for name in claim.configs:
        try:
            if name in release.config_names:
                claim.config_of(name, release)
        except IsingBenchError as error:
            problems.append(f"{manifest.FILE_NAME}: {error}")
    return problems


def _size_problems(claim: Manifest, config: Config) -> list[str]:
    problems, task = [], claim.configs[config.name].task
    if (size := claim.size_of(config.name)) != config.size:
        problems.append(f"{manifest.FILE_NAME}: size is {size}, must be {config.size}")
    if task not in (None, config.task.name):
        problems.append(f"{manifest.FILE_NAME}: task is {task}, must be {config.task.name}")
    return problems


def _origin_problems(
    claim: Manifest, config: Config, release: Release, progress: Advance
) -> list[str]:
    """Whether a config that agrees with its manifest is what the release, or its entropy, gives."""
    record = claim.configs[config.name]
    drawn = replace(release.redrawn(claim.entropy), content=claim.format or 1)
    counts = {name: split.class_counts for name, split in record.splits.items()}
    expected: str | None
    if claim.kind == "generated":
        rows = _generated_rows(record, config)
        expected = digest_of(drawn, config, rows, progress=progress) if rows else None
    elif counts != (table_1 := {split.name: split.counts for split in config.task.splits}):
        return [f"{config.name}: images of each class are {counts}, the task's are {table_1}"]
    elif claim.kind == "fresh draw":
        expected = digest_of(drawn, config, progress=progress)
    else:
        expected = release.digests[config.name]
    if record.content_digest != expected:
        return [
            f"{config.name}: content digest is {record.content_digest}, that of {claim.what} "
            f"({claim.release}) with entropy {claim.entropy[:8]}... is {expected}; build again"
        ]
    return []


def _generated_rows(record: ConfigRecord, config: Config) -> int | None:
    """How many rows were generated; None for what is not generated."""
    if list(record.splits) != [GENERATED]:
        return None
    values = len(config.task.grid.listed)
    if values:
        return record.rows if record.rows % values == 0 else None
    return record.rows if len(set(record.splits[GENERATED].class_counts)) == 1 else None


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
        target = (folder / path).resolve()
        return target.is_file() and target.is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return False
