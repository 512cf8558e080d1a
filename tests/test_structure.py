"""The shape of the code: imports go downward, and cost nothing until something is used."""

import ast
import re
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
    "systems",
    "releases",
    "card",
    "dataset",
    "loaders",
    "scoring",
    "baselines",
    "leaderboard",
    "measurements",
    "figures",
    "publishing",
    "cli",
]
# Above `systems` nobody names a family, so that a new one is one folder; but for what fixes the
# systems of a release, and for what is about one system or about the measurements of one release.
MAY_NAME_A_FAMILY = {
    "releases.v1",
    "releases.v1_1",
    "card.outlook",
    "card.tables",
    "measurements.interface",
    "measurements.scores",
    "figures.boundaries",
    "figures.sweep",
    "paper",
}
MODULES = {
    str(path.relative_to(PACKAGE).with_suffix("")).replace("/", ".").removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py" and path.name != "__main__.py"
}
FAMILIES = [path.name for path in (PACKAGE / "systems").iterdir() if (path / "model.py").exists()]
HEAVY = ["numpy", "numba", "pyarrow", "datasets", "matplotlib", "torch", "pydantic", "PIL", "yaml"]


def imports(path: Path, of_types: bool = True) -> set[str]:
    """The modules of this package that a file names anywhere, also inside functions; of_types: also
    where only a type is meant."""
    named = set()
    tree = ast.parse(path.read_text())
    skipped: set[int] = set()
    if not of_types:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative import"
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                named.add(inner if inner.removeprefix("ising_bench.") in MODULES else node.module)
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
    return {name.removeprefix("ising_bench.") for name in named} & set(MODULES)


def is_package(name: str) -> bool:
    return MODULES[name].name == "__init__.py"


def floor(name: str) -> int:
    return FLOORS.index(name.split(".")[0] if "." in name or is_package(name) else "")


def family(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "systems" and len(parts) > 1 and parts[1] in FAMILIES else None


def test_every_folder_stands_on_a_floor() -> None:
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} == set(
        FLOORS[1:]
    )
    assert FAMILIES


@pytest.mark.parametrize("name", list(MODULES))
def test_imports_go_downward(name: str) -> None:
    for imported in imports(MODULES[name]):
        assert floor(imported) <= floor(name), f"{name} imports {imported}"


@pytest.mark.parametrize("name", list(MODULES))
def test_no_family_knows_another_and_nobody_above_names_one(name: str) -> None:
    for imported in imports(MODULES[name]):
        if family(imported) is not None and name != "systems":
            allowed = family(imported) == family(name) or name in MAY_NAME_A_FAMILY
            assert allowed, f"{name} imports {imported}"


@pytest.mark.parametrize("name", list(MODULES))
def test_nobody_above_names_a_system(name: str) -> None:
    """Neither by its Python name nor as a string; a release's configs are looped over."""
    from ising_bench.systems import SYSTEMS

    if name in MAY_NAME_A_FAMILY or floor(name) == FLOORS.index("systems"):
        return
    code = ast.parse(MODULES[name].read_text())
    strings = {n.value for n in ast.walk(code) if isinstance(n, ast.Constant)}
    names = {n.id for n in ast.walk(code) if isinstance(n, ast.Name)}
    for system in SYSTEMS:
        assert system.name not in strings, f"{name} names {system.name}"
        assert system.name.upper() not in names, f"{name} names {system.name}"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(path, of_types=False) for name, path in MODULES.items()}
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


def test_only_networks_and_loaders_import_torch() -> None:
    """And those are imported by nothing but the functions that need them."""
    needs = {"training", "callbacks", "symmetries", "lattice_cnn", "models", "records", "run"}
    needs |= {"attention", "determinism"}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "loaders" or path == PACKAGE / "__init__.py":
            continue
        if path.parent.name != "baselines" or path.stem not in needs:
            assert "torch" not in path.read_text(), path


def test_files_stay_small() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


def test_the_guide_names_what_is_there() -> None:
    """Every file and test that CONTRIBUTING.md names exists."""
    root = PACKAGE.parent
    text = (root / "CONTRIBUTING.md").read_text()
    places = (root, PACKAGE, *((PACKAGE / "systems" / family) for family in FAMILIES))
    for name in re.findall(r"`([\w/]+(?:\.py|\.md|/))`", text):
        assert any((place / name).exists() for place in places), name
    for command in re.findall(r"^make ([\w-]+)", text, re.MULTILINE):
        assert f"\n{command}:" in (root / "Makefile").read_text(), command
