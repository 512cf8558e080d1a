"""Progress where there is no terminal: a line every 30 s, and none before."""

from collections.abc import Callable

import pytest

from ising_bench import progress


def clock_of(*seconds: float) -> Callable[[], float]:
    """A clock that tells these times, one after the other."""
    times = iter(seconds)
    return lambda: next(times)


def test_off_a_terminal_progress_is_a_line_every_30_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = clock_of(100, 110, 131, 140, 160.9, 161)
    with progress.bar("building", 5200, clock=clock) as advance:
        for _ in range(5):
            advance(650)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "building: 1300 of 5200 lattices, 25 %, 31 s",
        "building: 3250 of 5200 lattices, 62 %, 61 s",
    ]


def test_work_of_less_than_30_seconds_shows_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.bar("drawing", 2, "figures", clock_of(0, 12, 29.9)) as advance:
        advance(1)
        advance(1)
    assert capsys.readouterr().err == ""


def test_nothing_to_do_is_no_division_by_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.bar("checking", 0, "entries", clock_of(0, 31)) as advance:
        advance(0)
    assert capsys.readouterr().err == "checking: 0 of 0 entries, 0 %, 31 s\n"
