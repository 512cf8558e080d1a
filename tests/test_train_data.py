"""Training on a generated set instead of the release's images."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tiny
from conftest import Cli, only_line
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines import records, run
from ising_bench.errors import FolderError
from ising_bench.leaderboard.entry import Author, AuthorFields, of_run
from ising_bench.releases import manifest
from ising_bench.releases.v1 import V1
from sets import generated

CONFIG = "periodic_ferro"
ME = AuthorFields("mine", (Author("Somebody"),), "MIT")

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 images of another entropy."""
    folder = tmp_path_factory.mktemp("more") / "set"
    generated(V1, CONFIG, 50, folder, "ab" * 32)
    return folder


def test_what_learned_from_a_generated_set_says_so_and_goes_on_from_no_other(
    more: Path, tmp_path: Path, cli: Cli
) -> None:
    options = ("baseline", "energy_threshold", "--config", CONFIG, "--release", "1.0.0")
    done = cli(*options, "--train-data", str(more))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / "energy_threshold"
    record = json.loads((folder / "run.json").read_text())["configs"][CONFIG]
    held = manifest.read(more)
    assert record["trained_on"] == {
        "content_digest": held.configs[CONFIG].content_digest,
        "entropy": "ab" * 32,
        "images": 200,
    }
    assert record["content_digest"] == V1.digests[CONFIG]  # what was predicted is the release
    refused = cli(*options)
    assert "on other data" in only_line(refused.stderr)
    again = cli(*options, "--out", "released")
    assert again.returncode == 0
    assert (tmp_path / "released" / f"{CONFIG}.csv").read_bytes() != (
        folder / f"{CONFIG}.csv"
    ).read_bytes()


@pytest.mark.parametrize(
    ("track", "expected"), [("paper", "open"), ("physics", "physics"), ("reference", "reference")]
)
def test_its_entry_is_in_the_track_open(
    track: str, expected: str, more: Path, tmp_path: Path
) -> None:
    recipe = replace(recipes.packaged("majority"), track=track)
    done = run.run(recipe, V1, [CONFIG], tmp_path / "run", train_data=more)
    entry = of_run(done, CONFIG, tmp_path / "run" / f"{CONFIG}.csv", ME)
    assert entry.track == expected
    assert entry.data_use is not None
    assert (entry.data_use.training_images, entry.data_use.generated_samples) == (0, 200)


def test_a_network_learns_from_it_the_same_where_its_pixels_do_not_fit_into_memory(
    more: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    from ising_bench.baselines import models

    model = (
        'architecture = "resnet"\nconfig = { embedding_size = 8, hidden_sizes = [8], depths = [1] }'
    )
    recipe = recipes.load(tiny.recipe(tmp_path, model, 2))
    whole = run.run(recipe, V1, [CONFIG], tmp_path / "a", 1, device="cpu", train_data=more)
    monkeypatch.setattr(models, "HELD_BYTES", 0)
    parts = run.run(recipe, V1, [CONFIG], tmp_path / "b", 1, device="cpu", train_data=more)
    first, second = whole.configs[CONFIG], parts.configs[CONFIG]
    assert first.trained_on is not None
    assert first.trials[0].epochs == second.trials[0].epochs
    written = [(tmp_path / name / f"{CONFIG}.csv").read_bytes() for name in "ab"]
    assert written[0] == written[1]
    released = run.run(recipe, V1, [CONFIG], tmp_path / "c", 1, device="cpu")
    assert released.configs[CONFIG].trials[0].epochs != first.trials[0].epochs
    assert records.read(tmp_path / "a") == whole


def test_sets_that_do_not_serve_are_one_line(tmp_path: Path, more: Path, built: Path) -> None:
    recipe = recipes.packaged("majority")
    small, cold = tmp_path / "small", tmp_path / "cold"
    generated(V1, CONFIG, 2, small, "cd" * 32, size=16)
    generated(V1, CONFIG, 2, cold, "cd" * 32, values=("0.5", "1.5"))
    for folder, config, said in (
        (small, CONFIG, "of size 16, the test images are of size 100"),
        (cold, CONFIG, "no image of class CR"),
        (more, "skewed_ferro", "has no skewed_ferro"),
        (built, CONFIG, "leave --train-data out"),
        (tmp_path / "nothing", CONFIG, "is not a dataset folder"),
    ):
        out = tmp_path / "run"
        with pytest.raises(FolderError, match=said) as caught:
            run.run(recipe, V1, [config], out, train_data=folder)
        assert len(str(caught.value).splitlines()) == 1
        assert not out.exists()


def test_a_fresh_draw_serves_by_its_training_split(tmp_path: Path) -> None:
    from ising_bench.baselines.material import Material
    from ising_bench.dataset.build import build
    from ising_bench.dataset.samples import samples

    build(V1.redrawn("ef" * 32), [CONFIG], tmp_path / "fresh")
    material = Material(V1, training=tmp_path / "fresh")
    material.check([CONFIG])
    rows = material.rows(CONFIG, "train")
    assert len(rows) == 600
    assert not np.array_equal(rows.spins, samples(V1, CONFIG, "train").spins)
    assert material.rows(CONFIG, "test").ids == samples(V1, CONFIG, "test").ids
