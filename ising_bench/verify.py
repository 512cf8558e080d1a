"""Verifying a dataset folder: every file, every row, and what they claim to be.

Each fault is one line that names its file and, where there is one, its row.
"""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ising_bench import card, image, manifest, table
from ising_bench.chains import simulate
from ising_bench.manifest import FileRecord, Manifest
from ising_bench.regions import GRID, REGIONS, label_of
from ising_bench.release import V1, Config, Release
from ising_bench.repeats import is_plausible_repeat
from ising_bench.systems import Spins, magnetization


@dataclass(frozen=True)
class Rows:
    """The rows of one file as arrays."""

    path: str
    spins: Spins
    labels: list[int]
    hundredths: list[int]
    energy: NDArray[np.float64]
    magnetization: NDArray[np.float64]
    sample_ids: list[str]
    pngs: list[bytes]

    def place(self, i: int) -> str:
        return f"{self.path}: row {i}"


def verify(folder: Path, release: Release = V1) -> tuple[Manifest, list[str]]:
    """The folder's manifest and all that is wrong with it, a line for each fault.

    Recomputed: size and SHA-256 of every file, content digests (against the constants of the
    release, or by regenerating a fresh draw), Table 1, temperature against label, energy and
    magnetization of each row from its spins, image against spins, fixed rows, ids, repeated
    lattices, and the card. Raises FolderError where there is no readable manifest.
    """
    found = manifest.read(folder)
    problems = _claim_problems(found, release)
    if problems:
        return found, problems  # nothing can be held against a claim that contradicts itself
    problems = [
        f"{name}: the manifest does not list this file; move it away"
        for name in unlisted_files(folder, found)
    ]
    for name in found.configs:
        problems += verify_config(folder, found, name, release)
    if not problems:
        card_path = folder / manifest.CARD_NAME
        if not card_path.is_file():
            problems.append(f"{manifest.CARD_NAME}: missing; build again")
        elif card_path.read_text("utf-8", errors="replace") != card.render(found):
            problems.append(f"{manifest.CARD_NAME}: is not the card of this manifest; build again")
    return found, problems


def unlisted_files(folder: Path, found: Manifest) -> list[str]:
    """Paths in a dataset folder that neither its manifest lists nor a build writes."""
    ours = {file.path for file in found.files} | {manifest.FILE_NAME, manifest.CARD_NAME}
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(p for path in paths if (p := path.relative_to(folder).as_posix()) not in ours)


def verify_config(folder: Path, found: Manifest, name: str, release: Release = V1) -> list[str]:
    """All that is wrong with one config of a folder."""
    if name not in release.config_names:
        return [f"{name}: release {release.version} has no such config"]
    record = found.configs[name]
    config = release.config(name)
    problems: list[str] = []
    digest = table.ContentDigest(name)
    repeats = _Repeats(config, found.size, sum(split.rows for split in record.splits.values()))
    for split, split_record in record.splits.items():
        digest.begin_split(split, split_record.rows)
        counts = [0] * len(REGIONS)
        for file in split_record.files:  # one at a time: generated sets may exceed memory
            problems += (faults := _file_problems(folder, file))
            if faults and not _is_inside(folder, file.path):
                continue
            try:
                rows = _read_rows(folder, file.path, found.size)
            except (ValueError, OSError, pa.ArrowException) as error:
                problems.append(f"{file.path}: cannot be read: {error}")
                continue
            problems += _row_problems(rows, config)
            repeats.add(rows)
            counts = [n + rows.labels.count(label) for label, n in enumerate(counts)]
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
    if not problems and found.kind != "generated":
        problems += _origin_problems(found, config, release)
    return problems


def _claim_problems(found: Manifest, release: Release) -> list[str]:
    problems = []
    if found.release != release.version:
        problems.append(
            f"{manifest.FILE_NAME}: release is {found.release}, "
            f"this ising-bench knows {release.version}"
        )
    if found.size != release.size:
        problems.append(f"{manifest.FILE_NAME}: size is {found.size}, must be {release.size}")
    is_release = found.entropy == release.entropy
    if found.kind != "generated" and is_release != (found.kind == "release"):
        problems.append(
            f"{manifest.FILE_NAME}: kind is {found.kind}, but entropy {found.entropy[:8]}… is "
            f"{'' if is_release else 'not '}that of release {release.version}"
        )
    return problems


def _origin_problems(found: Manifest, config: Config, release: Release) -> list[str]:
    """Whether a config that agrees with its manifest is what the release, or its entropy, gives."""
    record = found.configs[config.name]
    expected_counts = {split.name: split.counts for split in release.splits}
    counts = {name: split.class_counts for name, split in record.splits.items()}
    if counts != expected_counts:
        return [f"{config.name}: images of each class are {counts}, Table 1 is {expected_counts}"]
    released = release.digests.get(config.name)
    if found.kind == "fresh draw":
        released = regenerated_digest(release.redrawn(found.entropy), config)
    if record.content_digest != released:
        return [
            f"{config.name}: content digest is {record.content_digest}, that of {found.kind} "
            f"{found.release} with entropy {found.entropy[:8]}… is {released}; build again"
        ]
    return []


