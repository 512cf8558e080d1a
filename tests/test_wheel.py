"""The wheel: built, installed into an empty environment elsewhere, and used there."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from ising_bench.figures.draw import figures_of
from ising_bench.releases.v1 import V1

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds the wheel; its dependencies are this environment's."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = place.glob("ising_bench-*.whl")
    venv.create(place / "env", with_pip=False)
    python = place / "env" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True, capture_output=True)
    return place


def run(elsewhere: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run with the dependencies on the path: no .pth file there is read, so no editable install
    of this checkout shows through."""
    env = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        command, cwd=elsewhere, env=env, capture_output=True, text=True, timeout=120
    )


def test_the_wheel_holds_one_package_and_what_it_reads(elsewhere: Path) -> None:
    python = str(elsewhere / "env/bin/python")
    done = run(elsewhere, python, "-c", "import ising_bench; print(ising_bench.__file__)")
    assert done.stdout.startswith(str(elsewhere / "env")), done.stderr
    for folder in ("baselines", "leaderboard", "dataset_card", "tests", "examples", "hatch_build"):
        assert run(elsewhere, python, "-c", f"import {folder}").returncode == 1


@pytest.mark.release
def test_build_and_verify_work_from_the_wheel(elsewhere: Path) -> None:
    command = str(elsewhere / "env/bin/ising-bench")
    done = run(elsewhere, command, "build", "periodic_ferro")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "ising-bench" / "README.md").is_file()
    done = run(elsewhere, command, "verify")
    assert done.returncode == 0, done.stderr + done.stdout


def test_recipes_measurements_and_the_page_are_in_the_wheel(elsewhere: Path) -> None:
    command = str(elsewhere / "env/bin/ising-bench")
    listed = run(elsewhere, command, "baseline")
    names = {path.stem for path in (ROOT / "baselines").glob("*.toml")}
    assert {line.split()[0] for line in listed.stdout.splitlines()} == names, listed.stderr
    python = str(elsewhere / "env/bin/python")
    code = (
        "from ising_bench.measured import shipped; shipped()\n"
        "from ising_bench.systems import SYSTEMS\n"
        "from ising_bench.systems.ising import anisotropy\n"
        "from ising_bench.paper import GRID; assert anisotropy.moments(100, GRID) is not None\n"
        "assert all(system.card and system.statistic(100) for system in SYSTEMS)\n"
        "from ising_bench.leaderboard.page import page; assert '<script>' in page([], {})"
    )
    done = run(elsewhere, python, "-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.release
def test_figures_are_drawn_from_the_wheel(elsewhere: Path) -> None:
    command = str(elsewhere / "env/bin/ising-bench")
    done = run(elsewhere, command, "figures", "--out", "pictures", "--release", "1.0.0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [f"pictures/{name}.png" for name in figures_of(V1)]
    assert (elsewhere / "pictures" / "scores.png").is_file()


@pytest.mark.parametrize(
    "system", ["periodic_ferro", "potts_q3", "potts_q10", "blume_capel", "xy", "quantum_ising"]
)
def test_the_shipped_tables_are_in_the_wheel(elsewhere: Path, system: str) -> None:
    command = str(elsewhere / "env/bin/ising-bench")
    option = "--field" if system == "quantum_ising" else "--temperature"
    done = run(elsewhere, command, "exact", system, option, "1", "--json")
    assert done.returncode == 0, done.stderr
