"""The manifest: what a dataset folder holds, as strict records in `manifest.json`.

It carries no time, host or path, so the same build gives the same manifest.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ising_bench.errors import FolderError, first_problem
from ising_bench.fields import STRICT, Count, Sha256

FILE_NAME = "manifest.json"
CARD_NAME = "README.md"

ConfigName = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=64)]
FileName = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9_]+/[a-z0-9_]+-[0-9]{5}-of-[0-9]{5}\.parquet|README\.md"
        r"|croissant\.json|eval\.yaml|figures/[a-z0-9_]+\.png)$",
        max_length=160,
    ),
]


@dataclass(frozen=True)
class FileRecord:
    """One file: its path in the folder, its size and its SHA-256."""

    __pydantic_config__ = STRICT

    path: FileName
    bytes: Count
    sha256: Sha256


@dataclass(frozen=True)
class SplitRecord:
    """One split: its rows, in all and of each class, their size in memory (what `datasets` calls
    num_bytes) and its files."""

    __pydantic_config__ = STRICT

    rows: Count
    class_counts: tuple[Count, ...]
    table_bytes: Count
    files: Annotated[tuple[FileRecord, ...], Field(min_length=1)]


@dataclass(frozen=True)
class ConfigRecord:
    """One config: its content digest and its splits, by name."""

    __pydantic_config__ = STRICT

    content_digest: Sha256
    splits: Annotated[dict[ConfigName, SplitRecord], Field(min_length=1)]


_IN_WORDS = {
    "release": "a release",
    "fresh draw": "a fresh draw",
    "generated": "a generated set",
}


@dataclass(frozen=True)
class Manifest:
    """One folder. kind: `release` (the released draw), `fresh draw` (its protocol and counts under
    other entropy) or `generated` (its protocol, any number of rows). documents: the card,
    README.md, which is rendered from the rest, and what is published with it."""

    __pydantic_config__ = STRICT

    kind: Literal["release", "fresh draw", "generated"]
    release: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", max_length=20)]
    entropy: Sha256
    size: Annotated[int, Field(ge=4, le=128)]
    configs: Annotated[dict[ConfigName, ConfigRecord], Field(min_length=1)]
    documents: tuple[FileRecord, ...] = ()

    @property
    def what(self) -> str:
        """The kind in words."""
        return _IN_WORDS[self.kind]

    @property
    def rows(self) -> int:
        """Of all configs and splits."""
        return sum(split.rows for c in self.configs.values() for split in c.splits.values())

    @property
    def files(self) -> list[FileRecord]:
        """The parquet files."""
        return [f for c in self.configs.values() for s in c.splits.values() for f in s.files]

    def build_command(self, names: str, folder: Path | str) -> str:
        """What makes these configs in the folder of this manifest, beside those that it holds."""
        if self.kind == "generated":
            return f"ising-bench build {names} --out another-folder"
        drawn = f" --entropy {self.entropy}" if self.kind == "fresh draw" else ""
        return f"ising-bench build {names}{drawn} --out {folder}"


_ADAPTER = TypeAdapter(Manifest)


def write(manifest: Manifest, documents: Mapping[str, str | bytes], folder: Path) -> Manifest:
    """Write documents and manifest into the folder; returns the manifest that records them."""
    for name, content in documents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        encoded = content.encode("utf-8") if isinstance(content, str) else content
        (folder / name).write_bytes(encoded)
    records = tuple(file_record(folder / name, folder) for name in sorted(documents))
    complete = replace(manifest, documents=records)
    rewrite(complete, folder)
    return complete


def rewrite(manifest: Manifest, folder: Path) -> None:
    """Write a manifest alone; its documents are there already."""
    text = _ADAPTER.dump_json(manifest, indent=2).decode() + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a dataset folder. Raises FolderError where there is none or it is broken."""
    path = folder / FILE_NAME
    if not path.is_file() and folder.is_dir() and any(folder.iterdir()):
        raise FolderError(
            f"{folder} is not a dataset folder (it has no {FILE_NAME}) and holds other files; make "
            "one elsewhere with: ising-bench build --out another-folder"
        )
    if not path.is_file():
        raise FolderError(
            f"{folder} is not a dataset folder (it has no {FILE_NAME}); make one with: "
            f"ising-bench build --out {folder}"
        )
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except ValidationError as error:
        raise FolderError(
            f"{path} is damaged ({first_problem(error)}); move {folder} away and build again"
        ) from None


def parquet_name(config: str, split: str, index: int, count: int) -> str:
    """The path of the index-th of a split's files, as `datasets` expects it."""
    return f"{config}/{split}-{index:05d}-of-{count:05d}.parquet"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_record(path: Path, folder: Path) -> FileRecord:
    """The record of a file inside a folder."""
    return FileRecord(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path))
