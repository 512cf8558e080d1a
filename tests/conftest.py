"""What several tests share: the release built once, and the command line as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `ising-bench` with the paper set of release 1.0.0. Read it, do not change it."""
    from ising_bench.build import build
    from ising_bench.v1 import CONFIG_SETS

    out = tmp_path_factory.mktemp("release") / "ising-bench"
    build(CONFIG_SETS["paper"], out)
    return out


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the built folder, to damage."""
    import shutil

    return Path(shutil.copytree(built, tmp_path / "ising-bench"))


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run `ising-bench` with these arguments in an empty folder."""

    def run(*args: str, cwd: Path = tmp_path, **kwargs: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "ising_bench", *args]
        env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, **kwargs
        )

    return run


def only_line(text: str) -> str:
    """The one line that an error is."""
    lines = [
        line for line in text.replace("\r", "\n").splitlines() if line.startswith("ising-bench:")
    ]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]
