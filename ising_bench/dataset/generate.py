"""Any amount of labelled rows of any size, in bounded memory, file by file: what is finished stays
finished, whatever ends the rest.
"""

import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import suppress

from ising_bench.ahead import until_over
from ising_bench.dataset import shards, whole
from ising_bench.dataset.shards import ORDER, Order, Share
from ising_bench.dataset.stores import Store
from ising_bench.dataset.write import tell_entropy
from ising_bench.errors import FolderError
from ising_bench.progress import Advance, bar, counted, say
from ising_bench.releases import manifest
from ising_bench.releases.manifest import Manifest, SplitRecord
from ising_bench.simulation.simulate import default_threads

SEEN_AFTER = 60.0  # seconds: network file systems keep what they know of a folder for so long


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
        names = whole.names_in(store)
        if manifest.FILE_NAME in names:
            return whole.present(order, store, resume)
        _begin(order, store, names, resume)
        try:
            records = _records(order, range(order.shards), store, names, threads, executor)
        except BaseException:
            if executor is None:  # workers elsewhere may write what they have begun even now
                with suppress(FolderError):  # it is the first error that tells what is wrong
                    _tidy(store)
            raise
        return whole.finish(order, store, records)


def generate_share(
    order: Order, share: Share, store: Store, threads: int | None = None
) -> list[SplitRecord]:
    """Make every so-manieth file of an order in its place, for `merge` to finish what other
    processes made there or elsewhere; the records of these files. What is there already of the
    same order stays. Raises as `generate`."""
    names = whole.names_in(store)
    if manifest.FILE_NAME in names:
        whole.present(order, store, resume=True)
        return []
    _begin(order, store, names, resume=True)
    return _records(order, share.of(order.shards), store, names, threads, None)


def _begin(order: Order, store: Store, names: set[str], resume: bool) -> None:
    _check_vacant(order, store, resume, names)
    tell_entropy(order.entropy)
    if ORDER not in names:
        store.write(ORDER, shards.encoded(order))


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


def _records(
    order: Order,
    wanted: range,
    store: Store,
    names: set[str],
    threads: int | None,
    executor: Executor | None,
) -> list[SplitRecord]:
    """Of the files that are wanted, in order; those that are not whole are made."""
    found = {i: shards.finished(order, i, store, names) for i in wanted}
    records = {i: record for i, record in found.items() if record is not None}
    if records:
        say(f"{counted(len(records), 'file')} of {len(wanted)} are there already")
    missing = [i for i in wanted if i not in records]
    with bar("generating", order.rows_in(wanted)) as advance:
        advance(sum(record.rows for record in records.values()))
        if executor is None:
            made = _made_here(order, store, missing, threads, advance)
        else:
            made = _made_by(executor, order, store, missing, advance)
        records.update(made)
    return [records[i] for i in wanted]


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
    place = store.anywhere
    jobs = {executor.submit(shards.write, order, i, place): i for i in missing}
    made = _gathered(jobs, advance)
    _check_seen(order, store, made)
    return made


def _check_seen(order: Order, store: Store, made: dict[int, SplitRecord]) -> None:
    """Raise FolderError where files that workers wrote are not in the place as it is seen here. A
    network's file system may show them late."""
    wanted = {file.path for record in made.values() for file in record.files}
    until = time.monotonic() + SEEN_AFTER
    while unseen := wanted - set(store.names()):
        if time.monotonic() > until:
            raise FolderError(
                f"{len(unseen)} of {order.shards} files were made, but are not in {store} as it is "
                "seen here: name a folder that all machines share, or a URL, with --out"
            )
        time.sleep(1)


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


def _tidy(store: Store) -> None:
    """Where no file is finished, leave nothing."""
    names = store.names()
    if ORDER in names and not any(name.endswith(".parquet") for name in names):
        store.remove(ORDER)
