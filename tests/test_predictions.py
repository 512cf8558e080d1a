"""The predictions file: what is written is read back, and everything else is an error."""

import gzip
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ising_bench.errors import VerificationError
from ising_bench.releases.v1 import V1
from ising_bench.scoring import predictions
from ising_bench.scoring.truth import sample_ids

IDS = tuple(f"{i:016x}" for i in range(4))
ROW = ",0.25,0.25,0.25,0.25"


def random_trials(trials: int, n: int) -> np.ndarray:
    p = np.random.default_rng(0).dirichlet(np.ones(4), (trials, n))
    p[0, 0] = [1, 0, 0, 0]
    return p


def written(path: Path, *lines: str, header: str = predictions.header(4)) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_what_is_written_is_read_back_to_seven_digits(tmp_path: Path) -> None:
    trials = random_trials(3, 4)
    path = tmp_path / "p.csv"
    predictions.write(path, IDS, dict(enumerate(trials)))
    np.testing.assert_allclose(predictions.read(path, IDS, 4), trials, rtol=1e-6)
    again = tmp_path / "again.csv"
    predictions.write(again, IDS, dict(enumerate(predictions.read(path, IDS, 4))))
    assert again.read_bytes() == path.read_bytes()


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    predictions.write(path, IDS, dict(enumerate(random_trials(2, 4))))
    header, *lines = path.read_text().splitlines()
    shuffled = written(tmp_path / "s.csv", *reversed(lines), header=header)
    np.testing.assert_array_equal(
        predictions.read(shuffled, IDS, 4), predictions.read(path, IDS, 4)
    )


def test_five_trials_of_a_test_split_fit_the_limit(tmp_path: Path) -> None:
    ids = sample_ids(V1, "periodic_ferro")
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
        (f"{IDS[0]},-1{ROW}", "line 2"),
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
        predictions.read(written(tmp_path / "p.csv", line, *rest), IDS, 4)


def test_missing_and_repeated_images_and_trials_are_named(tmp_path: Path) -> None:
    lines = [f"{i},0{ROW}" for i in IDS]
    with pytest.raises(VerificationError, match="lacks 1 of 4"):
        predictions.read(written(tmp_path / "a.csv", *lines[1:]), IDS, 4)
    with pytest.raises(VerificationError, match="twice"):
        predictions.read(written(tmp_path / "b.csv", *lines, lines[0]), IDS, 4)
    with pytest.raises(VerificationError, match=r"trials are \[1\]"):
        predictions.read(written(tmp_path / "c.csv", *(f"{i},1{ROW}" for i in IDS)), IDS, 4)
    with pytest.raises(VerificationError, match="no predictions"):
        predictions.read(written(tmp_path / "d.csv"), IDS, 4)


def test_files_that_are_no_predictions_are_named(tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="header"):
        predictions.read(written(tmp_path / "a.csv", header="id,p"), IDS, 4)
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe" + bytes(100))
    with pytest.raises(VerificationError, match="not ASCII"):
        predictions.read(tmp_path / "b.csv", IDS, 4)
    with pytest.raises(VerificationError, match="no such file"):
        predictions.read(tmp_path / "none.csv", IDS, 4)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(VerificationError, match="500000000 bytes"):
        predictions.read(path, IDS, 4)


def test_of_many_problems_the_first_twenty_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", *["garbage"] * 500)
    with pytest.raises(VerificationError) as caught:
        predictions.read(path, IDS, 4)
    assert len(caught.value.problems) == 21
    assert "480 more" in str(caught.value)


def test_a_file_of_empty_lines_is_given_up(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "\n" * 900_000)
    with pytest.raises(VerificationError) as caught:
        predictions.read(path, IDS, 4)
    assert len(caught.value.problems) == 21


