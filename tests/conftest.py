"""What several tests share: the release built once, the command line as a user runs it, and a Hub
on loopback in the place of the real one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub_server import TOKEN, HubServer

# The Hub's client reads these when it is first imported: no test can ever reach the real one.
_HUB = HubServer()
os.environ |= {
    "HF_ENDPOINT": _HUB.url,
    "HF_HOME": tempfile.mkdtemp(prefix="ising-bench-tests-"),
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
os.environ.pop("HF_TOKEN", None)

# every warning is an error, but for one that the Hub's client causes in its own HTTP library
STRICT = ["-W", "error", "-W", "ignore:Use 'content=<...>' to upload:DeprecationWarning"]

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `ising-bench` with the paper set of release 1.0.0. Read it, do not change it."""
    from ising_bench.dataset.build import build
    from ising_bench.releases.v1 import CONFIG_SETS

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
        command = [sys.executable, *STRICT, "-m", "ising_bench", *args]
        env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, **kwargs
        )

    return run


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> HubServer:
    """An empty Hub, and a token for it."""
    _HUB.repos.clear()
    _HUB.requests.clear()
    _HUB.tokens.clear()
    _HUB.mend()
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return _HUB


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `ising-bench` with all eight configs. Read it, do not change it."""
    from ising_bench.dataset.build import build
    from ising_bench.releases.v1 import V1

    out = tmp_path_factory.mktemp("whole") / "ising-bench"
    build(V1.config_names, out)
    return out


def only_line(text: str) -> str:
    """The one line that an error is."""
    lines = [
        line for line in text.replace("\r", "\n").splitlines() if line.startswith("ising-bench:")
    ]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]
