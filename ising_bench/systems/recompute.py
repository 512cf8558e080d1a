"""The tables that the families ship, computed anew: `ising-bench density`."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ising_bench.errors import IsingBenchError
from ising_bench.files import made_folder, write_whole
from ising_bench.ndarrays import Array


def recompute(shipped: dict[Path, Callable[[], Array]], out: Path | None) -> list[str]:
    """Write the tables, by the file that ships each, into a folder, or compare them with the
    shipped ones; what was found. Raises IsingBenchError where one differs from the shipped one.
    """
    lines = []
    for file, table in shipped.items():
        numbers = table()
        if out is not None:
            content = io.BytesIO()
            np.save(content, numbers)
            with made_folder(out):
                write_whole(out / file.name, content.getvalue())
            lines.append(f"{out / file.name}: written")
        elif np.array_equal(numbers, np.load(file)):
            lines.append(f"{file}: every one of {numbers.size} numbers as computed anew")
        else:
            raise IsingBenchError(f"{file} is not what it is computed as; install again")
    return lines
