"""The manifest: what a dataset folder holds, as strict records in `manifest.json`.

It carries no time, host or path, so the same build gives the same manifest. The first format, of
release 1.0.0 and its draws, has one size for all configs and does not say which it is; format 2 has
size and task of each config, and the digest of the rows of each file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from ising_bench.errors import FolderError, first_problem
from ising_bench.fields import STRICT, Count, Sha256
from ising_bench.releases.cut import MOST_EDGES
from ising_bench.releases.known import option
from ising_bench.releases.release import Config, Release
from ising_bench.releases.variant import MOST_VALUES, varied

FILE_NAME = "manifest.json"
CARD_NAME = "README.md"

Size = Annotated[int, Field(ge=2, le=1024)]
Value = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", max_length=64)]
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
    """One file: its path in the folder, its size and its SHA-256; rows_digest: of what its rows
    hold, whatever wrote them (see `digest.py`)."""

    __pydantic_config__ = STRICT

    path: FileName
    bytes: Count
    sha256: Sha256
    rows_digest: Sha256 | None = None


@dataclass(frozen=True)
class SplitRecord:
    """One split: its rows, in all and of each class, their size in memory (what `datasets` calls
    num_bytes) and its files."""

    __pydantic_config__ = STRICT

    rows: Count
    class_counts: tuple[Count, ...]
    table_bytes: Count
    files: Annotated[tuple[FileRecord, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class ConfigRecord:
    """One config: L, the name of its task, its content digest and its splits, by name; of a
    generated set also the sweeps, and as decimals the values of the parameter and the edges between
    the classes, where its maker chose them; and images where its table has none."""

    __pydantic_config__ = STRICT

    size: Size | None = None
    task: ConfigName | None = None
    sweeps: Annotated[int, Field(ge=1)] | None = None
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MOST_VALUES)] | None = None
    classes: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MOST_EDGES)] | None = None
    images: Literal[False] | None = None
    content_digest: Sha256
    splits: Annotated[dict[ConfigName, SplitRecord], Field(min_length=1)]

    @property
    def files(self) -> list[FileRecord]:
        """Of all splits."""
        return [file for split in self.splits.values() for file in split.files]

    @property
    def rows(self) -> int:
        """Of all splits."""
        return sum(split.rows for split in self.splits.values())


_IN_WORDS = {
    "release": "a release",
    "fresh draw": "a fresh draw",
    "generated": "a generated set",
}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One folder. kind: `release` (the released draw), `fresh draw` (its protocol and counts under
    other entropy) or `generated` (its protocol, any number of rows). documents: the card,
    README.md, which is rendered from the rest, and what is published with it."""

    __pydantic_config__ = STRICT

    format: Literal[2] | None = None
    kind: Literal["release", "fresh draw", "generated"]
    release: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", max_length=20)]
    entropy: Sha256
    size: Size | None = None
    configs: Annotated[dict[ConfigName, ConfigRecord], Field(min_length=1)]
    documents: tuple[FileRecord, ...] = ()

    @model_validator(mode="after")
    def _format_fits(self) -> "Manifest":
        of_configs = [part for c in self.configs.values() for part in (c.size, c.task)]
        of_files = [file.rows_digest for file in self.files]
        given = {part is not None for part in (*of_configs, *of_files)}
        if given != {self.format == 2} or (self.size is None) != (self.format == 2):
            raise ValueError(
                "in format 2 each config has a size and a task and each file a rows_digest; in the "
                "first, which is not named, there is one size for all"
            )
        return self

    @model_validator(mode="after")
    def _varied_if_generated(self) -> "Manifest":
        varied = any(
            part is not None
            for c in self.configs.values()
            for part in (c.sweeps, c.values, c.classes, c.images)
        )
        if varied and (self.kind != "generated" or self.format != 2):
            raise ValueError("only generated sets of format 2 say what their makers chose")
        return self

    def config_of(self, name: str, release: Release) -> Config:
        """A config as it is in this folder. Raises UnknownNameError, IsingBenchError."""
        config, record = release.config(name), self.configs[name]
        if self.kind != "generated":
            return config
        has_images = record.images is None
        return varied(config, record.size, record.sweeps, record.values, record.classes, has_images)

    @property
    def what(self) -> str:
        """The kind in words."""
        return _IN_WORDS[self.kind]

    @property
    def rows(self) -> int:
        """Of all configs and splits."""
        return sum(config.rows for config in self.configs.values())

    @property
    def files(self) -> list[FileRecord]:
        """The parquet files."""
        return [file for config in self.configs.values() for file in config.files]

    def size_of(self, config: str) -> int:
        """L of a config."""
        size = self.size or self.configs[config].size
        assert size is not None  # as `_format_fits` has it
        return size

    def build_command(self, names: str, folder: Path | str) -> str:
        """What makes these configs in the folder of this manifest, beside those that it holds."""
        of = option(self.release)
        if self.kind == "generated":
            return f"ising-bench build {names} --out another-folder{of}"
        drawn = f" --entropy {self.entropy}" if self.kind == "fresh draw" else ""
        return f"ising-bench build {names}{drawn} --out {folder}{of}"


_ADAPTER = TypeAdapter(Manifest)


def write(manifest: Manifest, documents: Mapping[str, str | bytes], folder: Path) -> Manifest:
    """Write documents and manifest into the folder; returns the manifest that records them."""
    complete, contents = completed(manifest, documents)
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return complete


def completed(
    manifest: Manifest, documents: Mapping[str, str | bytes]
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest that records these documents, and files to write, itself the last of them."""
    contents = {
        name: content.encode("utf-8") if isinstance(content, str) else content
        for name, content in sorted(documents.items())
    }
    records = tuple(record_of(name, content) for name, content in contents.items())
    complete = replace(manifest, documents=records)
    return complete, contents | {FILE_NAME: _encoded(complete)}


def rewrite(manifest: Manifest, folder: Path) -> None:
    """Write a manifest alone; its documents are there already."""
    (folder / FILE_NAME).write_bytes(_encoded(manifest))


def _encoded(manifest: Manifest) -> bytes:
    return _ADAPTER.dump_json(manifest, indent=2, exclude_none=True) + b"\n"


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
    return parse(path.read_bytes(), path, f"move {folder} away and build again")


def parse(text: bytes, path: Path | str, mend: str) -> Manifest:
    """A manifest's text, which stands in that file. Raises FolderError where it is broken."""
    if (said := _format_of(text)) not in (None, 2):
        raise FolderError(
            f"{path} is of format {said}, which a newer ising-bench wrote: upgrade it with pip "
            "install -U ising-bench"
        )
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise FolderError(f"{path} is damaged ({first_problem(error)}); {mend}") from None


def _format_of(text: bytes) -> int | None:
    """The format that a manifest says it is of, where it is a whole number."""
    try:
        said = json.loads(text)["format"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return said if type(said) is int else None


def parquet_name(config: str, split: str, index: int, count: int) -> str:
    """The path of the index-th of a split's files, as `datasets` expects it."""
    return f"{config}/{split}-{index:05d}-of-{count:05d}.parquet"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_record(path: Path, folder: Path, rows_digest: str | None = None) -> FileRecord:
    """The record of a file inside a folder."""
    name = path.relative_to(folder).as_posix()
    return FileRecord(name, path.stat().st_size, sha256(path), rows_digest)


def record_of(path: str, content: bytes, rows_digest: str | None = None) -> FileRecord:
    """The record of a file from its content."""
    return FileRecord(path, len(content), hashlib.sha256(content).hexdigest(), rows_digest)
