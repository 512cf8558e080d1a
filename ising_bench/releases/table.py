"""The columns that a user reads: chains and their lattices as an Arrow table, and back.

`features` is the one description of the columns, in the encoding of `datasets.Features.to_dict`
(rebuild the object with `datasets.Features.from_dict`); parquet metadata and card derive from it.
"""

import io
import json
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ising_bench.ndarrays import Array, Observed, Spins
from ising_bench.releases import image
from ising_bench.releases.release import SHARD_ROWS, Config
from ising_bench.rows import Rows

LARGEST_BYTES = 2**28  # of one file that is read, unpacked
_GROUP_ROWS = 256
_IMAGE = pa.struct({"bytes": pa.binary(), "path": pa.string()})


def features(config: Config) -> dict[str, dict[str, Any]]:
    """The columns, as `datasets.Features.to_dict` writes them."""
    shape, dtype = [config.size, config.size], config.system.symbols.dtype
    image_of = {"image": {"mode": "RGB", "_type": "Image"}} if config.images else {}
    return {
        **image_of,
        "spins": {"shape": shape, "dtype": dtype, "_type": "Array2D"},
        "label": {"names": config.task.names, "_type": "ClassLabel"},
        config.task.grid.parameter: {"dtype": "float64", "_type": "Value"},
        "energy": {"dtype": "float64", "_type": "Value"},
        "magnetization": {"dtype": "float64", "_type": "Value"},
        **{
            name: {"dtype": dtype, "_type": "Value"} for name, dtype in config.system.hidden.items()
        },
        "sample_id": {"dtype": "string", "_type": "Value"},
    }


def schema(config: Config) -> pa.Schema:
    """The Arrow schema, with the features in the metadata key that `datasets` reads."""
    metadata = json.dumps({"info": {"features": features(config)}})
    image_of = {"image": _IMAGE} if config.images else {}
    return pa.schema(
        {
            **image_of,
            "spins": pa.list_(pa.list_(_site(config))),
            "label": pa.int64(),
            config.task.grid.parameter: pa.float64(),
            "energy": pa.float64(),  # |J| per site
            "magnetization": pa.float64(),  # per site
            **{
                name: pa.from_numpy_dtype(np.dtype(dtype))
                for name, dtype in config.system.hidden.items()
            },
            "sample_id": pa.string(),
        },
        metadata={"huggingface": metadata},
    )


def _site(config: Config) -> pa.DataType:
    return pa.from_numpy_dtype(np.dtype(config.system.symbols.dtype))


def to_table(config: Config, rows: Rows) -> pa.Table:
    """Rows of a config, in the order given."""
    n, size, system = len(rows), rows.size, rows.system
    # what is made of all spins at once would take several times their memory
    groups = [rows.spins[i : i + _GROUP_ROWS] for i in range(0, n, _GROUP_ROWS)]
    ids = [sample_id.encode("ascii") for sample_id in rows.ids]
    energies = np.concatenate([system.energy(spins) for spins in groups])
    magnetizations = np.concatenate([system.magnetization(spins) for spins in groups])
    lines = pa.ListArray.from_arrays(_starts(n * size, size), _numbers(rows.spins.reshape(-1)))
    columns = {
        **({"image": _images(rows, groups)} if config.images else {}),
        "spins": pa.ListArray.from_arrays(_starts(n, size), lines),
        "label": _numbers(rows.labels),
        config.task.grid.parameter: _numbers(rows.values),
        "energy": _numbers(_per_site(rows, energies)),
        "magnetization": _numbers(magnetizations),
        **{name: _numbers(rows.hidden[name]) for name in rows.system.hidden},
        "sample_id": _texts(ids, pa.string()),
    }
    return pa.Table.from_arrays(list(columns.values()), schema=schema(config))


def _images(rows: Rows, groups: list[Spins]) -> pa.Array:
    symbols = rows.system.symbols
    pictures = [image.encode_codes(symbols, c) for spins in groups for c in symbols.codes(spins)]
    names = [png_name(sample_id).encode("ascii") for sample_id in rows.ids]
    parts = [_texts(pictures, pa.binary()), _texts(names, pa.string())]
    return pa.StructArray.from_arrays(parts, ["bytes", "path"])


# Arrow's own `pa.array` imports pandas first, wherever there is one: half a second of a build.
def _numbers(values: NDArray[Any]) -> pa.Array:
    kind, packed = pa.from_numpy_dtype(values.dtype), np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(packed)])


