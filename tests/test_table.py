"""The parquet files, for a reader of a few rows and for a Hub that keeps many versions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ising_bench.releases import table
from ising_bench.releases.v1 import V1


def pictures_of(path: Path) -> list[tuple[pq.ColumnChunkMetaData, bytes]]:
    """Of each group of rows: what the file says of its first column, and the bytes of that."""
    metadata, content = pq.ParquetFile(path).metadata, path.read_bytes()
    found = []
    for i in range(metadata.num_row_groups):
        column = metadata.row_group(i).column(0)
        first = column.dictionary_page_offset or column.data_page_offset
        found.append((column, content[first : first + column.total_compressed_size]))
    return found


def test_files_have_a_page_index_and_equal_rows_are_equal_bytes(tmp_path: Path) -> None:
    """Another first row leaves the groups of the later rows as they were."""
    rng = np.random.default_rng(0)
    pictures = [{"bytes": rng.bytes(400), "path": "x.png"} for _ in range(1000)]
    rows = pa.table({"image": pa.array(pictures, table.schema(V1.configs[0]).field("image").type)})
    table.write(rows, tmp_path / "all.parquet")
    table.write(pa.concat_tables([rows.slice(1, 1), rows.slice(1)]), tmp_path / "other.parquet")
    whole, other = (pictures_of(tmp_path / f"{name}.parquet") for name in ("all", "other"))
    assert all(c.has_offset_index and c.has_column_index for c, _ in whole)
    assert len(whole) == len(other) == 4
    assert whole[0][1] != other[0][1]
    assert [b for _, b in whole[1:]] == [b for _, b in other[1:]]
    assert (tmp_path / "all.parquet").read_bytes() == table.to_bytes(rows)
