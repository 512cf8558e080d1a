"""The tables that the families ship, computed anew: `ising-bench density`."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ising_bench.errors import IsingBenchError, one_of
from ising_bench.files import made_folder, write_whole
from ising_bench.shipped import Table


def recompute(shipped: Sequence[Table], names: Sequence[str], out: Path | None) -> list[str]:
    """Compute tables anew, by default all, and write them into a folder, or compare them with the
    shipped ones; what was found. Raises UnknownNameError, IsingBenchError where one differs from
    the shipped one."""
    by_name = {table.name: table for table in shipped}
    chosen = [by_name[one_of("table", name, list(by_name))] for name in names or by_name]
    lines = []
    for table in chosen:
        numbers = table.compute()
        if out is not None:
            content = io.BytesIO()
            np.save(content, numbers)
            file = out / f"{table.name}.npy"
            with made_folder(file.parent):
                write_whole(file, content.getvalue())
            lines.append(f"{file}: written")
        else:
            lines.append(_compared(table, np.load(table.file), numbers))
    return lines


def _compared(table: Table, shipped: np.ndarray, numbers: np.ndarray) -> str:
    if table.tolerance == 0 and np.array_equal(numbers, shipped):
        return f"{table.name}: every one of {numbers.size} numbers as computed anew"
    same_shape = numbers.shape == shipped.shape and numbers.dtype == shipped.dtype
    if table.tolerance and same_shape:
        new, old = numbers.astype(float), shipped.astype(float)
        if np.allclose(new, old, rtol=table.tolerance, atol=table.tolerance, equal_nan=True):
            return (
                f"{table.name}: every one of {numbers.size} numbers as measured anew, to within "
                f"{table.tolerance:g}"
            )
    raise IsingBenchError(f"{table.name} is not what it is computed as; install again")
