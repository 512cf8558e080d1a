"""Recipes: the packaged ones, and what a user may write."""

from pathlib import Path

import numpy as np
import pytest

import tiny
from conftest import Cli, only_line
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines.recipe import Training
from ising_bench.errors import IsingBenchError
from ising_bench.releases.v1 import V1

ROOT = Path(__file__).parent.parent
MINE = """
name = "mine"
family = "ResNet"
track = "open"
method = "image_classifier"
description = "my own"
[model]
checkpoint = "some/checkpoint"
pretraining = { data = "ImageNet-1k", license = "Apache-2.0" }
"""


@pytest.mark.parametrize("name", recipes.names())
def test_each_packaged_recipe_is_what_its_file_name_says(name: str) -> None:
    recipe = recipes.packaged(name)
    assert recipe.name == name
    text = (ROOT / "baselines" / f"{name}.toml").read_text()
    assert text.startswith(f"# ising-bench baseline {name}\n")
    assert "Cost" in text


def test_the_paper_s_three_models_keep_to_the_paper_s_protocol() -> None:
    for name in ("vit", "resnet18", "resnet50"):
        training = recipes.packaged(name).training
        assert (training.learning_rate, training.weight_decay, training.epochs) == (2e-5, 5e-6, 10)
        assert training.stop_on == "loss"
        assert training.augment == ()
    assert Training() == Training(learning_rate=2e-5, weight_decay=5e-6, epochs=10)


def test_the_patches_of_the_small_vit_tile_the_lattice() -> None:
    model = recipes.packaged("lattice_vit").model
    assert model is not None
    assert 100 % model.config["patch_size"] == 0
    assert recipes.packaged("lattice_vit").input.pixels == "spins"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINE + "rate = 1", "rate: is no field of this record"),
        (MINE.replace('"open"', '"fast"'), "track"),
        (MINE.replace('"mine"', '"../mine"'), "name"),
        (MINE.replace("image_classifier", "majority"), r"mine.toml: a \[model\] belongs to"),
        (MINE.replace('checkpoint = "some/checkpoint"', ""), "either a checkpoint"),
        (MINE + 'architecture = "vit"', "either a checkpoint"),
        (MINE + "config = { depths = [1] }", "goes with an architecture"),
        (MINE.replace("pretraining", "# "), "trained on before"),
        (MINE + "[training]\nepochs = 0", "epochs"),
        (MINE + '[training]\naugment = ["noise"]', "augment"),
        (MINE + "[", "not TOML"),
        ("", "mine.toml: name: is missing"),
    ],
)
def test_a_wrong_recipe_is_an_error_that_says_where(text: str, message: str) -> None:
    with pytest.raises(IsingBenchError, match=message):
        recipes.parse(text, "mine.toml")


