"""Verifying rows: each against itself, and all of a config against one another."""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Array, Spins
from ising_bench.releases import image, table
from ising_bench.releases.release import Config
from ising_bench.releases.repeats import is_plausible_repeat
from ising_bench.rows import Rows


@dataclass(frozen=True)
class StoredRows:
    """The rows of one file, and the columns that follow from them as they stand there."""

    path: str
    rows: Rows
    energy: Array
    magnetization: Array
    pngs: list[bytes] | None  # where there are images, and so their names
    png_names: list[str | None]

    @cached_property
    def is_of_system(self) -> NDArray[np.bool]:
        """Whether every site of each row holds what the system knows: (n,)."""
        return self.rows.system.symbols.holds(self.rows.spins)

    def place(self, i: int) -> str:
        return f"{self.path}: row {i}"


def read_rows(folder: Path, path: str, config: Config) -> StoredRows:
    """Raises ValueError where a column is missing, has another type or an impossible value."""
    stored_table = table.read(folder / path, config)
    if any(column.null_count for column in stored_table.columns):
        raise ValueError("a value is missing")
    ids = stored_table.column("sample_id").to_pylist()
    labels = stored_table.column("label").to_numpy()
    pictures = stored_table.column("image").to_pylist() if config.images else []
    for i, sample_id in enumerate(ids):
        if not re.fullmatch("[0-9a-f]{16}", sample_id):
            raise ValueError(f"row {i}: sample_id {sample_id!r} is not 16 hexadecimal digits")
    wrong = np.flatnonzero((labels < 0) | (labels >= config.task.classes))
    if len(wrong):
        row, last = wrong[0], config.task.classes - 1
        raise ValueError(f"row {row}: label {labels[row]} is none of 0 to {last}")
    return StoredRows(
        path=path,
        rows=table.rows_of(stored_table, config),
        energy=stored_table.column("energy").to_numpy(),
        magnetization=stored_table.column("magnetization").to_numpy(),
        pngs=[picture["bytes"] or b"" for picture in pictures] if config.images else None,
        png_names=[picture["path"] for picture in pictures],
    )


def row_problems(stored: StoredRows) -> list[str]:
    problems = []
    rows, system, grid = stored.rows, stored.rows.system, stored.rows.task.grid
    symbols = system.symbols
    energy, magnetization = _derived(stored)
    labels = rows.task.labels_of(rows.points)
    held = system.fixed(rows.size)
    for i, lattice in enumerate(rows.spins):
        place, label = stored.place(i), rows.labels[i]
        if not stored.is_of_system[i]:
            problems.append(f"{place}: a spin is none of {symbols.described}")
            continue
        if label != labels[i]:
            value = grid.value(int(rows.points[i]))
            problems.append(f"{place}: label is {label}, {grid.parameter} is {value}")
        if stored.energy[i] != energy[i]:
            problems.append(f"{place}: energy is {stored.energy[i]}, its spins give {energy[i]}")
        if stored.magnetization[i] != magnetization[i]:
            problems.append(
                f"{place}: magnetization is {stored.magnetization[i]}, "
                f"its spins give {magnetization[i]}"
            )
        if held is not None and not ((held == 0) | (lattice == held)).all():
            problems.append(f"{place}: a site that is fixed holds something else")
        if stored.pngs is not None:
            problems += _image_problems(stored, i, stored.pngs[i])
        if i and rows.ids[i - 1] >= rows.ids[i]:
            problems.append(f"{place}: sample_id {rows.ids[i]} is repeated or out of order")
    return problems


def _image_problems(stored: StoredRows, i: int, png: bytes) -> list[str]:
    place, rows, problems = stored.place(i), stored.rows, []
    if stored.png_names[i] != table.png_name(rows.ids[i]):
        problems.append(f"{place}: the image is named {stored.png_names[i]!r}, not by its id")
    try:
        if not np.array_equal(image.decode(rows.system.symbols, png), rows.spins[i]):
            problems.append(f"{place}: the image does not show the spins")
    except ValueError as error:
        problems.append(f"{place}: the image cannot be read: {error}")
    return problems


def _derived(stored: StoredRows) -> tuple[Array, Array]:
    """Energy and magnetization per site that the spins give; of something else where they are not
    of the system."""
    rows, symbols = stored.rows, stored.rows.system.symbols
    filler = np.array(symbols.values[0], symbols.dtype)
    spins = np.where(stored.is_of_system[:, None, None], rows.spins, filler)
    return table.energy_per_site(replace(rows, spins=spins)), rows.system.magnetization(spins)


class Repeats:
    """Equal lattices of a config, in any of its splits."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._counts = np.zeros(config.task.classes, np.int64)
        self._seen: dict[bytes, list[str]] = defaultdict(list)
        self._energy: dict[bytes, int] = {}
        self._repeated: dict[bytes, Spins] = {}

    def add(self, stored: StoredRows) -> None:
        rows = stored.rows.take(stored.is_of_system)
        self._counts += np.bincount(rows.labels, minlength=len(self._counts))
        energies = rows.system.energy(rows.spins)
        packed = rows.system.symbols.packed(rows.spins)
        for i, image_, energy in zip(
            np.flatnonzero(stored.is_of_system).tolist(), packed, energies, strict=True
        ):
            digest = hashlib.sha256(image_.tobytes()).digest()
            if digest in self._seen:
                self._repeated[digest] = stored.rows.spins[i].copy()  # not all of its file
            self._seen[digest].append(stored.place(i))
            self._energy[digest] = int(energy)

    def problems(self) -> list[str]:
        counts = tuple(self._counts.tolist())
        return [
            f"{places[1]}: the same lattice as {' and '.join([places[0], *places[2:]])}, "
            f"{self._excess(digest):g} above the ground state"
            for digest, places in self._seen.items()
            if len(places) > 1
            and not is_plausible_repeat(
                self._config, counts, self._energy[digest], self._repeated[digest]
            )
        ]

    def _excess(self, digest: bytes) -> float:
        system = self._config.system
        ground = system.ground_energy(self._config.size)
        return (self._energy[digest] - ground) * system.energy_unit
