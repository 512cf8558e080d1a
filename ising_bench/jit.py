"""Compilation by numba, cached on disk where the disk allows."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba

_BESIDE = Path(__file__).parent / "__pycache__"


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`numba.njit` that releases the GIL and keeps what it compiled for the next process.

    The cache is a convenience that must never be in the way: where it cannot be written (a
    read-only installation, a full disk) or read (a damaged file), the function is compiled anew in
    each process, which takes seconds. The result is called from Python, not from other kernels.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        chosen: list[Callable[..., Any]] = []

        def call(*arguments: Any) -> Any:
            if not chosen:
                chosen.append(_ready(function, options, arguments))
            return chosen[0](*arguments)

        return call

    return decorate


def _ready(function: Callable[..., Any], options: dict[str, Any], arguments: Any) -> Any:
    signature = tuple(numba.typeof(argument) for argument in arguments)
    folder = cache_folder()
    if folder is not None:
        try:
            with _cached_in(folder):
                cached = numba.njit(nogil=True, cache=True, **options)(function)
            cached.compile(signature)
            return cached
        except Exception:  # whatever is wrong with the code itself shows again without the cache
            pass
    plain = numba.njit(nogil=True, **options)(function)
    plain.compile(signature)
    return plain


def cache_folder() -> Path | None:
    """Where compiled functions are kept: the first folder that can be written of the one that
    NUMBA_CACHE_DIR names, the package's own, and the user's; None where there is none.

    Each is an absolute path: without a home folder numba itself would make one called `~` in the
    working folder, which may be a dataset.
    """
    users = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "numba")
    named = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(named)] if named else []
    places += [_BESIDE, Path(os.path.expanduser(users))]
    return next((place for place in places if place.is_absolute() and _is_writable(place)), None)


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@contextmanager
def _cached_in(folder: Path) -> Iterator[None]:
    """numba looks for its place when a function is declared."""
    config: Any = numba.config  # its attributes are set from the environment
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before
