"""What arguments must be. Each check returns what it was given as an array or a number, or raises
ValueError that says what was given and what is allowed."""

from math import isfinite
from operator import index
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.errors import one_line


def reals(name: str, values: ArrayLike, low: float = -np.inf, high: float = np.inf) -> Any:
    """Finite real numbers from low to high, of any shape, as float64."""
    try:
        numbers = np.asarray(values)
        if numbers.dtype.kind not in "fiubO":
            raise TypeError
        numbers = numbers.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} {_shown(values)} is not made of real numbers") from None
    wrong = numbers[~(np.isfinite(numbers) & (numbers >= low) & (numbers <= high))]
    if wrong.size:
        raise ValueError(f"{name} {wrong.flat[0]:g} is not a finite number{_range(low, high)}")
    return numbers


def whole(name: str, value: object, low: int = 0, high: int | None = None) -> int:
    """One whole number from low to high."""
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name} is {_shown(value)}, not a whole number") from None
    if number < low or (high is not None and number > high):
        bound = np.inf if high is None else high
        raise ValueError(f"{name} is {number}, not a whole number{_range(low, bound)}")
    return number


def wholes(name: str, values: ArrayLike, low: int = 0, high: int | None = None) -> Any:
    """Whole numbers from low to high, of any shape, as int64."""
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "iu":
        raise ValueError(f"{name} {_shown(values)} is not made of whole numbers")
    bound = np.inf if high is None else high
    wrong = numbers[(numbers < low) | (numbers > bound)]
    if wrong.size:
        raise ValueError(f"{name} {wrong.flat[0]} is not a whole number{_range(low, bound)}")
    return numbers.astype(np.int64)


def shaped(name: str, values: NDArray[Any], *shape: int | None) -> None:
    """An array of this shape; None stands for any length but 0."""
    fits = values.ndim == len(shape) and all(
        given == wanted if wanted is not None else given > 0
        for given, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("n" if length is None else str(length) for length in shape)
        raise ValueError(f"{name} has shape {values.shape}, not ({wanted})")


def number(name: str, value: SupportsFloat) -> float:
    """One real number, which may be infinite."""
    real = float(value)
    if real != real:
        raise ValueError(f"{name} is not a number")
    return real


def _range(low: float, high: float) -> str:
    if isfinite(low) and isfinite(high):
        return f" from {low:g} to {high:g}"
    return f" from {low:g} up" if isfinite(low) else ""


def _shown(value: object) -> str:
    return one_line(repr(value), 60)
