"""The parquet files, for a reader of a few rows and for a Hub that keeps many versions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ising_bench.releases import table
from ising_bench.releases.v1 import V1


def pictures_of(path: Path) -> tuple[pq.ColumnChunkMetaData, bytes]:
    """What the file says of its first column, and the bytes of that."""
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    first = column.dictionary_page_offset or column.data_page_offset
    return column, path.read_bytes()[first : first + column.total_compressed_size]


def test_files_have_a_page_index_and_equal_rows_are_equal_bytes(tmp_path: Path) -> None:
    """A row less at the beginning leaves the pages of the later rows as they were."""
    rng = np.random.default_rng(0)
    pictures = [{"bytes": rng.bytes(4000), "path": "x.png"} for _ in range(1000)]
    rows = pa.table({"image": pa.array(pictures, table.schema(V1.configs[0]).field("image").type)})
    table.write(rows, tmp_path / "all.parquet")
    table.write(rows.slice(1), tmp_path / "fewer.parquet")
    column, whole = pictures_of(tmp_path / "all.parquet")
    _, fewer = pictures_of(tmp_path / "fewer.parquet")
    assert column.has_offset_index
    assert column.has_column_index
    assert whole[-len(whole) // 2 :] == fewer[-len(whole) // 2 :]
