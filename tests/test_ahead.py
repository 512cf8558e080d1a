"""Items made ahead of their use."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ising_bench.ahead import ahead
from ising_bench.progress import Advance


def test_items_come_in_order_and_at_most_two_are_made_ahead() -> None:
    made: list[int] = []

    def make(told: Advance) -> Iterator[int]:
        for i in range(6):
            told(1)
            made.append(i)
            yield i

    units: list[int] = []
    with ahead(make, units.append) as items:
        for place, item in enumerate(items):
            assert item == place
            time.sleep(0.02)
            assert len(made) <= place + 3
    assert units == [1] * 6


def test_what_goes_wrong_in_the_maker_is_raised_where_the_items_are_used() -> None:
    def make(_: Advance) -> Iterator[int]:
        yield 1
        raise OSError("no space")

    seen = []
    with pytest.raises(OSError, match="no space"), ahead(make, lambda _: None) as items:
        seen += items
    assert seen == [1]


def test_the_maker_stops_when_nobody_takes_its_items_any_more() -> None:
    ended = threading.Event()

    def make(told: Advance) -> Iterator[int]:
        yield 0
        try:
            while True:
                told(1)
                time.sleep(0.001)
        finally:
            ended.set()

    with suppress(KeyboardInterrupt), ahead(make, lambda _: None) as items:
        assert next(items) == 0
        raise KeyboardInterrupt
    assert ended.is_set()


def test_another_s_use_of_no_items_is_fine() -> None:
    with ahead(lambda _: iter(()), lambda _: None) as items:
        assert list(items) == []
