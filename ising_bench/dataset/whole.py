"""Generated sets that are whole: finished from their files, or found so."""

from ising_bench.dataset import shards
from ising_bench.dataset.shards import Order
from ising_bench.dataset.stores import Store
from ising_bench.dataset.verify import TOLERATED
from ising_bench.dataset.write import documents_of
from ising_bench.errors import FolderError
from ising_bench.releases import manifest
from ising_bench.releases.manifest import Manifest, SplitRecord


def names_in(store: Store) -> set[str]:
    """Files that a set is made of, or ought not to lie there."""
    return {name for name in store.names() if name.split("/")[0] not in TOLERATED}


def finish(order: Order, store: Store, records: list[SplitRecord]) -> Manifest:
    """Card and manifest from the records of all files; the set is whole once the manifest is
    there."""
    record = shards.config_record(order, records)
    complete, contents = documents_of(order.drawn, "generated", {order.config: record})
    for name, content in contents.items():
        store.write(name, content)
    _clear(store)
    return complete


def present(order: Order, store: Store, resume: bool) -> Manifest:
    """The manifest of a place where a set is whole; with `resume` it is this one, and nothing of
    when it was unfinished is left. Raises FolderError where it is another."""
    found = manifest_in(store)
    record = found.configs.get(order.config)
    is_this = (
        found.kind == "generated"
        and record is not None
        and (found.release, found.entropy) == (order.release, order.entropy)
        and (record.sweeps, record.values, record.classes, record.rows)
        == (order.sweeps, order.values, order.classes, order.rows)
        and (record.images is None) == order.images
        and found.size_of(order.config) == order.chosen.size
    )
    if not (resume and is_this):
        raise FolderError(f"{store} already holds {found.what}; choose another with --out")
    _clear(store)
    return found


def manifest_in(store: Store) -> Manifest:
    """Of a place that has one. Raises FolderError where it is broken."""
    text = store.read(manifest.FILE_NAME)
    return manifest.parse(text, f"{store}/{manifest.FILE_NAME}", f"move {store} away")


def _clear(store: Store) -> None:
    for name in store.names():
        if name.startswith("unfinished/"):
            store.remove(name)