def test_a_recipe_of_ones_own(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    assert recipes.load(tmp_path / "mine.toml").name == "mine"
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    assert "UTF-8" in only_line(cli("baseline", "--recipe", "bad.toml").stderr)
    both = cli("baseline", "vit", "--recipe", "mine.toml")
    assert "not both" in only_line(both.stderr)
    missing = cli("baseline", "--recipe", "none.toml")
    assert "none.toml" in only_line(missing.stderr)


def test_without_a_name_the_recipes_are_listed(cli: Cli) -> None:
    listed = cli("baseline").stdout
    assert [line.split()[0] for line in listed.splitlines()] == recipes.names()
    assert "choose from" in only_line(cli("baseline", "vitt").stderr)


def test_augmentations_are_symmetries_of_the_energy() -> None:
    torch = pytest.importorskip("torch")
    from ising_bench.baselines.symmetries import augment
    from ising_bench.dataset.samples import samples
    from ising_bench.systems.ising import PERIODIC_FERRO

    spins = samples(V1, "periodic_ferro", "validation").spins[:40]
    pixels = torch.from_numpy(spins[:, None].astype(np.float32))
    generator = torch.Generator().manual_seed(0)
    for kinds in (["flips"], ["turns"], ["sign"], ["shifts"], ["flips", "turns", "sign", "shifts"]):
        moved = augment(pixels, kinds, generator)
        assert not torch.equal(moved, pixels)
        energy = PERIODIC_FERRO.energy(moved[:, 0].numpy().astype(np.int8))
        np.testing.assert_array_equal(energy, PERIODIC_FERRO.energy(spins))
    assert torch.equal(augment(pixels, [], generator), pixels)


def test_angles_are_two_channels_and_turn_without_changing_an_energy(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from ising_bench.baselines import models
    from ising_bench.baselines.symmetries import augment
    from ising_bench.systems.xy import XY_MODEL
    from ising_bench.systems.xy.cosine import ALIGNED

    path = tiny.recipe(tmp_path, 'architecture = "vit"')
    path.write_text(path.read_text().replace("size = 32", 'pixels = "spins"', 1))
    spins = np.random.default_rng(0).integers(0, 256, (20, 12, 12)).astype(np.uint8)
    pixels = models.pixels(recipes.load(path), XY_MODEL.symbols, spins, None)
    assert pixels.shape == (20, models.channels(XY_MODEL.symbols), 12, 12)
    assert pixels.dtype == np.float32

    def energy(vectors: np.ndarray) -> np.ndarray:
        bonds = sum((vectors * np.roll(vectors, 1, axis)).sum(1) for axis in (2, 3))
        return -np.asarray(bonds).sum((1, 2))

    before = XY_MODEL.energy(spins) / ALIGNED
    np.testing.assert_allclose(energy(pixels), before, atol=2e-3)
    how = models.exchange(XY_MODEL.symbols)
    moved = augment(torch.from_numpy(pixels), ["sign"], torch.Generator().manual_seed(0), how)
    np.testing.assert_allclose(energy(moved.numpy()), before, atol=2e-3)
    turned = np.abs(moved.numpy().mean((2, 3)) - pixels.mean((2, 3))).max(1)
    assert (turned > 1e-3).mean() > 0.8


def test_a_checkpoint_of_another_size_is_one_line(cli: Cli, tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "small", "vit", image_size=64)
    path = tiny.recipe(tmp_path, f'checkpoint = "{folder}"')
    done = cli("baseline", "--recipe", str(path), "--config", "periodic_ferro", "--trials", "1")
    assert done.returncode == 1
    assert "takes images of 64 pixels, the recipe makes 32; write size = 64" in only_line(
        done.stderr
    )


def test_spins_set_the_size_and_the_channels_of_a_network(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from ising_bench.baselines import models

    path = tiny.recipe(
        tmp_path, 'architecture = "vit"\nconfig = { patch_size = 20, hidden_size = 12 }'
    )
    path.write_text(path.read_text().replace("size = 32", 'pixels = "spins"', 1))
    config = models.build(recipes.load(path), None, V1.config("periodic_ferro")).config
    assert (config.num_channels, config.image_size, config.hidden_size) == (1, 100, 12)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff", "not UTF-8"),
        (b"[" * 3000, "nested too deeply"),
        (b"[]", "must be a record of named fields"),
        (b'{"image_mean": [0.4, 0.5]}', "image_mean"),
        (b'{"image_std": [0.4, 0, 0.5]}', "image_std"),
        (b'{"image_std": "wide"}', "image_std"),
    ],
)
def test_colours_that_no_checkpoint_should_state_are_one_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    from ising_bench.baselines import models

    (tmp_path / "preprocessor_config.json").write_bytes(content)
    recipe = recipes.parse(MINE, "mine.toml")
    with pytest.raises(IsingBenchError, match=message) as error:
        models.pixels(
            recipe, V1.configs[0].system.symbols, np.ones((1, 100, 100), np.int8), tmp_path
        )
    assert "preprocessor_config.json" in str(error.value)


def test_a_checkpoint_in_the_home_of_nobody_is_one_line() -> None:
    from ising_bench.baselines.checkpoints import locate

    with pytest.raises(IsingBenchError, match="no such folder"):
        locate("~nobody-of-that-name/weights")
