"""What `ising-bench density` says of shipped tables."""

from pathlib import Path

import numpy as np
import pytest

from ising_bench.errors import IsingBenchError
from ising_bench.shipped import Table
from ising_bench.systems import shipped_tables
from ising_bench.systems.recompute import recompute


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "family" / "data" / "numbers.npy"
    place.parent.mkdir(parents=True)
    np.save(place, np.array([-np.inf, 1.0, 2.0]))
    return place


def test_every_shipped_table_is_there_under_its_name() -> None:
    tables = shipped_tables()
    names = [table.name for table in tables]
    assert len(set(names)) == len(names) >= 8
    assert "ising/log_density_100" in names
    assert all(table.file.is_file() for table in tables)
    folders = {table.file.parent for table in tables}
    shipped = {path for folder in folders for path in folder.glob("*.npy")}
    assert shipped == {table.file for table in tables}


def test_an_exact_table_must_be_equal_and_a_measured_one_close(file: Path) -> None:
    for by, tolerance, holds in (
        (0, 0, True),
        (1e-9, 0, False),
        (1e-6, 1e-5, True),
        (1e-3, 1e-5, False),
    ):
        table = Table(file, lambda by=by: np.array([-np.inf, 1.0, 2 + by]), tolerance)
        if holds:
            (line,) = recompute([table], [], None)
            assert line.startswith("family/numbers: every one of 3 numbers as ")
        else:
            with pytest.raises(IsingBenchError, match="family/numbers is not what"):
                recompute([table], [], None)


def test_another_shape_or_an_infinity_elsewhere_is_another_table(file: Path) -> None:
    for numbers in ([-np.inf, 1.0], [1.0, -np.inf, 2.0]):
        with pytest.raises(IsingBenchError):
            recompute([Table(file, lambda n=numbers: np.array(n), 1e-5)], [], None)


def test_a_name_that_is_none_is_refused(file: Path) -> None:
    with pytest.raises(IsingBenchError, match="numbers"):
        recompute([Table(file, lambda: np.zeros(3))], ["family/number"], None)


def test_tables_are_written_by_family(file: Path, tmp_path: Path) -> None:
    recompute([Table(file, lambda: np.arange(3))], ["family/numbers"], tmp_path / "out")
    np.testing.assert_array_equal(np.load(tmp_path / "out" / "family" / "numbers.npy"), [0, 1, 2])


def test_where_nothing_was_measured_nothing_is_compared(file: Path) -> None:
    np.save(file, np.array([np.nan, 1.0]))
    assert recompute([Table(file, lambda: np.array([np.nan, 1.0]), 1e-5)], [], None)
    with pytest.raises(IsingBenchError):
        recompute([Table(file, lambda: np.array([1.0, np.nan]), 1e-5)], [], None)
