"""Generated sets as jobs: what a set is follows from its order, and each of its files from the
order and the file's number alone, whoever makes it, where, and when.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ising_bench.dataset.stores import Store
from ising_bench.errors import IsingBenchError
from ising_bench.fields import STRICT
from ising_bench.releases import manifest, table
from ising_bench.releases.digest import ContentDigest, made_part, rows_digest
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import ConfigRecord, SplitRecord
from ising_bench.releases.release import (
    GENERATED,
    Config,
    Release,
    shard,
    shard_rows,
    shards_of,
)
from ising_bench.releases.variant import varied

ORDER = "unfinished/order.json"  # what a set is to be, in its place until it is whole


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be generated: rows of a config, of each class or at each of the values of its
    parameter, with the L, the sweeps and the classes of the release or others, and with images or
    without.

    Raises IsingBenchError for what cannot be had.
    """

    __pydantic_config__ = STRICT

    release: str
    config: str
    entropy: str
    each: int
    size: int | None = None
    sweeps: int | None = None
    values: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    images: bool = True

    def __post_init__(self) -> None:
        if self.each < 1:
            option = "--per-class" if self.values is None else "--per-point"
            raise IsingBenchError(f"{option} is {self.each}: it must be 1 or more")
        _ = self.chosen

    @property
    def drawn(self) -> Release:
        """The release under this entropy, digested file by file."""
        return replace(release_of(self.release).redrawn(self.entropy), content=2)

    @property
    def chosen(self) -> Config:
        """The config with what the order varies."""
        return _chosen(self)

    @property
    def rows(self) -> int:
        config = self.chosen
        return self.each * (config.task.classes if self.values is None else len(self.values))

    @property
    def shards(self) -> int:
        return shards_of(self.chosen, self.rows)

    def rows_in(self, files: range) -> int:
        """Of these files alone."""
        config = self.chosen
        return sum(shard_rows(config, self.rows, i) for i in files)


@lru_cache(maxsize=8)  # not in the order itself, which goes to workers as it is
def _chosen(order: Order) -> Config:
    released = release_of(order.release).config(order.config)
    return varied(released, order.size, order.sweeps, order.values, order.classes, order.images)


@dataclass(frozen=True)
class Share:
    """The number-th of so many shares of a set's files. Raises IsingBenchError for what is none."""

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise IsingBenchError(
                f"--shard {self.number}/{self.count}: I of I/N is from 1 to N, such as 1/8 to 8/8"
            )

    def of(self, files: int) -> range:
        """The numbers of these files."""
        return range(self.number - 1, files, self.count)


_ORDERS, _RECORDS = TypeAdapter(Order), TypeAdapter(SplitRecord)


def encoded(order: Order) -> bytes:
    """As ORDER holds it."""
    return _ORDERS.dump_json(order, indent=2, exclude_none=True) + b"\n"


def order_in(store: Store) -> Order:
    """That of an unfinished set. Raises IsingBenchError where it is damaged."""
    try:
        return _ORDERS.validate_json(store.read(ORDER))
    except ValidationError:
        raise IsingBenchError(
            f"{store}/{ORDER} is damaged; move {store} away and generate again"
        ) from None


def record_name(index: int) -> str:
    """Where the record of a finished file is until the set is whole."""
    return f"unfinished/{index:05d}.json"


def write(
    order: Order,
    index: int,
    store: Store,
    threads: int | None = 1,
    progress: Callable[[int], object] | None = None,
) -> SplitRecord:
    """Make one file of an order, and its record after it; returns the record that its split would
    have if it were the only one."""
    config = order.chosen
    part = shard(order.drawn, config, order.rows, index)
    rows = made_part(config, part, threads, progress)
    written = table.to_table(config, rows)
    content = table.to_bytes(written)
    name = manifest.parquet_name(order.config, GENERATED, index, part.count)
    counts = np.bincount(rows.labels, minlength=config.task.classes)
    record = SplitRecord(
        len(rows),
        tuple(counts.tolist()),
        written.nbytes,
        (manifest.record_of(name, content, rows_digest(rows)),),
    )
    store.write(name, content)
    store.write(record_name(index), _RECORDS.dump_json(record, exclude_none=True))
    return record


def finished(order: Order, index: int, store: Store, names: set[str]) -> SplitRecord | None:
    """The record of a file that is in its place whole, by its SHA-256; None where it is not."""
    if record_name(index) not in names:
        return None
    try:
        record = _RECORDS.validate_json(store.read(record_name(index)))
    except ValidationError:
        return None  # a place that keeps half a file: it is made again
    (file,) = record.files
    name = manifest.parquet_name(order.config, GENERATED, index, order.shards)
    if file.path != name or name not in names:
        return None
    return record if manifest.record_of(name, store.read(name), file.rows_digest) == file else None


def config_record(order: Order, records: list[SplitRecord]) -> ConfigRecord:
    """The record of a whole set."""
    config = order.chosen
    files = tuple(file for record in records for file in record.files)
    digest = ContentDigest(order.drawn.content, config)
    digest.begin_split(GENERATED, order.rows)
    for file in files:
        digest.add_digest(str(file.rows_digest))
    split = SplitRecord(
        sum(record.rows for record in records),
        tuple(np.sum([record.class_counts for record in records], axis=0).tolist()),
        sum(record.table_bytes for record in records),
        files,
    )
    return ConfigRecord(
        size=config.size,
        task=config.task.name,
        sweeps=order.sweeps,
        values=order.values,
        classes=order.classes,
        images=None if order.images else False,
        content_digest=digest.hexdigest(),
        splits={GENERATED: split},
    )
