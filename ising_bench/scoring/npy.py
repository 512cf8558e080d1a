"""Arrays in .npy files that somebody made."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Spins
from ising_bench.symbols import Symbols


def lattices(path: Path, symbols: Symbols) -> Spins:
    """Spins of any numeric type as the system's own. Raises IsingBenchError where the file is no
    .npy file of numbers, or a site holds a number that the type cannot."""
    given = numbers(path)
    with np.errstate(invalid="ignore"):
        spins = given.astype(symbols.dtype)
    if not (spins == given).all():
        raise IsingBenchError(f"{path}: a site is none of {symbols.described}")
    return spins


def numbers(path: Path) -> NDArray[Any]:
    """A .npy file of numbers. Raises IsingBenchError where it is none."""
    try:
        given = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise IsingBenchError(f"{path}: there is no such file") from None
    except (ValueError, EOFError):
        given = None
    if not isinstance(given, np.ndarray) or given.dtype.kind not in "fiu":
        raise IsingBenchError(f"{path} is no .npy file of numbers; write one with numpy.save")
    return given