def regenerated_digest(release: Release, config: Config, threads: int | None = None) -> str:
    """The content digest of a config, from nothing but the release."""
    digest = table.ContentDigest(config.name)
    for split in release.splits:
        chains = release.chains(config, split)
        digest.begin_split(split.name, split.rows)
        digest.add_chains(chains, simulate(chains, threads))
    return digest.hexdigest()


def _file_problems(folder: Path, file: FileRecord) -> list[str]:
    path = folder / file.path
    mend = "build or download again"
    if not _is_inside(folder, file.path):
        return [f"{file.path}: missing, or not inside the folder; {mend}"]
    if (size := path.stat().st_size) != file.bytes:
        return [f"{file.path}: has {size} bytes, manifest says {file.bytes}; {mend}"]
    if (actual := manifest.sha256(path)) != file.sha256:
        return [f"{file.path}: sha256 is {actual}, manifest says {file.sha256}; {mend}"]
    return []


def _is_inside(folder: Path, path: str) -> bool:
    """Whether this is a file of the folder, wherever `..` and links lead."""
    found = (folder / path).resolve()
    return found.is_file() and found.is_relative_to(folder.resolve())


def _read_rows(folder: Path, path: str, size: int) -> Rows:
    """Raises ValueError where a column is missing, has another type or an impossible value."""
    rows = table.read(folder / path, size)
    if any(column.null_count for column in rows.columns):
        raise ValueError("a value is missing")
    sample_ids = rows.column("sample_id").to_pylist()
    labels = rows.column("label").to_pylist()
    for i, sample_id in enumerate(sample_ids):
        if not re.fullmatch("[0-9a-f]{16}", sample_id):
            raise ValueError(f"row {i}: sample_id {sample_id!r} is not 16 hexadecimal digits")
        if labels[i] not in range(len(REGIONS)):
            raise ValueError(f"row {i}: label {labels[i]} is none of 0 to {len(REGIONS) - 1}")
    return Rows(
        path=path,
        spins=table.spins_of(rows, size),
        labels=labels,
        hundredths=table.hundredths_of(rows).tolist(),
        energy=rows.column("energy").to_numpy(),
        magnetization=rows.column("magnetization").to_numpy(),
        sample_ids=sample_ids,
        pngs=[picture["bytes"] for picture in rows.column("image").to_pylist()],
    )


def _row_problems(rows: Rows, config: Config) -> list[str]:
    problems = []
    system = config.system
    sites = rows.spins.shape[1] ** 2
    energy = system.energy(rows.spins) / sites
    magnetization_ = magnetization(rows.spins) / sites
    is_ising = (np.abs(rows.spins) == 1).all((1, 2))
    rows_hold = (rows.spins[:, 0] == 1).all(1) & (rows.spins[:, -1] == -1).all(1)
    for i, lattice in enumerate(rows.spins):
        place, label, hundredths = rows.place(i), rows.labels[i], rows.hundredths[i]
        if not is_ising[i]:
            problems.append(f"{place}: a spin is neither +1 nor -1")
            continue
        if hundredths not in GRID or label != label_of(hundredths):
            problems.append(f"{place}: label is {label}, temperature is {hundredths / 100}")
        if rows.energy[i] != energy[i]:
            problems.append(f"{place}: energy is {rows.energy[i]}, its spins give {energy[i]}")
        if rows.magnetization[i] != magnetization_[i]:
            problems.append(
                f"{place}: magnetization is {rows.magnetization[i]}, "
                f"its spins give {magnetization_[i]}"
            )
        if system.has_fixed_rows and not rows_hold[i]:
            problems.append(f"{place}: the top row is not all +1 or the bottom row not all -1")
        try:
            if not np.array_equal(image.decode(rows.pngs[i]), lattice):
                problems.append(f"{place}: the image does not show the spins")
        except ValueError as error:
            problems.append(f"{place}: the image cannot be read: {error}")
        if i and rows.sample_ids[i - 1] >= rows.sample_ids[i]:
            problems.append(f"{place}: sample_id {rows.sample_ids[i]} is repeated or out of order")
    return problems


class _Repeats:
    """Equal lattices of a config, in any of its splits."""

    def __init__(self, config: Config, size: int, rows: int) -> None:
        self._system = config.system
        self._ground = config.system.ground_energy(size)
        self._total = rows
        self._seen: dict[bytes, list[str]] = defaultdict(list)
        self._excess: dict[bytes, int] = {}

    def add(self, rows: Rows) -> None:
        energies = self._system.energy(rows.spins) - self._ground
        for i, lattice in enumerate(rows.spins):
            packed = hashlib.sha256(np.packbits(lattice > 0).tobytes()).digest()
            self._seen[packed].append(rows.place(i))
            self._excess[packed] = int(energies[i])

    def problems(self) -> list[str]:
        return [
            f"{places[1]}: the same lattice as {' and '.join([places[0], *places[2:]])}, "
            f"{self._excess[packed]} above the ground state"
            for packed, places in self._seen.items()
            if len(places) > 1
            and not is_plausible_repeat(self._system, self._excess[packed], self._total)
        ]