@pytest.mark.parametrize(
    ("spellings", "read"),
    [
        ("1.0E-5,0.99999,0,0", [1e-5, 0.99999, 0, 0]),  # pandas, R
        ("1.00E-05,9.9999E-01,0,0", [1e-5, 0.99999, 0, 0]),  # a spreadsheet
        ("1.000000000000000000e+00,0.000e+00,0e0,0E+00", [1, 0, 0, 0]),  # numpy.savetxt
        ("-0.0,1.,.25e-9,-0", [0, 1, 0.25e-9, 0]),
        (".25,.25,.25,.25", [0.25] * 4),
        ("+0.5,0.5,00.0,0", [0.5, 0.5, 0, 0]),
        ("1.0000001,-1e-9,-1e-6,1e-6", [1, 0, 0, 1e-6]),  # what single precision makes of 1 and 0
        (" 0.5, 0.5 ,\t0,0 ", [0.5, 0.5, 0, 0]),
        ("0." + "3" * 400 + ",0.6667,0,0", [1 / 3, 0.6667, 0, 0]),
    ],
)
def test_numbers_are_read_as_honest_tools_write_them(
    tmp_path: Path, spellings: str, read: list[float]
) -> None:
    lines = [f"{i},0,{spellings}" for i in IDS]
    found = predictions.read(written(tmp_path / "p.csv", *lines), IDS, 4)
    np.testing.assert_array_equal(found, np.tile(read, (1, len(IDS), 1)))
    assert not np.signbit(found).any()


@pytest.mark.parametrize("trial", ["0.0", "0", " 0", "-0.0", "0.000000000000000000e+00", "00"])
def test_a_trial_is_a_whole_number_however_it_is_written(tmp_path: Path, trial: str) -> None:
    lines = [f"{i},{trial}{ROW}" for i in IDS]
    assert predictions.read(written(tmp_path / "p.csv", *lines), IDS, 4).shape == (1, len(IDS), 4)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text + b"\n",
        lambda text: text + b"  \n",
        lambda text: text.rstrip(b"\n"),
        lambda text: text.replace(b"\n", b"\r\n") + b"\r\n",
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.replace(b",", b", "),
    ],
)
def test_files_are_read_as_honest_tools_write_them(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "p.csv"
    predictions.write(path, IDS, dict(enumerate(random_trials(2, len(IDS)))))
    expected = predictions.read(path, IDS, 4)
    path.write_bytes(change(path.read_bytes()))
    np.testing.assert_array_equal(predictions.read(path, IDS, 4), expected)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{IDS[0]},0,0.5,0.5,nan,0", "line 2: p2 is 'nan', not a decimal number (nan"),
        (f"{IDS[0]},0,0.5,0_1.5,0,0", "line 2: p1 is '0_1.5', not a decimal number"),
        (f"{IDS[0]},0,0.5,0.5,0,0x0", "line 2: p3 is '0x0', not a decimal number"),
        (f"{IDS[0]},0,0.5,0.5,0,-Infinity", "line 2: p3 is '-Infinity', not a decimal number"),
        (f"{IDS[0]},0,0.5,,0.5,0", "line 2: p1 is '', not a decimal number"),
        (f"{IDS[0]},0,0.5,-2e999,0.5,0", "line 2: p1 is '-2e999', not a finite number"),
        (f"{IDS[0]},0,0.5,0.5,-0.000002,0", "line 2: p2 is '-0.000002', not between 0 and 1"),
        (f"{IDS[0]},0,1.000002,0,0,0", "line 2: p0 is '1.000002', not between 0 and 1"),
        (f"{IDS[0]},1.5{ROW}", "line 2: trial is '1.5', not a whole number"),
        (f"{IDS[0]},nan{ROW}", "line 2: trial is 'nan', not a decimal number"),
        (f"{IDS[0]},1e99{ROW}", "line 2: trial is '1e99', not a whole number, at least 0"),
        (f"+{IDS[0][1:]},0{ROW}", "line 2: sample_id is '+000000000000000', not 16 hexadecimal"),
        (f'"{IDS[0]}",0{ROW}', "line 2: sample_id is '\"0000000000000000\"', not 16"),
        (f"{IDS[0]},0,0.5,0.5,0", "has 5 fields, not the 6 of sample_id,trial,p0,p1,p2,p3"),
        (f"{IDS[0]};0,5;0,5;0;0", "has 3 fields, not the 6"),
        (f"{IDS[0]},0,0.5,0.5,0,{'1' * 200}x", f"line 2: p3 is '{'1' * 60}'..., not"),
        (f"{IDS[0]},0,0.5,0.5,0,\x1b[2J", r"line 2: p3 is '\x1b[2J', not"),
    ],
)
def test_a_refused_line_names_field_and_spelling(tmp_path: Path, line: str, said: str) -> None:
    rest = [f"{i},0{ROW}" for i in IDS[1:]]
    with pytest.raises(VerificationError) as caught:
        predictions.read(written(tmp_path / "p.csv", line, *rest), IDS, 4)
    (problem,) = caught.value.problems
    assert said in problem
    assert problem.isprintable()


