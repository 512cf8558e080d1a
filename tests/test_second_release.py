"""Another size, other classes, another release beside the first: nothing knows them specially."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

import ising_bench
from conftest import made_once
from ising_bench.card.croissant import render as croissant
from ising_bench.cli import app
from ising_bench.dataset.samples import samples
from ising_bench.dataset.verify import verify
from ising_bench.dataset.verify_rows import read_rows
from ising_bench.errors import UnknownNameError
from ising_bench.identity import Home
from ising_bench.leaderboard import new
from ising_bench.leaderboard.board_files import BEGIN, END, write_board
from ising_bench.leaderboard.check import check
from ising_bench.releases import manifest
from ising_bench.releases.digest import ContentDigest
from ising_bench.releases.release import Release
from ising_bench.releases.v1 import V1
from ising_bench.scoring.truth import truth
from second_release import PHASES, SMALL, TWO_PHASES, WALLS, second

__all__ = ["second"]  # a fixture

# Content 2 is a promise: pinned apart from the code that makes it.
CONTENT_2 = "5ed17f9043400f0107be7816261c97e149150bbc4c04051f646a9042e6ce592f"


def run(*args: str) -> str:
    """What a command prints; it must end well."""
    done = CliRunner().invoke(app, list(args))
    assert done.exit_code == 0, done.output + str(done.exception)
    return done.stdout


@pytest.fixture
def folder(second: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    """Built once, and copied into the present folder, of which every command then reads."""

    def make(place: Path) -> None:
        run("build", "all", "--out", str(place))

    return Path(shutil.copytree(made_once(tmp_path_factory, "second", make), "ising-bench"))


def test_it_is_built_verified_and_tested_against_the_exact_physics(
    folder: Path, second: Release
) -> None:
    printed = run("verify", "--physics", "--verbose")
    assert "release 2.0.0" in printed
    assert "no equilibrium config deviates" in printed
    for config in second.configs:
        for region in config.task.regions:
            assert f"{config.name}" in printed
            assert region.name in printed
    found = manifest.read(folder)
    assert [(c.size, c.task) for c in found.configs.values()] == [
        (32, "paper"),
        (100, "two_phases"),
        (32, "two_phases"),
    ]
    assert found.configs[WALLS].content_digest == second.digests[WALLS] == CONTENT_2


def test_each_file_can_be_checked_alone(folder: Path, second: Release) -> None:
    config = second.config(WALLS)
    for file in manifest.read(folder).configs[WALLS].files:
        rows = read_rows(folder, file.path, config).rows
        assert ContentDigest(2, config).add(rows) == file.rows_digest
        rows.points[0] += 1
        assert ContentDigest(2, config).add(rows) != file.rows_digest
    path = folder / "manifest.json"
    record = json.loads(path.read_text())
    record["configs"][WALLS]["splits"]["test"]["files"][0]["rows_digest"] = "0" * 64
    path.write_text(json.dumps(record))
    assert any("its rows are not those of the manifest" in line for line in verify(folder)[1])


def test_a_manifest_of_another_format_is_refused(folder: Path) -> None:
    path = folder / "manifest.json"
    text = path.read_text()
    newer = "of format {}, which a newer ising-bench wrote: upgrade it with pip"
    for name, value, said in (
        ("format", None, "damaged"),
        ("size", 100, "damaged"),
        ("format", 3, newer.format(3)),
        ("format", 1, newer.format(1)),
    ):
        path.write_text(json.dumps({**json.loads(text), name: value}))
        assert said in str(CliRunner().invoke(app, ["verify"]).exception)


def test_it_has_a_ceiling_and_scores_of_its_own_classes(folder: Path, second: Release) -> None:  # noqa: ARG001
    ceiling = json.loads(run("ceiling", PHASES, "--json"))
    assert list(ceiling["per_class_f1"]) == ["ordered", "disordered"]
    assert list(ceiling["energy_cuts_per_site"]) == ["disordered"]
    assert 0.9 < ceiling["expected_macro_f1"] < 1
    known = truth(second, PHASES)
    assert known.posterior.shape == (70, 2)
    scores = ising_bench.score(PHASES, known.posterior)
    assert np.shape(scores.trials[0].confusion) == (2, 2)
    assert scores.mean_kl == pytest.approx(0, abs=1e-9)
    assert abs(scores.macro_f1 - ceiling["expected_macro_f1"]) < 0.08
    smaller = json.loads(run("ceiling", SMALL, "--json"))
    paper = json.loads(run("ceiling", "periodic_ferro", "--json", "--release", "1.0.0"))
    # a small lattice tells less of its temperature
    assert smaller["expected_macro_f1"] < paper["expected_macro_f1"] - 0.03


def test_a_file_of_two_classes_is_scored_and_one_of_four_is_not(folder: Path) -> None:  # noqa: ARG001
    run("leaderboard", "template", PHASES)
    csv = Path(f"{PHASES}.csv")
    assert csv.read_text().splitlines()[0] == "sample_id,trial,p0,p1"
    assert "training_images = 110" in Path("details.toml").read_text()
    record = json.loads(run("score", str(csv), "--config", PHASES, "--json"))
    assert record["macro_f1"] == pytest.approx(0.3636, abs=1e-3)
    done = CliRunner().invoke(app, ["score", str(csv), "--config", SMALL])
    assert "the header must be sample_id,trial,p0,p1,p2,p3" in str(done.exception)


def test_baselines_and_entries_of_both_releases_stand_on_one_board(
    folder: Path, second: Release
) -> None:
    run("baseline", "bayes", "--config", PHASES, "--config", WALLS, "--out", "run2")
    run("baseline", "bayes", "--config", "periodic_ferro", "--release", "1.0.0", "--out", "run1")
    for name in ("run1", "run2"):
        run("leaderboard", "new", f"my-{name}", "--run", name, "--author", "Ann", "--entries", "e")
    new.quoted(V1, Path("e"))
    found = check([Path("e")])
    assert found.problems == []
    scores = {(s.release.version, s.config): s.scores for s in found.entries if s.scores}
    assert set(scores) == {("1.1.0", "periodic_ferro"), ("2.0.0", PHASES), ("2.0.0", WALLS)}
    for (version, config), score in scores.items():
        assert score is not None
        release = {"1.1.0": V1, "2.0.0": second}[version]  # the same images as 1.0.0
        assert score.ceiling == truth(release, config).ceiling.expected_macro_f1
    board = Path("board")
    board.mkdir()
    Path("e").rename(board / "entries")
    (board / "README.md").write_text(f"{BEGIN}\n{END}\n")
    write_board(board)
    text = (board / "README.md").read_text()
    assert f"### {PHASES}, track reference" in text
    assert "### periodic_ferro of release 1.1.0, track reference" in text
    page = (board / "index.html").read_text()
    assert 'disordered</th><td class="number">' in page
    assert folder.is_dir()


def test_a_release_is_named_by_its_version_and_the_newest_is_the_default(
    folder: Path, second: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(run("info", "--json"))
    assert record["newest"] == "2.0.0"
    assert list(record["releases"]) == ["1.0.0", "1.1.0", "2.0.0"]
    assert record["releases"]["2.0.0"]["configs"][SMALL]["size"] == 32
    text = run("info")
    assert "data release 2.0.0 (the newest)" in text
    assert "data release 1.0.0" in text
    with pytest.raises(UnknownNameError, match="unknown config 'skewed_ferro'"):
        ising_bench.arrays("skewed_ferro", "test")
    with pytest.raises(
        UnknownNameError, match=r"unknown release '3\.0\.0': choose from 1\.0\.0, 1\.1\.0, 2"
    ):
        ising_bench.arrays(SMALL, "test", release="3.0.0")
    # the folder here is of the other release, and is not taken for it
    spins, labels = ising_bench.arrays("skewed_ferro", "test", release="1.0.0")
    assert "not release 1.0.0" in capsys.readouterr().err
    assert spins.shape == (400, 100, 100)
    assert set(labels) == {0, 1, 2, 3}
    assert ising_bench.load(WALLS, "test").features["label"].names == ["ordered", "disordered"]
    np.testing.assert_array_equal(
        ising_bench.load(WALLS, "test")["sample_id"], samples(second, WALLS, "test").ids
    )
    done = CliRunner().invoke(app, ["build", "periodic_ferro", "--release", "1.0.0"])
    assert "holds release 2.0.0, and a folder holds one release" in str(done.exception)
    assert folder.is_dir()


def test_its_documents_speak_of_it_and_not_of_the_first(folder: Path, second: Release) -> None:
    found = manifest.read(folder)
    card = (folder / "README.md").read_text()
    for text in ("Ising lattices of two sizes", "32 x 32 int8", "disordered", "build all\n"):
        assert text in card, text
    for text in (
        "The counts are",
        "four temperature",
        "Not exactly in equilibrium",
        "7\nthreads",
        "EPYC",
    ):
        assert text not in card, text
    header = yaml.safe_load(card.split("---\n")[1])
    shapes = {
        info["config_name"]: feature["dtype"]["array2_d"]["shape"]
        for info in header["dataset_info"]
        for feature in info["features"]
        if feature["name"] == "spins"
    }
    assert shapes == {SMALL: [32, 32], PHASES: [100, 100], WALLS: [32, 32]}
    record = json.loads(croissant(found, second, Home("org/ising-bench", "v2.0.0")))
    named = {r["name"]: r for r in record["recordSet"]}
    assert len(named["classes_two_phases"]["data"]) == 2
    spins = next(f for f in named[f"{SMALL}/test"]["field"] if f["name"] == "spins")
    assert spins["arrayShape"] == "32,32"


def test_more_of_it_is_generated_and_drawn_in_secret(second: Release) -> None:
    run("generate", WALLS, "--per-class", "3", "--out", "more", "--entropy", "ab" * 32)
    made, problems = verify(Path("more"))
    assert problems == []
    assert made.configs[WALLS].splits["generated"].class_counts == (3, 3)
    commitment = run("fresh", "commit", WALLS).strip()
    run("fresh", "build")
    assert "70 images" in run("fresh", "reveal", commitment)
    run("fresh", "commit", "periodic_ferro", "--release", "1.0.0", "--secret", "one.json")
    assert json.loads(Path("one.json").read_text())["release"] == "1.0.0"
    assert len(TWO_PHASES.regions) == second.config(WALLS).task.classes == 2
    run("show", WALLS, "-n", "2")
    assert Path(f"{WALLS}-train.png").is_file()
