"""The manifest: what a dataset folder holds, as strict records in `manifest.json`.

It carries no time, host or path, so the same build gives the same manifest.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ising_bench.errors import FolderError

FILE_NAME = "manifest.json"
CARD_NAME = "README.md"

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True)
class FileRecord:
    """One file: its path in the folder, its size and its SHA-256."""

    __pydantic_config__ = _STRICT

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class SplitRecord:
    """One split: its rows, in all and of each class, their size in memory (what `datasets` calls
    num_bytes) and its files."""

    __pydantic_config__ = _STRICT

    rows: int
    class_counts: tuple[int, ...]
    table_bytes: int
    files: tuple[FileRecord, ...]


@dataclass(frozen=True)
class ConfigRecord:
    """One config: its content digest and its splits, by name."""

    __pydantic_config__ = _STRICT

    content_digest: str
    splits: dict[str, SplitRecord]


@dataclass(frozen=True)
class Manifest:
    """One folder. kind: `release` (the released draw), `fresh draw` (its protocol and counts under
    other entropy) or `generated` (its protocol, any number of rows)."""

    __pydantic_config__ = _STRICT

    kind: Literal["release", "fresh draw", "generated"]
    release: str
    entropy: str
    size: int
    configs: dict[str, ConfigRecord]

    @property
    def files(self) -> list[FileRecord]:
        return [f for c in self.configs.values() for s in c.splits.values() for f in s.files]


_ADAPTER = TypeAdapter(Manifest)


def write(manifest: Manifest, folder: Path) -> None:
    """Write manifest.json into the folder."""
    text = _ADAPTER.dump_json(manifest, indent=2).decode() + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a dataset folder. Raises FolderError where there is none or it is broken."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise FolderError(
            f"{folder} is not a dataset folder (it has no {FILE_NAME}); make one with: "
            f"ising-bench build --out {folder}"
        )
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise FolderError(
            f"{path} is damaged ({where}: {first['msg'].lower()}); "
            f"move {folder} away and build again"
        ) from None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_record(path: Path, folder: Path) -> FileRecord:
    """The record of a file inside a folder."""
    return FileRecord(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path))
