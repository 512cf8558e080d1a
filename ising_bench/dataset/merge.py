"""Putting a set together from what several processes made of it, in one place or in many."""

from collections.abc import Sequence

from ising_bench.dataset import shards, whole
from ising_bench.dataset.shards import ORDER, Order
from ising_bench.dataset.stores import Store
from ising_bench.errors import FolderError
from ising_bench.progress import bar
from ising_bench.releases import manifest
from ising_bench.releases.manifest import Manifest, SplitRecord

_NAMED = 5  # files that are missing, at most


def merge(places: Sequence[Store], store: Store) -> Manifest:
    """Finish a set of which each file is whole in one of these places; `store` may be one of them.
    Nothing in the others is touched. A set that is whole already stays as it is.

    Raises FolderError where the places are not of one order, or files are missing.
    """
    with store.alone():
        held = {place: whole.names_in(place) for place in (store, *places)}
        if manifest.FILE_NAME in held[store] and set(places) == {store}:
            return whole.manifest_in(store)
        order = _order(places, store, held)
        where = _where(order, held)
        if ORDER not in held[store]:
            store.write(ORDER, shards.encoded(order))
        with bar("merging", order.rows) as advance:
            for index, (place, record) in where.items():
                if place != store:
                    for name in (record.files[0].path, shards.record_name(index)):
                        store.write(name, place.read(name))
                advance(record.rows)
        return whole.finish(order, store, [record for _, record in where.values()])


def _order(places: Sequence[Store], store: Store, held: dict[Store, set[str]]) -> Order:
    """What all places are to be parts of."""
    if held[store] and ORDER not in held[store]:
        raise FolderError(f"{store} holds other files; choose another place with --out")
    if empty := [place for place in places if ORDER not in held[place]]:
        raise FolderError(
            f"{empty[0]} holds no unfinished set; make its files with: ising-bench generate ... "
            "--shard I/N"
        )
    orders = {place: shards.order_in(place) for place in held if ORDER in held[place]}
    first = orders[places[0]]
    if other := [place for place, order in orders.items() if order != first]:
        raise FolderError(
            f"{other[0]} is part of another set than {places[0]} (see {ORDER} in both)"
        )
    return first


def _where(order: Order, held: dict[Store, set[str]]) -> dict[int, tuple[Store, SplitRecord]]:
    """By the number of each file, a place where it is whole, and its record."""
    found = {}
    for index in range(order.shards):
        for place, names in held.items():
            record = shards.finished(order, index, place, names)
            if record is not None:
                found[index] = place, record
                break
    if missing := [i for i in range(order.shards) if i not in found]:
        named = ", ".join(map(str, missing[:_NAMED])) + (", ..." if missing[_NAMED:] else "")
        raise FolderError(
            f"{len(missing)} of {order.shards} files are not there yet (numbers {named}); run the "
            "command that makes them again, or the same with --resume and without --shard"
        )
    return found
