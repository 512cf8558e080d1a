"""The shape of the code: imports go downward, and cost nothing until something is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ising_bench

PACKAGE = Path(ising_bench.__file__).parent

# A module may import from floors below it, and from its own where that makes no circle.
FLOORS = [
    [
        "errors",
        "fields",
        "identity",
        "jit",
        "paper",
        "progress",
        "regions",
        "resources",
        "systems",
        "thresholds",
    ],
    ["density", "folder", "ground_states", "image", "keys", "metropolis", "reference", "repeats"],
    ["chains", "exact", "anisotropy", "autocorrelation", "order", "significance"],
    ["evidence", "energy_tests", "order_tests", "physics", "recompute"],
    ["metrics", "release", "table"],
    ["v1"],
    ["bayes", "ceiling", "energy_cuts"],
    ["manifest", "measurements.records", "measurements.tables"],
    ["citation", "card_header", "card", "croissant"],
    ["verify_rows", "verify", "verify_physics"],
    ["build", "samples"],
    ["generate", "info", "realised", "hub", "dataset", "leaderboard.truth"],
    ["leaderboard.scoring", "leaderboard.predictions"],
    [
        "baselines.recipe",
        "baselines.classical",
        "baselines.checkpoints",
        "baselines.symmetries",
        "baselines.macro_f1",
        "baselines.lattice_cnn",
        "baselines.models",
        "baselines.records",
        "baselines.training",
        "baselines.run",
        "baselines.attention",
    ],
    ["leaderboard.report", "leaderboard.entry", "fresh"],
    [
        "leaderboard.board",
        "leaderboard.forensics",
        "leaderboard.ranking",
        "leaderboard.check",
        "leaderboard.new",
        "leaderboard.markup",
        "leaderboard.render",
        "leaderboard.export",
        "leaderboard.board_files",
        "leaderboard.rescore",
        "leaderboard.pull_request",
    ],
    [
        "measurements.effort",
        "measurements.relaxation",
        "measurements.equilibrium",
        "measurements.interface",
        "measurements.scores",
        "measurements.released",
        "measurements.measure",
    ],
    [
        "figures.style",
        "figures.attention",
        "figures.boundaries",
        "figures.lattices",
        "figures.sweep",
        "figures.curves",
        "figures.scores",
        "figures.draw",
    ],
    ["publication", "push"],
    [
        "cli.app",
        "cli.data",
        "cli.fresh",
        "cli.leaderboard",
        "cli.models",
        "cli.physics",
        "cli.publish",
    ],
    ["__main__"],
]
FLOOR = {name: i for i, names in enumerate(FLOORS) for name in names}
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
    return {name.removeprefix("ising_bench.") for name in named} & set(FLOOR)


def path_of(name: str) -> Path:
    return PACKAGE / f"{name.replace('.', '/')}.py"


def test_every_module_stands_on_a_floor() -> None:
    files = {path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    assert files == {path_of(name) for name in FLOOR}


@pytest.mark.parametrize("name", list(FLOOR))
def test_imports_go_downward(name: str) -> None:
    for imported in imports(path_of(name)):
        assert FLOOR[imported] <= FLOOR[name], f"{name} imports {imported}"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(path_of(name)) for name in FLOOR}
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
    needs = {"training", "symmetries", "lattice_cnn", "models", "records", "run", "attention"}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "baselines" or path.stem not in needs:
            assert "torch" not in path.read_text(), path


def test_files_stay_small() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path
