"""Verifying rows: each against itself, and all of a config against one another."""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ising_bench.arrays import Spins
from ising_bench.regions import REGIONS, label_of
from ising_bench.releases import image, table
from ising_bench.releases.release import Config
from ising_bench.releases.repeats import is_plausible_repeat
from ising_bench.systems import magnetization


@dataclass(frozen=True)
class Rows:
    """The rows of one file as arrays."""

    path: str
    spins: Spins
    labels: list[int]
    hundredths: list[int]
    energy: NDArray[np.float64]
    magnetization: NDArray[np.float64]
    sample_ids: list[str]
    pngs: list[bytes]
    png_names: list[str | None]

    @cached_property
    def is_ising(self) -> NDArray[np.bool]:
        """Whether the spins of each row are all +1 or -1: (n,)."""
        return (np.abs(self.spins) == 1).all((1, 2))

    def place(self, i: int) -> str:
        return f"{self.path}: row {i}"


def read_rows(folder: Path, path: str, size: int) -> Rows:
    """Raises ValueError where a column is missing, has another type or an impossible value."""
    rows = table.read(folder / path, size)
    if any(column.null_count for column in rows.columns):
        raise ValueError("a value is missing")
    sample_ids = rows.column("sample_id").to_pylist()
    labels = rows.column("label").to_pylist()
    pictures = rows.column("image").to_pylist()
    for i, sample_id in enumerate(sample_ids):
        if not re.fullmatch("[0-9a-f]{16}", sample_id):
            raise ValueError(f"row {i}: sample_id {sample_id!r} is not 16 hexadecimal digits")
        if labels[i] not in range(len(REGIONS)):
            raise ValueError(f"row {i}: label {labels[i]} is none of 0 to {len(REGIONS) - 1}")
    return Rows(
        path=path,
        spins=table.spins_of(rows, size),
        labels=labels,
        hundredths=table.hundredths_of(rows).tolist(),
        energy=rows.column("energy").to_numpy(),
        magnetization=rows.column("magnetization").to_numpy(),
        sample_ids=sample_ids,
        pngs=[picture["bytes"] or b"" for picture in pictures],
        png_names=[picture["path"] for picture in pictures],
    )


def row_problems(rows: Rows, config: Config) -> list[str]:
    problems = []
    system = config.system
    sites = rows.spins.shape[1] ** 2
    readable = np.where(rows.is_ising[:, None, None], rows.spins, np.int8(1))
    energy = system.energy(readable) / sites
    magnetization_ = magnetization(readable) / sites
    rows_hold = system.has_its_fixed_rows(rows.spins)
    for i, lattice in enumerate(rows.spins):
        place, label, hundredths = rows.place(i), rows.labels[i], rows.hundredths[i]
        if not rows.is_ising[i]:
            problems.append(f"{place}: a spin is neither +1 nor -1")
            continue
        if label != label_of(hundredths):
            problems.append(f"{place}: label is {label}, temperature is {hundredths / 100}")
        if rows.energy[i] != energy[i]:
            problems.append(f"{place}: energy is {rows.energy[i]}, its spins give {energy[i]}")
        if rows.magnetization[i] != magnetization_[i]:
            problems.append(
                f"{place}: magnetization is {rows.magnetization[i]}, "
                f"its spins give {magnetization_[i]}"
            )
        if not rows_hold[i]:
            problems.append(f"{place}: the top row is not all +1 or the bottom row not all -1")
        if rows.png_names[i] != table.png_name(rows.sample_ids[i]):
            problems.append(f"{place}: the image is named {rows.png_names[i]!r}, not by its id")
        try:
            if not np.array_equal(image.decode(rows.pngs[i]), lattice):
                problems.append(f"{place}: the image does not show the spins")
        except ValueError as error:
            problems.append(f"{place}: the image cannot be read: {error}")
        if i and rows.sample_ids[i - 1] >= rows.sample_ids[i]:
            problems.append(f"{place}: sample_id {rows.sample_ids[i]} is repeated or out of order")
    return problems


class Repeats:
    """Equal lattices of a config, in any of its splits."""

    def __init__(self, config: Config, size: int, rows: int) -> None:
        self._system = config.system
        self._ground = config.system.ground_energy(size)
        self._total = rows
        self._seen: dict[bytes, list[str]] = defaultdict(list)
        self._excess: dict[bytes, int] = {}

    def add(self, rows: Rows) -> None:
        readable = np.flatnonzero(rows.is_ising).tolist()
        lattices = rows.spins[readable]
        energies = self._system.energy(lattices) - self._ground
        for i, lattice, energy in zip(readable, lattices, energies, strict=True):
            packed = hashlib.sha256(np.packbits(lattice > 0).tobytes()).digest()
            self._seen[packed].append(rows.place(i))
            self._excess[packed] = int(energy)

    def problems(self) -> list[str]:
        return [
            f"{places[1]}: the same lattice as {' and '.join([places[0], *places[2:]])}, "
            f"{self._excess[packed]} above the ground state"
            for packed, places in self._seen.items()
            if len(places) > 1
            and not is_plausible_repeat(self._system, self._excess[packed], self._total)
        ]
