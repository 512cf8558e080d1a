"""Files made by the workers of a Dask cluster, in processes of their own on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ising_bench.dataset.cluster import executor_of
from ising_bench.dataset.verify import verify
from ising_bench.errors import IsingBenchError
from ising_bench.releases import manifest

pytest.importorskip("distributed")

CLUSTER = ["--no-dashboard", "--scheduler-file", "scheduler.json"]
# 2500 lattices a file, so 4 files of some two seconds
ASKED = [
    *("generate", "periodic_ferro", "--per-class", "2500", "--size", "128", "--sweeps", "20"),
    "--no-images",
    *("--entropy", "ab" * 32),
]


@contextmanager
def process(folder: Path, *command: str) -> Iterator[subprocess.Popen[str]]:
    """One of ours, which is gone at the end."""
    with (folder / f"{len(list(folder.glob('*.log')))}.log").open("w") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, stdout=log, stderr=subprocess.STDOUT,
            text=True, env=os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"},
        )  # fmt: skip
        try:
            yield started
        finally:
            started.kill()
            started.wait()


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


class Cluster:
    """A scheduler, and workers of one thread that nobody starts again."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self.scheduler = self._start("dask", "scheduler", "--host", "127.0.0.1", "--port", "0")
        until((folder / "scheduler.json").exists)
        until(lambda: (folder / "scheduler.json").stat().st_size > 0)

    def _start(self, *command: str) -> subprocess.Popen[str]:
        return self._stack.enter_context(process(self.folder, *command, *CLUSTER))

    def worker(self) -> subprocess.Popen[str]:
        return self._start("dask", "worker", "--nthreads", "1", "--no-nanny")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


@contextmanager
def generating(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A run of ours, which is gone at the end, and its pipes are closed."""
    with subprocess.Popen(
        [sys.executable, "-m", "ising_bench", *ASKED, *options], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        try:
            yield run
        finally:
            run.kill()


def generated(folder: Path, *options: str) -> tuple[int, str, str]:
    with generating(folder, *options) as run:
        out, said = run.communicate(timeout=120)
        return run.returncode, out, said


def finished(folder: Path) -> list[Path]:
    return list(folder.glob("unfinished/0*.json"))


@pytest.mark.release  # whole processes, and lattices that take them seconds
def test_a_worker_that_dies_and_one_that_comes_late_change_no_byte(
    cluster: Cluster, tmp_path: Path
) -> None:
    with generating(tmp_path, "--out", "more", "--scheduler", "scheduler.json") as run:
        first = cluster.worker()
        until(lambda: len(finished(tmp_path / "more")) >= 1)
        first.send_signal(signal.SIGKILL)  # in the middle of the next file
        cluster.worker()
        out, said = run.communicate(timeout=120)
    assert run.returncode == 0, said
    assert "10000 lattices in 4 files" in out
    assert "Traceback" not in said, said
    assert generated(tmp_path, "--out", "alone")[0] == 0
    assert manifest.read(tmp_path / "more") == manifest.read(tmp_path / "alone")


@pytest.mark.release  # ten seconds of patience
def test_where_the_scheduler_goes_away_resume_goes_on(cluster: Cluster, tmp_path: Path) -> None:
    worker = cluster.worker()
    with generating(tmp_path, "--out", "more", "--scheduler", "scheduler.json") as run:
        until(lambda: len(finished(tmp_path / "more")) >= 1)
        cluster.scheduler.send_signal(signal.SIGKILL)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    last = said.strip().splitlines()[-1]
    assert "the scheduler scheduler.json went away" in last
    assert "--resume" in last
    assert "Traceback" not in said, said
    worker.kill()
    worker.wait()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("more/*/*.parquet")}
    assert 1 <= len(before) < 4
    _, _, said = generated(tmp_path, "--out", "more", "--resume")
    assert "of 4 are there already" in said
    assert not verify(tmp_path / "more")[1]
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [
        ("nothing.json", "there is no such file"),
        ("old.json", "no scheduler answers at old.json"),
        ("tcp://127.0.0.1:9", "no scheduler answers at tcp://127.0.0.1:9"),
        ("nonsense://x", "no scheduler answers at nonsense://x"),
    ],
)
def test_mistakes_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheduler: str, expected: str
) -> None:
    old = {"address": "tcp://127.0.0.1:9", "workers": {}, "type": "Scheduler", "id": "x"}
    (tmp_path / "old.json").write_text(json.dumps(old))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ising_bench.dataset.cluster.PATIENCE", 1)
    with pytest.raises(IsingBenchError, match=expected), executor_of(scheduler):
        pass
