"""README.md: its table is what the records say, and every command and Python block in it runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tiny
from command_line import STRICT
from conftest import REPO
from hub_server import Blob, HubServer, Repo
from ising_bench.figures.scores import bars
from ising_bench.identity import DATASET_ID
from ising_bench.measured import shipped
from ising_bench.releases import manifest
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.systems.public import simulate

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip()
    for kind, block in BLOCKS
    if kind == "bash"
    for line in block.splitlines()
    if line.startswith("ising-bench")
]
PYTHON = [block for kind, block in BLOCKS if kind == "python"]

# Fixtures run these, once for all tests, and those of `make test-release` look at what they made
BUILDS = ["ising-bench build", "ising-bench build all"]
PHYSICS = "ising-bench verify --physics"
PUSHES = [f"ising-bench push {REPO} --dry-run", f"ising-bench push {REPO}"]  # test_push.py
ELSEWHERE = {*BUILDS, PHYSICS, *PUSHES}

# Hours on a GPU become seconds: one trial on one config; the checkpoint is a tiny random one.
SHORTER = {
    "ising-bench baseline lattice_cnn": ["--trials", "1", "--config", "periodic_ferro"],
    "ising-bench baseline vit": ["--trials", "1", "--config", "periodic_ferro"],
    "ising-bench build --entropy new --out fresh": ["periodic_ferro"],
    "ising-bench generate periodic_ferro --per-class 1000 --out more": ["--per-class", "25"],
}


NEAR = "ising-bench generate xy --temperatures 0.8:1:0.05 --per-point 20 --size 64 --out near"
# What a command needs of another one, and leaves
MORE = "ising-bench generate periodic_ferro --per-class 1000 --out more"
TRAINED = "ising-bench baseline energy_threshold --config periodic_ferro --train-data more"
AFTER = {
    TRAINED: MORE,
    "ising-bench attention runs/vit": "ising-bench baseline vit",
    "ising-bench show xy --dir near": NEAR,
    "ising-bench score periodic_ferro.csv --config periodic_ferro": (
        "ising-bench leaderboard template periodic_ferro"
    ),
}
LEAVES = {
    MORE: "more",
    NEAR: "near",
    "ising-bench baseline vit": "runs/vit",
    "ising-bench leaderboard template periodic_ferro": "periodic_ferro.csv",
}
LONGEST = {
    "ising-bench baseline lattice_cnn",
    "ising-bench baseline vit",
    "ising-bench attention runs/vit",
}  # even so


def results() -> str:
    """The result table, from the ceilings and the leaderboard's entries."""
    models = ("energy_threshold", "lattice_cnn", "lattice_vit", "paper-vit", "paper-resnet-50")
    titles = (
        "three cuts of the energy",
        "small CNN",
        "small ViT",
        "ViT, paper",
        "ResNet-50, paper",
    )
    head = ["config", "best expected, 95 % of test sets", *titles]
    by_key = {(bar.name, bar.config): bar for bar in bars(V1)}
    lines = [head, ["---"] * len(head)]
    for config in V1.sets["paper"]:
        ceiling = next(row for row in shipped().ceilings if row.config == config)
        low, high = ceiling.range95
        cells = [f"`{config}`", f"{ceiling.expected_macro_f1:.3f}, {low:.3f} to {high:.3f}"]
        for model in models:
            bar = by_key[model, config]
            spread = f" ± {bar.deviation:.3f}" if bar.deviation is not None else ""
            cells.append(f"{bar.mean:.3f}{spread}")
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def overview() -> str:
    """The table of all systems: the first config of each, and the best entry that reads images."""
    head = ["config", "classes begin at", "best possible", "best entry"]
    lines = [head, ["---"] * len(head)]
    for config in {c.system: c for c in reversed(V1_1.configs)}.values():
        grid, regions = config.task.grid, config.task.regions
        edges = ", ".join(f"{region.low:.4g}" for region in regions)
        measured = [shipped(V1.version), shipped(V1_1.version)]
        row = next(r for m in measured for r in m.ceilings if r.config == config.name)
        best = f"{row.expected_macro_f1:.3f}"
        for images in measured[1].image_ceilings:
            if images.config == config.name:
                best = f"at most {best}; {images.expected_macro_f1.value:.3f} of images"
        entries = [b for b in bars(V1_1) if b.config == config.name and b.group == "track paper"]
        bar = max(entries, key=lambda b: b.mean, default=None)
        lines.append(
            [
                f"`{config.name}`",
                f"{grid.symbol} = {edges}",
                best,
                f"`{bar.name}`, {bar.mean:.3f} ± {bar.deviation:.3f}" if bar else "none yet",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines[:2], *reversed(lines[2:])])


