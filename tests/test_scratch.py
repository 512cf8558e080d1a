"""Temporary folders: gone with their process, or with the next one where it was killed."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ising_bench.errors import FolderError
from ising_bench.scratch import scratch

# a command that is at work in a temporary folder until it is told to end
CODE = """
import sys, time
from ising_bench import cli
from ising_bench.scratch import scratch

def work():
    with scratch() as place:
        (place / "sub").mkdir(mode=0o500)
        (place / "data").write_bytes(1000 * b"x")
        print(place.parent, flush=True)
        time.sleep(60)

cli.app = work
cli.main()
"""

Start = Callable[..., tuple[subprocess.Popen[str], Path]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start the command above with TMPDIR in the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    started = []

    def begin(before: str = "") -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", before + CODE],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0]
        return process, Path(process.stdout.readline().strip())

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_what_a_killed_process_left_is_cleared_and_a_living_one_keeps_its_own(
    start: Start, tmp_path: Path
) -> None:
    (dead, left), (_, kept) = start(), start()
    dead.kill()
    dead.wait()
    assert (left / "files" / "data").exists()
    for _ in range(2):
        with scratch() as mine:
            assert set(tmp_path.iterdir()) == {kept, mine.parent}
            assert list(mine.iterdir()) == []
    assert (kept / "files" / "data").exists()


def test_what_is_not_ours_is_left_alone(start: Start, tmp_path: Path) -> None:
    dead, left = start()
    dead.kill()
    dead.wait()
    elsewhere = tmp_path / "elsewhere"
    left.rename(elsewhere)
    (tmp_path / "ising-bench-link").symlink_to(elsewhere)
    shutil.copytree(elsewhere, tmp_path / "ising-bench-by-hand").joinpath("in-use").unlink()
    linked = Path(shutil.copytree(elsewhere, tmp_path / "ising-bench-linked"))
    (linked / "in-use").unlink()
    (linked / "in-use").symlink_to(elsewhere / "in-use")
    (tmp_path / "ising-bench-file").touch()
    others = shutil.copytree(elsewhere, tmp_path / "ising-bench-of-another")
    if os.geteuid() == 0:
        os.chown(others, 12345, 12345)
    else:
        shutil.rmtree(others)
    before = sorted(tmp_path.rglob("*"))
    with scratch():
        pass
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_asked_to_end_clears_up(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    process, _ = start()
    process.send_signal(number)
    assert process.wait(60) == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_under_nohup_a_hang_up_is_nothing(start: Start) -> None:
    process, place = start("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    assert not place.exists()


def test_without_a_temporary_folder_the_error_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(FolderError, match=r"No such file or directory.*TMPDIR"), scratch():
        pass
