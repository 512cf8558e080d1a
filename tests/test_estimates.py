"""Estimates of the temperature, scored."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli, only_line
from ising_bench.dataset.samples import samples
from ising_bench.errors import VerificationError
from ising_bench.releases.v1_1 import V1_1
from ising_bench.rows import Rows
from ising_bench.scoring.estimates import read, score
from ising_bench.scoring.regression import best_regression, cramer_rao

NAME = "periodic_ferro"
CONFIG = V1_1.config(NAME)


@pytest.fixture(scope="module")
def known_rows() -> Rows:
    return samples(V1_1, NAME, "test")


def written(path: Path, rows: Rows, *columns: np.ndarray, header: str = "") -> Path:
    header = header or "sample_id,temperature" + (",low,high" if len(columns) == 3 else "")
    order = np.random.default_rng(0).permutation(len(rows))
    lines = [",".join([rows.ids[i], *(repr(float(c[i])) for c in columns)]) for i in order]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_the_best_rule_reaches_what_it_is_expected_to(known_rows: Rows, tmp_path: Path) -> None:
    rule = best_regression(CONFIG).rule[CONFIG.statistic.of(known_rows.spins)]
    found = score(V1_1, NAME, written(tmp_path / "best.csv", known_rows, rule))
    low, high = found["interval95"]
    assert low < found["best_expected_rmse"] < high
    assert found["rmse"] == pytest.approx(np.sqrt(((rule - known_rows.values) ** 2).mean()))
    assert found["best_expected_rmse"] == pytest.approx(0.1420, abs=5e-5)
    assert found["per_class_rmse"]["CR"] == pytest.approx(0.017, abs=0.006)


def test_intervals_are_held_against_their_level(known_rows: Rows, tmp_path: Path) -> None:
    rows = known_rows.take(known_rows.labels >= 2)  # where an image tells of its temperature
    rule = best_regression(CONFIG).rule[CONFIG.statistic.of(rows.spins)]
    width = np.array([1.645 * cramer_rao(CONFIG.statistic, t) for t in rows.values])
    everywhere = {i: (t, t - w, t + w) for i, t, w in zip(rows.ids, rule, width, strict=True)}
    columns = np.array(
        [
            everywhere.get(i, (t, t, t))
            for i, t in zip(known_rows.ids, known_rows.values, strict=True)
        ]
    ).T
    found = score(V1_1, NAME, written(tmp_path / "with.csv", known_rows, *columns), level=0.9)
    assert found["per_class_share"]["FSbCR"] == 1
    assert found["per_class_share"]["SpCR"] == pytest.approx(0.9, abs=0.08)
    narrow = columns.copy()
    narrow[1:] = columns[0] + (columns[1:] - columns[0]) / 4
    worse = score(V1_1, NAME, written(tmp_path / "narrow.csv", known_rows, *narrow), level=0.9)
    assert worse["mean_width"] < found["mean_width"]
    assert worse["share_of_intervals_that_hold"] < found["share_of_intervals_that_hold"]
    assert worse["interval_score"] > found["interval_score"]


def test_perfect_estimates_have_no_error(known_rows: Rows, tmp_path: Path, cli: Cli) -> None:
    written(tmp_path / "mine.csv", known_rows, known_rows.values)
    done = cli("score", "mine.csv", "--config", NAME, "--regression", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["rmse"], found["interval95"]) == (0, [0, 0])
    assert "level" not in found
    assert set(found["per_class_bias"].values()) == {0}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["sample_id,p0"],
            "line 1: the header must be sample_id,temperature, or that and low,high",
        ),
        (["sample_id,temperature", "0123,2.0"], "line 2: '0123' is no test image's id"),
        (["sample_id,temperature", "ID,hot"], "line 2: not 1 finite numbers"),
        (["sample_id,temperature", "ID,inf"], "line 2: not 1 finite numbers"),
        (["sample_id,temperature", "ID,1,2"], "line 2: not 1 finite numbers"),
        (["sample_id,temperature", "ID,1", "ID,1"], "line 3: ID was there before"),
        (["sample_id,temperature,low,high", "ID,1,2,3"], "low, temperature and high are not in"),
        (["sample_id,temperature", "ID,1"], "399 of 400 test images have no line"),
        (["sample_id,temperature"], "400 of 400 test images have no line"),
    ],
)
def test_what_is_wrong_is_named(
    known_rows: Rows, tmp_path: Path, lines: list[str], said: str
) -> None:
    known = known_rows.ids[7]
    (tmp_path / "x.csv").write_text("\n".join(lines).replace("ID", known) + "\n")
    with pytest.raises(VerificationError) as wrong:
        read(tmp_path / "x.csv", known_rows)
    assert said.replace("ID", known) in str(wrong.value)


def test_a_level_that_is_none_is_one_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("sample_id,temperature\n")
    done = cli("score", "x.csv", "--config", NAME, "--regression", "--level", "2")
    assert done.returncode == 1
    assert "--level is 2" in only_line(done.stderr)


def test_many_wrong_lines_are_a_few_and_a_count(known_rows: Rows, tmp_path: Path) -> None:
    broken = replace(known_rows, ids=tuple(i[::-1] + "x" for i in known_rows.ids))
    with pytest.raises(VerificationError, match="395 more lines are wrong"):
        read(written(tmp_path / "x.csv", broken, known_rows.values), known_rows)
