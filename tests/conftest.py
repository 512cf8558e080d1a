"""What several tests share: the release built once, the command line as a user runs it, and a Hub
on loopback in the place of the real one."""

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from command_line import DATA, NETWORKS, STRICT, CommandLine, Done
from hub_server import TOKEN, HubServer

if TYPE_CHECKING:
    from ising_bench.leaderboard.check import Checked

# The Hub's client reads these when it is first imported: no test can ever reach the real one.
_HUB = HubServer()
_HOME = tempfile.mkdtemp(prefix="ising-bench-tests-")
os.environ |= {
    # tiny networks and two workers: more threads would only wait for each other
    "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
    "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
    "HF_ENDPOINT": _HUB.url,
    "HF_HOME": _HOME,
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
os.environ.pop("HF_TOKEN", None)

ROOT = Path(__file__).parent.parent
NAME = "ising-bench"  # of a dataset folder
REPO = "ORG/ising-bench"  # where the README pushes it to

Cli = Callable[..., Done]


# What `make test-fast` leaves out: files of tests that build, train, score, publish or measure, and
# whatever needs all of the release or a training framework.
SLOW = {
    *("test_arrival", "test_attention", "test_bayes", "test_build", "test_classical"),
    *("test_dataset", "test_digits", "test_export", "test_figures", "test_forensics"),
    *("test_fresh", "test_leaderboard_check", "test_leaderboard_ranking"),
    *("test_leaderboard_render", "test_measurements", "test_pull_request", "test_push"),
    *("test_readme", "test_rescore", "test_samples", "test_scoring", "test_training"),
    *("test_training_mistakes", "test_training_settings", "test_verify"),
    *("test_verify_physics", "test_verify_xy", "test_wheel"),
}


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if {"whole", "board_here"} & fixtures:
            item.add_marker("release")
        if item.path.stem in SLOW or {"whole", "trainer"} & fixtures:
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what somebody has built, or leaves anything, where the tests are started."""
    monkeypatch.chdir(tmp_path)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker of a test run makes and all of them read; do not change it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each has a folder of its own in that of the run
        root = root.parent
    place = root / "made-once" / name
    place.parent.mkdir(exist_ok=True)
    with FileLock(f"{place}.lock"):
        if not place.exists():
            part = place.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            make(part)
            part.rename(place)
    return place


def ran(line: CommandLine, *args: str, folder: Path | None = None) -> Callable[[Path], None]:
    """What makes a folder in which a command has run (else it runs in `folder`), and what it
    printed as `printed`."""

    def make(place: Path) -> None:
        place.mkdir()
        done = line.run(list(args), folder or place)
        assert done.returncode == 0, done.stdout + done.stderr
        (place / "printed").write_text(done.stdout)

    return make


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, command_line: CommandLine) -> Path:
    """A folder `ising-bench` with the paper set, as `ising-bench build` makes it in an empty
    folder. Read it, do not change it."""
    return made_once(tmp_path_factory, "paper", ran(command_line, "build")) / NAME


@pytest.fixture(scope="session")
def equilibrium(tmp_path_factory: pytest.TempPathFactory, command_line: CommandLine) -> Path:
    """The same with the equilibrium set."""
    return (
        made_once(tmp_path_factory, "equilibrium", ran(command_line, "build", "equilibrium")) / NAME
    )


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, command_line: CommandLine) -> Path:
    """The same with all configs, by `ising-bench build all`. Tests that need it are those of
    `make test-release`: building, verifying and publishing everything takes minutes."""
    return made_once(tmp_path_factory, "all", ran(command_line, "build", "all")) / NAME


@pytest.fixture(scope="session")
def physics(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, command_line: CommandLine
) -> str:
    """What `ising-bench verify --physics` prints of it."""
    make = ran(command_line, "verify", "--physics", folder=whole.parent)
    return (made_once(tmp_path_factory, "physics", make) / "printed").read_text()


@dataclass(frozen=True)
class DryRun:
    """What `ising-bench push --dry-run` printed and kept."""

    printed: str
    folder: Path


@pytest.fixture(scope="session")
def dry_run(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, command_line: CommandLine
) -> DryRun:
    """Of `ising-bench push ORG/ising-bench --dry-run`. Read its folder, do not change it."""
    args = ("push", REPO, "--dir", str(whole), "--dry-run", "--out", "shown")
    place = made_once(tmp_path_factory, "dry-run", ran(command_line, *args))
    return DryRun((place / "printed").read_text(), place / "shown")


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the built folder, to damage."""
    return Path(shutil.copytree(built, tmp_path / NAME))


@pytest.fixture
def single(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, command_line: CommandLine
) -> Path:
    """A copy of a folder with `periodic_ferro` alone: it breaks the same way, in less time."""
    name = "periodic_ferro"
    made = made_once(tmp_path_factory, name, ran(command_line, "build", name))
    return Path(shutil.copytree(made / NAME, tmp_path / NAME))


@pytest.fixture(scope="session")
def command_line() -> Iterator[CommandLine]:
    started = CommandLine(STRICT, DATA)
    yield started
    started.close()


@pytest.fixture(scope="session")
def trainer() -> Iterator[CommandLine]:
    """For commands that train; the warnings of those libraries are theirs to mend."""
    started = CommandLine([], [*DATA, *NETWORKS])
    yield started
    started.close()


@pytest.fixture
def cli(tmp_path: Path, command_line: CommandLine) -> Cli:
    """Run `ising-bench` with these arguments in an empty folder, in a process of its own."""
    return commands(command_line, tmp_path)


def commands(line: CommandLine, folder: Path) -> Cli:
    def run(*args: str, cwd: Path = folder, largest_file: int | None = None) -> Done:
        return line.run(list(args), cwd, largest_file)

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


@dataclass(frozen=True)
class Board:
    """The leaderboard of this repository: checked, and as it is rendered."""

    checked: "Checked"
    page: str
    markdown: str


@pytest.fixture(scope="session")
def board_here(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """Made once: every entry is scored."""

    def make(place: Path) -> None:
        from ising_bench.leaderboard import render
        from ising_bench.leaderboard.check import check
        from ising_bench.leaderboard.page import page

        place.mkdir()
        found = check([ROOT / "leaderboard" / "entries"])
        rendered = (f(found.entries, found.flags) for f in (page, render.markdown))
        (place / "board").write_bytes(pickle.dumps(Board(found, *rendered)))

    made = made_once(tmp_path_factory, "board", make) / "board"
    board: Board = pickle.loads(made.read_bytes())
    return board


def only_line(text: str) -> str:
    """The one line that an error is."""
    lines = [
        line for line in text.replace("\r", "\n").splitlines() if line.startswith("ising-bench:")
    ]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]
