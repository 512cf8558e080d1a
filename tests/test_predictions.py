"""The predictions file: what is written is read back, and everything else is an error."""

from pathlib import Path

import numpy as np
import pytest

from ising_bench.errors import VerificationError
from ising_bench.scoring import predictions
from ising_bench.scoring.truth import sample_ids

IDS = tuple(f"{i:016x}" for i in range(4))
ROW = ",0.25,0.25,0.25,0.25"


def random_trials(trials: int, n: int) -> np.ndarray:
    p = np.random.default_rng(0).dirichlet(np.ones(4), (trials, n))
    p[0, 0] = [1, 0, 0, 0]
    return p


def written(path: Path, *lines: str, header: str = predictions.HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_what_is_written_is_read_back_to_seven_digits(tmp_path: Path) -> None:
    trials = random_trials(3, 4)
    path = tmp_path / "p.csv"
    predictions.write(path, IDS, dict(enumerate(trials)))
    np.testing.assert_allclose(predictions.read(path, IDS), trials, rtol=1e-6)
    again = tmp_path / "again.csv"
    predictions.write(again, IDS, dict(enumerate(predictions.read(path, IDS))))
    assert again.read_bytes() == path.read_bytes()


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    predictions.write(path, IDS, dict(enumerate(random_trials(2, 4))))
    header, *lines = path.read_text().splitlines()
    shuffled = written(tmp_path / "s.csv", *reversed(lines), header=header)
    np.testing.assert_array_equal(predictions.read(shuffled, IDS), predictions.read(path, IDS))


def test_five_trials_of_a_test_split_fit_the_limit(tmp_path: Path) -> None:
    ids = sample_ids("periodic_ferro")
    path = tmp_path / "p.csv"
    predictions.write(path, ids, dict(enumerate(random_trials(5, len(ids)))))
    assert path.stat().st_size < predictions.MAX_BYTES / 4


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f"{IDS[0]},0,nan,0,0,1", "line 2"),
        (f"{IDS[0]},0,inf,0,0,1", "line 2"),
        (f"{IDS[0]},0,1e999,0,0,1", "finite"),
        (f"{IDS[0]},0,0x1,0,0,0", "line 2"),
        (f"{IDS[0]},0,-0.5,0.5,0.5,0.5", "line 2"),
        (f"{IDS[0]},0,1.5,0.5,0,0", "between 0 and 1"),
        (f"{IDS[0]},0,0.3,0.3,0.3,0.2", "sum to 1.1, not one within"),
        (f"{IDS[0]},0,0.25,0.25,0.5", "line 2"),
        (f"{IDS[0]},0,0.25,0.25,0.25,0.25,0", "line 2"),
        (f'"{IDS[0]}",0{ROW}', "line 2"),
        (f"{IDS[0]}, 0{ROW}", "line 2"),
        (f"{IDS[0]},-1{ROW}", "line 2"),
        (f"{IDS[0]},00{ROW}", "line 2"),
        (f"{IDS[0]},50{ROW}", "at most 49"),
        (f"{IDS[0].upper()[:-1]}F,0{ROW}", "line 2"),
        (f"ffffffffffffffff,0{ROW}", "no test image"),
        (f"{IDS[0]},0{ROW}\x00", "line 2"),
        ("", "line 2"),
        ("," * 1000, "line 2"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    rest = [f"{i},0{ROW}" for i in IDS[1:]]
    with pytest.raises(VerificationError, match=problem):
        predictions.read(written(tmp_path / "p.csv", line, *rest), IDS)


def test_missing_and_repeated_images_and_trials_are_named(tmp_path: Path) -> None:
    lines = [f"{i},0{ROW}" for i in IDS]
    with pytest.raises(VerificationError, match="lacks 1 of 4"):
        predictions.read(written(tmp_path / "a.csv", *lines[1:]), IDS)
    with pytest.raises(VerificationError, match="twice"):
        predictions.read(written(tmp_path / "b.csv", *lines, lines[0]), IDS)
    with pytest.raises(VerificationError, match=r"trials are \[1\]"):
        predictions.read(written(tmp_path / "c.csv", *(f"{i},1{ROW}" for i in IDS)), IDS)
    with pytest.raises(VerificationError, match="no predictions"):
        predictions.read(written(tmp_path / "d.csv"), IDS)


def test_files_that_are_no_predictions_are_named(tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="header"):
        predictions.read(written(tmp_path / "a.csv", header="id,p"), IDS)
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe" + bytes(100))
    with pytest.raises(VerificationError, match="not ASCII"):
        predictions.read(tmp_path / "b.csv", IDS)
    with pytest.raises(VerificationError, match="no such file"):
        predictions.read(tmp_path / "none.csv", IDS)
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(VerificationError, match="no such file"):
        predictions.read(tmp_path / "link.csv", IDS)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(VerificationError, match="500000000 bytes"):
        predictions.read(path, IDS)


def test_of_many_problems_the_first_twenty_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", *["garbage"] * 500)
    with pytest.raises(VerificationError) as caught:
        predictions.read(path, IDS)
    assert len(caught.value.problems) == 21
    assert "480 more" in str(caught.value)


def test_a_file_of_empty_lines_is_given_up(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "\n" * 900_000)
    with pytest.raises(VerificationError) as caught:
        predictions.read(path, IDS)
    assert len(caught.value.problems) == 21
