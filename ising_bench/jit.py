"""Compilation by numba, cached on disk where the disk allows."""

import inspect
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba


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
    if cache_folder(Path(inspect.getfile(function))) is not None:
        with suppress(Exception):  # what is wrong with the code itself shows again without a cache
            cached = numba.njit(nogil=True, cache=True, **options)(function)
            cached.compile(signature)
            return cached
    plain = numba.njit(nogil=True, **options)(function)
    plain.compile(signature)
    return plain


def cache_folder(source: Path) -> Path | None:
    """Where numba will keep what it compiles of a source file: in the first folder that it can
    write of the one that NUMBA_CACHE_DIR names, `__pycache__` and the user's.

    None where there is none, or where it would go into the working folder, which may be a dataset:
    without a home folder it makes one there that is called `~`.
    """
    users = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    places = [source.parent / "__pycache__", Path(os.path.expanduser(users))]
    config: Any = numba.config  # its names are made when it is loaded
    if config.CACHE_DIR:
        places.insert(0, Path(config.CACHE_DIR))
    for place in places:
        if not place.is_absolute():
            return None
        if _is_writable(place):
            return place
    return None


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
