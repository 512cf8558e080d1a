"""Progress on standard error, for anything that takes over a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], object]


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number and its noun: `1 file`, `2 files`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def say(text: str) -> None:
    """One line to the person at the terminal, apart from results on standard output."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)


@contextmanager
def bar(title: str, total: int, unit: str = "lattices") -> Iterator[Advance]:
    """A progress bar, on a terminal only; the block calls what it gets with the units just done."""
    if sys.stderr is None:  # closed by the caller
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(
        total=total, desc=title, unit=f" {unit}", file=sys.stderr, leave=False, disable=None
    ) as progress:
        yield progress.update
