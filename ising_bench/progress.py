"""Progress on standard error, for anything that takes over a second: a bar on a terminal, and
elsewhere, as in the log of a batch job, a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

Advance = Callable[[int], object]

LINE_SECONDS = 30.0  # between two lines where there is no terminal


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number and its noun: `1 file`, `2 files`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def say(text: str) -> None:
    """One line to the person at the terminal, apart from results on standard output."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)


@contextmanager
def bar(
    title: str,
    total: int,
    unit: str = "lattices",
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Advance]:
    """Show how far the block is, which calls what it gets with the units just done, from any
    thread: a bar on a terminal, else a line every 30 s. Work of less than 30 s shows no line.

    clock: tells seconds.
    """
    if sys.stderr is None:  # closed by the caller
        yield lambda _: None
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(
            total=total, desc=title, unit=f" {unit}", file=sys.stderr, leave=False
        ) as progress:
            yield progress.update
    else:
        yield _Lines(title, total, unit, clock).advance


class _Lines:
    """Progress as lines: `building: 2600 of 5200 lattices, 50 %, 31 s`."""

    def __init__(self, title: str, total: int, unit: str, clock: Callable[[], float]) -> None:
        self._title, self._total, self._unit, self._clock = title, total, unit, clock
        self._done, self._lock = 0, Lock()
        self._begun = self._last = clock()

    def advance(self, units: int) -> None:
        with self._lock:
            self._done += units
            now = self._clock()
            if now - self._last < LINE_SECONDS:
                return
            self._last = now
            share = 100 * self._done / max(self._total, 1)
            say(
                f"{self._title}: {self._done} of {self._total} {self._unit}, {share:.0f} %, "
                f"{now - self._begun:.0f} s"
            )