def test_a_long_spelling_is_looked_at_once(tmp_path: Path) -> None:
    """A pattern that tries two ways at each digit would take hours."""
    digits = "1" * 100_000
    lines = [f"{IDS[0]},0,{digits}x,{digits}.{digits}x,0,0"] * 2
    begun = time.monotonic()
    with pytest.raises(VerificationError, match="p0 is"):
        predictions.read(written(tmp_path / "p.csv", *lines), IDS, 4)
    assert time.monotonic() - begun < 30  # a machine may be busy


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (f",{predictions.header(4)}", "a column '' stands before sample_id"),
        (f"Unnamed: 0,{predictions.header(4)}", "to_csv(..., index=False)"),
        (predictions.header(4).replace(",", ";"), "the header must be"),
        (f"{IDS[0]},0{ROW}", "the header must be"),
    ],
)
def test_a_wrong_header_is_named(tmp_path: Path, header: str, said: str) -> None:
    path = written(tmp_path / "p.csv", f"{IDS[0]},0{ROW}", header=header)
    with pytest.raises(VerificationError) as caught:
        predictions.read(path, IDS, 4)
    (problem,) = caught.value.problems
    assert "line 1" in problem
    assert said in problem


def test_a_link_on_ones_own_disk_is_followed_and_a_pipe_is_read(tmp_path: Path) -> None:
    path, link, pipe = tmp_path / "p.csv", tmp_path / "link.csv", tmp_path / "pipe"
    predictions.write(path, IDS, dict(enumerate(random_trials(2, len(IDS)))))
    link.symlink_to(path)
    expected = predictions.read(path, IDS, 4)
    np.testing.assert_array_equal(predictions.read(link, IDS, 4), expected)
    os.mkfifo(pipe)
    for content in (path.read_bytes(), bytes(predictions.MAX_BYTES + 1)):
        writer = threading.Thread(target=pipe.write_bytes, args=(content,), daemon=True)
        writer.start()
        if len(content) < predictions.MAX_BYTES:
            np.testing.assert_array_equal(predictions.read(pipe, IDS, 4), expected)
        else:
            with pytest.raises(VerificationError, match="at least 1000001 bytes, more than"):
                predictions.read(pipe, IDS, 4)
        writer.join(10)


def other_kinds(folder: Path) -> dict[str, str]:
    """Files that hold predictions otherwise, and what they are said to be."""
    p = random_trials(1, 4)
    np.save(folder / "p.npy", p)
    np.savez(folder / "p.npz", p)
    pq.write_table(pa.table({"p": p[0, :, 0]}), folder / "p.parquet")
    (folder / "p.csv.gz").write_bytes(gzip.compress(predictions.header(4).encode()))
    (folder / "p.txt").write_text(predictions.header(4), encoding="utf-16")
    (folder / "p.csv").write_text(f"{predictions.header(4)}\n\u0660")
    (folder / "empty.csv").touch()
    (folder / "folder").mkdir()
    return {
        "p.npy": r"NumPy array.*ising_bench.score\(config, numpy.load\(file\)\)",
        "p.npz": "zip archive",
        "p.parquet": "is parquet",
        "p.csv.gz": "compressed by gzip",
        "p.txt": "is UTF-16 text, not ASCII",
        "p.csv": f"byte {len(predictions.header(4)) + 1} is not ASCII",
        "empty.csv": "is empty",
        "folder": "is a folder",
        "none.csv": "no such file",
    }


def test_what_is_no_csv_is_said_to_be_what_it_is(tmp_path: Path) -> None:
    for name, said in other_kinds(tmp_path).items():
        with pytest.raises(VerificationError, match=said) as caught:
            predictions.read(tmp_path / name, IDS, 4)
        assert len(caught.value.problems) == 1
        assert name in caught.value.problems[0]
