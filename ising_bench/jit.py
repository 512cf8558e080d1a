"""Compilation by numba, cached on disk where the disk allows."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`numba.njit` that releases the GIL and keeps what it compiled for the next process.

    Where neither the package's folder nor a cache folder of the user can be written (a read-only
    container), numba refuses to cache: then it compiles anew in each process, a few seconds.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(nogil=True, cache=True, **options)(function)
        except RuntimeError:  # "no locator available": raised before anything is compiled
            return numba.njit(nogil=True, **options)(function)

    return decorate
