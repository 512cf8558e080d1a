"""Users without a home: the libraries keep their caches elsewhere, and say nothing of it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ising_bench import home as homes
from ising_bench.dataset import hub
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.home import home
from test_jit import HOMELESS

LIBRARIES = """
from ising_bench import cli

def work():
    import huggingface_hub.constants, matplotlib
    from pathlib import Path
    from ising_bench import jit
    for place in (
        os.path.expanduser("~"),
        matplotlib.get_cachedir(),
        huggingface_hub.constants.HF_HOME,
        str(jit.cache_folder(Path(jit.__file__))),
    ):
        assert place.startswith(tempfile.gettempdir() + "/ising-bench-"), place

cli.app = work
cli.main()
"""


def test_a_command_gives_the_libraries_a_home_where_the_user_has_none(tmp_path: Path) -> None:
    place, temporary = tmp_path / "place", tmp_path / "tmp"
    place.mkdir()
    temporary.mkdir()
    unset = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS + LIBRARIES],
        env={**unset, "TMPDIR": str(temporary), "NUMBA_CACHE_DIR": ""},
        cwd=place,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(place.iterdir()) == list(temporary.iterdir()) == []


@pytest.mark.parametrize("given", ["~", "relative", os.devnull, "/nonexistent"])
def test_what_is_no_folder_is_no_home(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", given)
    with home():
        place = Path.home()
        assert place.is_dir()
        assert place.is_relative_to(tempfile.gettempdir())
    assert not place.exists()


def test_a_home_that_can_be_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with home():
        assert Path.home() == tmp_path


def test_the_token_in_a_home_that_can_only_be_read_is_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / ".cache" / "huggingface" / "token"
    token.parent.mkdir(parents=True)
    token.write_text("hf_x")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HF_TOKEN_PATH", "")
    monkeypatch.delenv("HF_TOKEN_PATH")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with home():
        assert Path.home() != tmp_path
        assert os.environ["HF_TOKEN_PATH"] == str(token)


def test_without_any_place_commands_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> None:
        raise FolderError("no temporary folder can be made")

    monkeypatch.setattr(homes, "scratch", nowhere)
    monkeypatch.setenv("HOME", "~")
    with home():
        assert os.path.isabs(os.path.expanduser("~"))


def test_a_download_without_a_home_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HOME", "~/.cache/huggingface")
    with pytest.raises(IsingBenchError, match="name a folder with HF_HOME"):
        hub.folder_of("hf://org/name")
