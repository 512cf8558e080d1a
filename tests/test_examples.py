"""What examples/ shows works: the jobs of a cluster in a shell that stands in for Slurm."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ising_bench.dataset.verify import verify

EXAMPLES = Path(__file__).parent.parent / "examples"
SLURM = EXAMPLES / "slurm"
# As `srun` does: the command once for each task.
SRUN = """#!/bin/bash
for i in $(seq "$SLURM_NTASKS"); do "$@" & done
wait
"""


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """A small set, and where the commands of this environment and `srun` are found."""
    text = (SLURM / "settings.sh").read_text()
    small = text.replace("--per-class 250000", "--per-class 2050 --size 16 --sweeps 1")
    assert small != text
    small = small.replace("export NUMBA_CACHE_DIR", "# export NUMBA_CACHE_DIR")  # a minute each
    (tmp_path / "settings.sh").write_text(small)
    srun = tmp_path / "bin" / "srun"
    srun.parent.mkdir()
    srun.write_text(SRUN)
    srun.chmod(srun.stat().st_mode | stat.S_IXUSR)
    places = [str(srun.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    return os.environ | {
        "PATH": os.pathsep.join(places),
        "SETTINGS": str(tmp_path / "settings.sh"),
        "SCRATCH": str(tmp_path),
        "ENTROPY": "ab" * 32,
        "SLURM_CPUS_PER_TASK": "1",
        "SLURM_ARRAY_TASK_COUNT": "2",
        "SLURM_NTASKS": "2",
        "SLURM_JOB_ID": "7",
    }


def job(name: str, settings: dict[str, str], place: Path) -> str:
    done = subprocess.run(
        ["bash", SLURM / name], env=settings, cwd=place, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_jobs_of_a_cluster_make_one_set(settings: dict[str, str], tmp_path: Path) -> None:
    for task in ("2", "1"):
        out = job("array.sh", settings | {"SLURM_ARRAY_TASK_ID": task}, tmp_path)
        assert f"of share {task}/2" in out
    assert "8200 lattices in 3 files" in job("merge.sh", settings, tmp_path)
    assert not verify(tmp_path / "million")[1]


@pytest.mark.release
def test_a_cluster_in_one_job_makes_a_set(settings: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    assert "8200 lattices in 3 files" in job("dask.sh", settings, tmp_path)
    assert not verify(tmp_path / "million")[1]
    assert not list(tmp_path.glob("*.json"))


def test_without_entropy_a_job_says_what_to_do(settings: dict[str, str], tmp_path: Path) -> None:
    del settings["ENTROPY"]
    done = subprocess.run(
        ["bash", SLURM / "merge.sh"], env=settings, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "export ENTROPY=$(openssl rand -hex 32)" in done.stderr


@pytest.mark.release
def test_difficulty_is_drawn(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "difficulty.py", "--largest", "16"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "difficulty.png").read_bytes().startswith(b"\x89PNG")
    assert "16    0.850     0.950    0.683    0.823    0.945" in done.stdout
