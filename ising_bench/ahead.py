"""Doing two things at once: the next items are made while the present one is in use."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

from ising_bench.progress import Advance

Item = TypeVar("Item")

_AHEAD = 2  # items: using one takes now shorter, now longer than making one


class _GivenUpError(Exception):
    """Raised in the thread of the maker whose items nobody takes any more."""


@contextmanager
def ahead(make: Callable[[Advance], Iterator[Item]], advance: Advance) -> Iterator[Iterator[Item]]:
    """The items that `make` yields, made one after another in a thread of its own while those
    before them are in use; at most three of them are in memory.

    `make` gets what to call with the units just done: where the block ends early, by an interrupt
    or an error, that raises in the thread, so that its work ends soon too.
    """
    over = Event()

    def told(units: int) -> None:
        if over.is_set():
            raise _GivenUpError
        advance(units)

    items, end = make(told), object()
    with ThreadPoolExecutor(1) as maker:

        def taken() -> Iterator[Item]:
            coming = deque(maker.submit(next, items, end) for _ in range(_AHEAD))
            while (item := coming.popleft().result()) is not end:
                coming.append(maker.submit(next, items, end))
                yield item  # type: ignore[misc]  # what is not the end is an item

        try:
            yield taken()
        finally:
            over.set()
