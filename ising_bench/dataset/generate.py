"""Any amount of labelled rows of any size, in bounded memory, file by file: what is finished stays
finished, whatever ends the rest.
"""

from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import suppress

from ising_bench.ahead import until_over
from ising_bench.dataset import shards
from ising_bench.dataset.shards import ORDER, Order
from ising_bench.dataset.stores import Store
from ising_bench.dataset.verify import TOLERATED
from ising_bench.dataset.write import documents_of, tell_entropy
from ising_bench.errors import FolderError
from ising_bench.progress import Advance, bar, counted, say
from ising_bench.releases import manifest
from ising_bench.releases.manifest import Manifest, SplitRecord
from ising_bench.simulation.simulate import default_threads


def generate(
    order: Order,
    store: Store,
    resume: bool = False,
    threads: int | None = None,
    executor: Executor | None = None,
) -> Manifest:
    """Make what an order says in its place, which holds nothing yet, or with `resume` an
    unfinished set of the same order: its finished files stay where they are whole.

    The rows share no chain with the release, even under its entropy: the split is part of every
    key. Files are made by `executor`, whose workers write to the store themselves; by default by
    threads of this process. The same bytes come out in any case. Raises FolderError where the place
    holds anything else or refuses, IsingBenchError where the system or its worker fails.
    """
    with store.alone():
        names = {name for name in store.names() if name.split("/")[0] not in TOLERATED}
        if manifest.FILE_NAME in names:
            return _whole(order, store, resume, names)
        _check_vacant(order, store, resume, names)
        tell_entropy(order.entropy)
        if ORDER not in names:
            store.write(ORDER, shards.encoded(order))
        try:
            records = _records(order, store, names, threads, executor)
        except BaseException:
            with suppress(FolderError):  # it is the first error that tells what is wrong
                _tidy(store)
            raise
        return _finish(order, store, records)


def _check_vacant(order: Order, store: Store, resume: bool, names: set[str]) -> None:
    if not names:
        return
    if ORDER not in names:
        raise FolderError(
            f"{store} is not empty and ising-bench did not write it; choose another place with "
            "--out"
        )
    if not resume:
        raise FolderError(
            f"{store} holds an unfinished set; go on with it by --resume, or choose another place "
            "with --out"
        )
    if shards.order_in(store) != order:
        raise FolderError(
            f"{store} holds an unfinished set of another order (see {ORDER} there); give the same "
            "options, or choose another place with --out"
        )


def _whole(order: Order, store: Store, resume: bool, names: set[str]) -> Manifest:
    """The manifest of a place where a set is whole; with `resume` it is this one, and nothing of
    when it was unfinished is left."""
    place = f"{store}/{manifest.FILE_NAME}"
    present = manifest.parse(store.read(manifest.FILE_NAME), place, f"move {store} away")
    record = present.configs.get(order.config)
    is_this = (
        present.kind == "generated"
        and record is not None
        and (present.release, present.entropy) == (order.release, order.entropy)
        and (record.sweeps, record.values, record.rows) == (order.sweeps, order.values, order.rows)
        and present.size_of(order.config) == order.chosen.size
    )
    if not (resume and is_this):
        raise FolderError(f"{store} already holds {present.what}; choose another with --out")
    _clear(store, names)
    return present


def _records(
    order: Order, store: Store, names: set[str], threads: int | None, executor: Executor | None
) -> list[SplitRecord]:
    """Of all files, in order; those that are not whole are made."""
    found = {i: shards.finished(order, i, store, names) for i in range(order.shards)}
    records = {i: record for i, record in found.items() if record is not None}
    if records:
        say(f"{counted(len(records), 'file')} of {order.shards} are there already")
    missing = [i for i in range(order.shards) if i not in records]
    with bar("generating", order.rows) as advance:
        advance(sum(record.rows for record in records.values()))
        if executor is None:
            made = _made_here(order, store, missing, threads, advance)
        else:
            made = _made_by(executor, order, store, missing, advance)
        records.update(made)
    return [records[i] for i in range(order.shards)]


def _made_here(
    order: Order, store: Store, missing: list[int], threads: int | None, advance: Advance
) -> dict[int, SplitRecord]:
    """By as many threads, each a file at a time; where there are fewer files than that, each file
    by several."""
    threads = default_threads() if threads is None else threads
    workers = min(threads, max(1, len(missing)))
    with ThreadPoolExecutor(workers) as pool, until_over(advance) as told:
        jobs = {
            pool.submit(shards.write, order, i, store, -(-threads // workers), told): i
            for i in missing
        }
        return _gathered(jobs)


def _made_by(
    executor: Executor, order: Order, store: Store, missing: list[int], advance: Advance
) -> dict[int, SplitRecord]:
    jobs = {executor.submit(shards.write, order, i, store): i for i in missing}
    return _gathered(jobs, advance)


def _gathered(
    jobs: dict[Future[SplitRecord], int], advance: Advance | None = None
) -> dict[int, SplitRecord]:
    try:
        records = {}
        for job in as_completed(jobs):
            records[jobs[job]] = job.result()
            if advance is not None:
                advance(records[jobs[job]].rows)
        return records
    finally:
        for job in jobs:
            job.cancel()


def _finish(order: Order, store: Store, records: list[SplitRecord]) -> Manifest:
    """Card and manifest; the set is whole once the manifest is there."""
    whole = shards.config_record(order, records)
    complete, contents = documents_of(order.drawn, "generated", {order.config: whole})
    for name, content in contents.items():
        store.write(name, content)
    _clear(store, set(store.names()))
    return complete


def _clear(store: Store, names: set[str]) -> None:
    for name in sorted(names):
        if name.startswith("unfinished/"):
            store.remove(name)


def _tidy(store: Store) -> None:
    """Where no file is finished, leave nothing."""
    names = store.names()
    if ORDER in names and not any(name.endswith(".parquet") for name in names):
        store.remove(ORDER)
