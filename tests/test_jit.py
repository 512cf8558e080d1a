"""The compile cache helps where it can and is never in the way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ising_bench import jit

KERNEL = """
from ising_bench.jit import compiled

@compiled()
def total(values):
    found = 0
    for value in values:
        found += value * value
    return found
"""
CODE = "import numpy, kernel; print(kernel.total(numpy.arange(10)))"


@pytest.fixture(scope="module", autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A kernel that is compiled in a moment stands for those of the package."""
    place = tmp_path_factory.mktemp("package")
    (place / "kernel.py").write_text(KERNEL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(place), prepend=os.pathsep)
        yield


def run(cache: Path, code: str = CODE, **more: object) -> str:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    cache = tmp_path_factory.mktemp("cache")
    assert run(cache) == "285\n"
    return cache, "285\n"


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


# a user without home or passwd entry, whose installation cannot be written
HOMELESS = """
import os, pwd, tempfile
for name in ("HOME", "XDG_CACHE_HOME"):
    os.environ.pop(name, None)
pwd.getpwuid = lambda _: {}[0]
def temporary(*args, dir=None, made=tempfile.TemporaryFile, **more):
    if str(dir).endswith("__pycache__"):
        raise PermissionError(13, "Permission denied")
    return made(*args, dir=dir, **more)
tempfile.TemporaryFile = temporary
"""


def test_no_place_for_a_cache_is_no_obstacle(expected: tuple[Path, str], tmp_path: Path) -> None:
    """And none is made in the working folder."""
    assert run(Path(os.devnull, "below"), HOMELESS + CODE, cwd=tmp_path) == expected[1]
    assert list(tmp_path.iterdir()) == []


def test_the_cache_is_where_it_can_be_written_and_never_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, source, home = (tmp_path / name for name in ("named", "package/kernel.py", "home"))
    nowhere = Path(os.devnull, "below", "kernel.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(named))
    assert jit.cache_folder(nowhere) == named
    for relative in ("relative", "~"):
        monkeypatch.setattr(jit.numba.config, "CACHE_DIR", relative)
        assert jit.cache_folder(source) is None
    for unusable in ("", f"{os.devnull}/below"):
        monkeypatch.setattr(jit.numba.config, "CACHE_DIR", unusable)
        assert jit.cache_folder(source) == source.parent / "__pycache__"
    assert jit.cache_folder(nowhere) == home / ".cache"
    for unusable in (os.devnull, "relative", ""):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert jit.cache_folder(nowhere) is None
    assert {path.name for path in tmp_path.iterdir()} == {"named", "package", "home"}
