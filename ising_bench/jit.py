"""Compilation by numba, cached on disk where the disk allows."""

from collections.abc import Callable
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
    try:
        cached = numba.njit(nogil=True, cache=True, **options)(function)
        cached.compile(signature)
    except Exception:  # whatever is wrong with the code itself shows again without the cache
        plain = numba.njit(nogil=True, **options)(function)
        plain.compile(signature)
        return plain
    return cached
