"""The compile cache helps where it can and is never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import numpy as np
from ising_bench.simulation.metropolis import sweep_chains
words = np.zeros((1, 2, 8), np.uint64)
streams = np.arange(24, dtype=np.uint64).reshape(1, 3, 8)
sweep_chains(words, streams, np.full((1, 2), 2**62, np.uint64), np.array([3]), 1, 1)
print(words.sum())
"""


def run(cache: Path, **more: object) -> str:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-W", "error", "-c", CODE]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    cache = tmp_path_factory.mktemp("cache")
    return cache, run(cache)


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("content", [b"", b"garbage"], ids=["empty", "garbage"])
def test_a_damaged_cache_is_passed_over(
    expected: tuple[Path, str], kind: str, content: bytes
) -> None:
    cache, result = expected
    run(cache)
    files = list(cache.rglob(f"*.{kind}"))
    assert files
    for file in files:
        file.write_bytes(content)
    assert run(cache) == result


def test_no_place_for_a_cache_is_no_obstacle(expected: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(tmp_path / "file" / "below") == expected[1]