def test_the_result_table_is_what_the_records_say() -> None:
    assert results() in README
    assert overview() in README


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """An empty folder of a new user's, once the first command has run in it."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(built, folder / "ising-bench")
    np.save(folder / "samples.npy", simulate("periodic_ferro", 2.27, 40, size=32, seed=1))
    tiny.checkpoint(
        folder / "google" / "vit-base-patch16-224", "vit", image_size=224, patch_size=32
    )
    return folder


@pytest.fixture
def published(hub: HubServer, built: Path) -> Repo:
    repo = Repo()
    files = {path.relative_to(built).as_posix(): path for path in built.rglob("*.*")}
    tree = {name: Blob(path.read_bytes(), False) for name, path in files.items()}
    repo.tags["v1.1.0"] = repo.commit(tree)
    hub.repos[DATASET_ID] = repo
    return repo


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c, marks=pytest.mark.release) if c in LONGEST else c
        for c in COMMANDS
        if c not in ELSEWHERE
    ],
)
def test_a_command_runs(command: str, place: Path, request: pytest.FixtureRequest) -> None:
    before = AFTER.get(command)
    if before is not None and not (place / LEAVES[before]).exists():  # in another process
        run(before, place, request)
    if command not in (NEAR, MORE) or not (place / LEAVES[command]).exists():  # made once
        run(command, place, request)


def run(command: str, place: Path, request: pytest.FixtureRequest) -> None:
    args = shlex.split(command)[1:] + SHORTER.get(command, [])
    if command == TRAINED:  # the README's other run of this recipe stands beside it
        args += ["--out", "trained"]
    networks = {"lattice_cnn", "vit"} & set(args)
    for name in networks:  # as it is, but for the number of epochs
        text = re.sub(
            r"^epochs = .*\n", "", (ROOT / f"baselines/{name}.toml").read_text(), flags=re.M
        )
        short = text.replace("[training]\n", "[training]\nepochs = 1\n")
        (place / f"{name}-short.toml").write_text(short)
        args[args.index(name)] = f"--recipe={name}-short.toml"
    trains = networks or args[0] == "attention"
    line = request.getfixturevalue("trainer" if trains else "command_line")
    done = line.run(args, place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("block", PYTHON)
def test_a_python_block_runs(block: str, place: Path) -> None:
    done = subprocess.run(
        [sys.executable, *STRICT, "-c", block],
        cwd=place, env=dict(os.environ), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_builds_make_what_they_name(built: Path, whole: Path, physics: str) -> None:
    assert "no equilibrium config deviates" in physics
    for command, folder in zip(BUILDS, (built, whole), strict=True):
        assert set(manifest.read(folder).configs) == set(
            V1_1.expanded(command.split()[2:] or ["paper"])
        )


def test_there_are_commands_and_blocks_to_run() -> None:
    assert COMMANDS[:2] == BUILDS
    assert set(COMMANDS) > ELSEWHERE
    assert len(COMMANDS) > 15
    assert len(PYTHON) == 4
    assert {*SHORTER, *LONGEST, *AFTER, *LEAVES} < set(COMMANDS)