def _texts(values: list[bytes], kind: pa.DataType) -> pa.Array:
    ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _starts(lists: int, length: int) -> pa.Array:
    """Where lists of one length begin, and the last one ends."""
    return _numbers(np.arange(0, lists * length + 1, length, dtype=np.int32))


def energy_per_site(rows: Rows) -> Array:
    """In |J|: (n,)."""
    return _per_site(rows, rows.system.energy(rows.spins))


def _per_site(rows: Rows, energies: NDArray[np.int64]) -> Array:
    return energies * rows.system.energy_unit / rows.size**2


def png_name(sample_id: str) -> str:
    """The name of an image, which says nothing but the id."""
    return f"{sample_id}.png"


def write(table: pa.Table, path: Path) -> None:
    """Write parquet: 1300 rows take 3 MB."""
    with path.open("wb") as file:  # given a path, pyarrow would take `run:1/x` for a URI
        _write(table, file)


def to_bytes(table: pa.Table) -> bytes:
    """The file that `write` writes."""
    file = io.BytesIO()
    _write(table, file)
    return file.getvalue()


def _write(table: pa.Table, file: IO[bytes]) -> None:
    """With zstd. Pages are cut by content and indexed, as `datasets` does it: the Hub keeps what
    two versions share once, and who reads a few rows fetches little else. Groups of so few rows
    take a third of the time of one large one, and no memory to speak of."""
    pq.write_table(
        table,
        file,
        row_group_size=_GROUP_ROWS,
        compression="zstd",
        use_content_defined_chunking=True,
        write_page_index=True,
    )


def read(source: Path | bytes, config: Config) -> pa.Table:
    """Read one of our parquet files, or its bytes. Raises ValueError where its columns are not
    ours."""
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as file:
        parquet = pq.ParquetFile(file)
        _check_size(parquet.metadata)
        table = read_whole(parquet)
    if table.schema.metadata != schema(config).metadata:
        raise ValueError("its metadata are not those of a build")
    if not table.schema.equals(schema(config)):
        columns = ", ".join(f"{field.name}: {field.type}" for field in table.schema)
        raise ValueError(f"its columns are {columns}")
    return table


def read_whole(parquet: pq.ParquetFile) -> pa.Table:
    """All rows, on one thread, which is no slower: a thread of an Arrow before 26 that reads a file
    of Python's aborts the process now and then if it is still there when Python ends."""
    return parquet.read(use_threads=False)


def _check_size(metadata: pq.FileMetaData) -> None:
    """Raise ValueError for what would fill the memory when it is unpacked."""
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    if metadata.num_rows > SHARD_ROWS or sum(g.total_byte_size for g in groups) > LARGEST_BYTES:
        raise ValueError(f"more than {SHARD_ROWS} rows or {LARGEST_BYTES} bytes")


def spins_of(table: pa.Table, size: int) -> Spins:
    """The spins column as (n, L, L). Raises ValueError where a lattice has another shape."""
    lattices = table.column("spins").combine_chunks()
    rows = lattices.flatten()
    for lists in (lattices, rows):
        if lists.null_count or not pc.all(pc.equal(pc.list_value_length(lists), size)).as_py():
            raise ValueError(f"a lattice is not {size} x {size}")
    if rows.flatten().null_count:
        raise ValueError("a spin is missing")
    return rows.flatten().to_numpy(zero_copy_only=False).reshape(-1, size, size)


def rows_of(table: pa.Table, config: Config) -> Rows:
    """The rows of a table. Raises ValueError where a column holds what it cannot."""
    return Rows(
        config=config.name,
        system=config.system,
        task=config.task,
        spins=spins_of(table, config.size),
        points=points_of(table, config),
        labels=table.column("label").to_numpy(),
        ids=tuple(table.column("sample_id").to_pylist()),
        hidden=hidden_of(table, config),
    )


def hidden_of(table: pa.Table, config: Config) -> Observed:
    """The columns that the system calls hidden: (n,) each."""
    return {name: table.column(name).to_numpy().copy() for name in config.system.hidden}


def points_of(table: pa.Table, config: Config) -> NDArray[np.int64]:
    """The column of the parameter as points on the grid. Raises ValueError where one is off it."""
    grid = config.task.grid
    return grid.points_of(table.column(grid.parameter).to_numpy())
