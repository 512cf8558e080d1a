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
    """Raised in threads whose work nobody waits for any more."""


@contextmanager
def until_over(advance: Advance) -> Iterator[Advance]:
    """What threads are to call with the units just done: once the block is over, and it may end
    early by an interrupt or an error, that raises in them, so that their work ends soon too.

    To be entered inside the block of their pool, which waits for them."""
    over = Event()

    def told(units: int) -> None:
        if over.is_set():
            raise _GivenUpError
        advance(units)

    try:
        yield told
    finally:
        over.set()


@contextmanager
def ahead(make: Callable[[Advance], Iterator[Item]], advance: Advance) -> Iterator[Iterator[Item]]:
    """The items that `make` yields, made one after another in a thread of its own while those
    before them are in use; at most three of them are in memory.

    `make` gets what to call with the units just done, as `until_over` has it.
    """
    with ThreadPoolExecutor(1) as maker, until_over(advance) as told:
        items, end = make(told), object()

        def taken() -> Iterator[Item]:
            coming = deque(maker.submit(next, items, end) for _ in range(_AHEAD))
            while (item := coming.popleft().result()) is not end:
                coming.append(maker.submit(next, items, end))
                yield item  # type: ignore[misc]  # what is not the end is an item

        yield taken()
