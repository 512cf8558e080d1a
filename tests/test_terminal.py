"""What is printed fits the terminal, and is whole where there is none."""

import io

import pytest

from ising_bench import terminal

DIGEST = "ab" * 32
ROWS = [["periodic_ferro", "1300", f"sha256 {DIGEST}"], ["skewed", "8", "none"]]
HEAD = ["config", "images", "content"]


def test_a_table_is_whole_where_there_is_no_terminal() -> None:
    assert terminal.table(ROWS, None, HEAD, right=[1]).splitlines() == [
        "config          images  content",
        f"periodic_ferro    1300  sha256 {DIGEST}",
        "skewed               8  none",
    ]


def test_a_table_that_is_too_wide_is_a_paragraph_for_each_row() -> None:
    assert terminal.table(ROWS, 80, HEAD).splitlines() == [
        "periodic_ferro",
        "  images 1300,",
        f"  content sha256 {DIGEST}",
        "skewed",
        "  images 8, content none",
    ]
    assert terminal.table(ROWS, 120, HEAD) == terminal.table(ROWS, None, HEAD)
    nameless = [["a", "b c", "", "d" * 25]]
    assert terminal.table(nameless, 30).splitlines() == ["a", "  b c,", "  " + "d" * 25]


def test_no_digest_is_ever_cut() -> None:
    for columns in (1, 40, 63):
        assert DIGEST in terminal.table(ROWS, columns, HEAD).split()
        assert DIGEST in terminal.fold(f"the digest is {DIGEST} not another", columns).split()


def test_prose_is_folded_between_words() -> None:
    assert terminal.fold("name  one-two three four five six seven", 24, 6).splitlines() == [
        "name  one-two three four",
        "      five six seven",
    ]


@pytest.mark.parametrize(("is_terminal", "columns"), [(True, 66), (False, None)])
def test_the_width_is_that_of_a_terminal_only(
    is_terminal: bool, columns: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    monkeypatch.setenv("COLUMNS", "66")
    assert terminal.width(stream) == columns
