"""The columns that a user reads: chains and their lattices as an Arrow table, and back.

`features` is the one description of the columns, in the encoding of `datasets.Features.to_dict`
(rebuild the object with `datasets.Features.from_dict`); parquet metadata and card derive from it.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ising_bench.arrays import Spins
from ising_bench.regions import GRID, REGIONS
from ising_bench.releases import image
from ising_bench.simulation.chains import Chain
from ising_bench.systems import magnetization

LARGEST_ROWS, LARGEST_BYTES = 4096, 2**28  # of one file that is read, unpacked


def features(size: int) -> dict[str, dict[str, Any]]:
    """The columns, as `datasets.Features.to_dict` writes them."""
    return {
        "image": {"mode": "RGB", "_type": "Image"},
        "spins": {"shape": [size, size], "dtype": "int8", "_type": "Array2D"},
        "label": {"names": [region.name for region in REGIONS], "_type": "ClassLabel"},
        "temperature": {"dtype": "float64", "_type": "Value"},
        "energy": {"dtype": "float64", "_type": "Value"},
        "magnetization": {"dtype": "float64", "_type": "Value"},
        "sample_id": {"dtype": "string", "_type": "Value"},
    }


def schema(size: int) -> pa.Schema:
    """The Arrow schema, with the features in the metadata key that `datasets` reads."""
    metadata = json.dumps({"info": {"features": features(size)}})
    return pa.schema(
        {
            "image": pa.struct({"bytes": pa.binary(), "path": pa.string()}),
            "spins": pa.list_(pa.list_(pa.int8())),
            "label": pa.int64(),
            "temperature": pa.float64(),  # |J|/k_B
            "energy": pa.float64(),  # |J| per site
            "magnetization": pa.float64(),  # per site
            "sample_id": pa.string(),
        },
        metadata={"huggingface": metadata},
    )


def to_table(chains: Sequence[Chain], spins: Spins) -> pa.Table:
    """Rows of chains and their lattices (n, L, L), in the order given."""
    n, size, _ = spins.shape
    sites = size * size
    rows = pa.ListArray.from_arrays(
        np.arange(0, n * sites + 1, size, dtype=np.int32), spins.reshape(-1)
    )
    lattices = pa.ListArray.from_arrays(np.arange(0, n * size + 1, size, dtype=np.int32), rows)
    names = [png_name(chain.sample_id) for chain in chains]
    pictures = [
        {"bytes": image.encode(lattice), "path": name}
        for lattice, name in zip(spins, names, strict=True)
    ]
    columns = {
        "image": pictures,
        "spins": lattices,
        "label": [chain.label for chain in chains],
        "temperature": [chain.hundredths / 100 for chain in chains],
        "energy": chains[0].system.energy(spins) / sites,
        "magnetization": magnetization(spins) / sites,
        "sample_id": [chain.sample_id for chain in chains],
    }
    return pa.table(columns, schema=schema(size))


def png_name(sample_id: str) -> str:
    """The name of an image, which says nothing but the id."""
    return f"{sample_id}.png"


def write(table: pa.Table, path: Path) -> None:
    """Write parquet with zstd: 1300 rows take 3 MB. Pages are cut by content and indexed, as
    `datasets` does it: the Hub keeps what two versions share once, and who reads a few rows fetches
    little else."""
    with path.open("wb") as file:  # given a path, pyarrow would take `run:1/x` for a URI
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_content_defined_chunking=True,
            write_page_index=True,
        )


def read(path: Path, size: int) -> pa.Table:
    """Read one of our parquet files. Raises ValueError where its columns are not ours."""
    with path.open("rb") as file:
        parquet = pq.ParquetFile(file)
        _check_size(parquet.metadata)
        table = read_whole(parquet)
    if table.schema.metadata != schema(size).metadata:
        raise ValueError("its metadata are not those of a build")
    if not table.schema.equals(schema(size)):
        columns = ", ".join(f"{field.name}: {field.type}" for field in table.schema)
        raise ValueError(f"its columns are {columns}")
    return table


def read_whole(parquet: pq.ParquetFile) -> pa.Table:
    """All rows, on one thread, which is no slower: a thread of an Arrow before 26 that reads a file
    of Python's aborts the process now and then if it is still there when Python ends."""
    return parquet.read(use_threads=False)


def _check_size(found: pq.FileMetaData) -> None:
    """Raise ValueError for what would fill the memory when it is unpacked."""
    groups = (found.row_group(i) for i in range(found.num_row_groups))
    if found.num_rows > LARGEST_ROWS or sum(g.total_byte_size for g in groups) > LARGEST_BYTES:
        raise ValueError(f"more than {LARGEST_ROWS} rows or {LARGEST_BYTES} bytes")


def spins_of(table: pa.Table, size: int) -> Spins:
    """The spins column as (n, L, L) int8. Raises ValueError where a lattice has another shape."""
    lattices = table.column("spins").combine_chunks()
    rows = lattices.flatten()
    for lists in (lattices, rows):
        if lists.null_count or not pc.all(pc.equal(pc.list_value_length(lists), size)).as_py():
            raise ValueError(f"a lattice is not {size} x {size}")
    if rows.flatten().null_count:
        raise ValueError("a spin is missing")
    return rows.flatten().to_numpy(zero_copy_only=False).reshape(-1, size, size)


def hundredths_of(table: pa.Table) -> NDArray[np.int64]:
    """The temperature column in whole hundredths. Raises ValueError where one is off the grid."""
    temperature = table.column("temperature").to_numpy()
    hundredths = np.rint(temperature * 100)
    wrong = np.flatnonzero(
        ~np.isin(hundredths, GRID) | (hundredths / 100 != temperature) | np.signbit(temperature)
    )
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]}: temperature {temperature[wrong[0]]} is not a hundredth from 0 to 4"
        )
    return hundredths.astype(np.int64)


class ContentDigest:
    """SHA-256 of what a config holds, whatever wrote its files and on whatever machine.

    Hashed: the line `ising-bench content 1 <config>`; for each split the line `<split> <rows>`,
    then each row in order: its spins (row by row, 1 for up, 8 to a byte, first site most
    significant), label (one byte), temperature (hundredths, two bytes, little-endian) and sample
    id (16 ASCII digits). Lines are ASCII and end in a line feed. Energy, magnetization and image
    follow from the spins.
    """

    def __init__(self, config: str) -> None:
        self._hash = hashlib.sha256(f"ising-bench content 1 {config}\n".encode("ascii"))

    def begin_split(self, name: str, rows: int) -> None:
        self._hash.update(f"{name} {rows}\n".encode("ascii"))

    def add(
        self,
        spins: Spins,
        labels: Sequence[int],
        hundredths: Sequence[int],
        sample_ids: Sequence[str],
    ) -> None:
        """The next rows of the split, any number of them."""
        packed = np.packbits(spins.reshape(len(spins), -1) > 0, axis=1)
        rows = np.zeros(len(spins), f"({packed.shape[1]},)u1, u1, <u2, S16")
        rows["f0"], rows["f1"], rows["f2"], rows["f3"] = packed, labels, hundredths, sample_ids
        self._hash.update(rows.tobytes())

    def add_chains(self, chains: Sequence[Chain], spins: Spins) -> None:
        """The next rows, as chains and the lattices they gave."""
        self.add(
            spins,
            [chain.label for chain in chains],
            [chain.hundredths for chain in chains],
            [chain.sample_id for chain in chains],
        )

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
