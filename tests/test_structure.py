"""The shape of the code: imports go downward, and cost nothing until something is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ising_bench

PACKAGE = Path(ising_bench.__file__).parent

# From the ground up. A folder may import from those below it; its own modules make no circle.
FLOORS = [
    "",  # the modules beside these folders
    "simulation",
    "physics",
    "releases",
    "card",
    "dataset",
    "scoring",
    "baselines",
    "leaderboard",
    "measurements",
    "figures",
    "publishing",
    "cli",
]
MODULES = {
    str(path.relative_to(PACKAGE).with_suffix("")).replace("/", "."): path
    for path in PACKAGE.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
}
HEAVY = ["numpy", "numba", "pyarrow", "datasets", "matplotlib", "torch", "pydantic", "PIL", "yaml"]


def imports(path: Path) -> set[str]:
    """The modules of this package that a file names anywhere, also inside functions."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative import"
        if isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
    return {name.removeprefix("ising_bench.") for name in named} & set(MODULES)


def floor(name: str) -> int:
    return FLOORS.index(name.rpartition(".")[0])


def test_every_folder_stands_on_a_floor() -> None:
    assert {path.parent.name for path in MODULES.values()} == {PACKAGE.name, *FLOORS[1:]}


@pytest.mark.parametrize("name", list(MODULES))
def test_imports_go_downward(name: str) -> None:
    for imported in imports(MODULES[name]):
        assert floor(imported) <= floor(name), f"{name} imports {imported}"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(path) for name, path in MODULES.items()}
    done: set[str] = set()
    while len(done) < len(graph):
        ready = {name for name, needs in graph.items() if needs <= done} - done
        assert ready, f"a circle among {set(graph) - done}"
        done |= ready


def test_importing_the_package_and_asking_for_help_load_nothing_heavy() -> None:
    code = (
        "import sys, ising_bench\n"
        "loaded = lambda: sorted({m.split('.')[0] for m in sys.modules} & set(sys.argv[1:]))\n"
        "assert not loaded()\n"
        "from typer.testing import CliRunner\n"
        "from ising_bench.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print(loaded())"
    )
    command = [sys.executable, "-c", code, *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_networks_import_torch() -> None:
    """And those are imported by nothing but the functions that run a network."""
    needs = {"training", "callbacks", "symmetries", "lattice_cnn", "models", "records", "run"}
    needs |= {"attention", "determinism"}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "baselines" or path.stem not in needs:
            assert "torch" not in path.read_text(), path


def test_files_stay_small() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path
