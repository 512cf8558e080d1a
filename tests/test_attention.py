"""Attention maps of a trained transformer."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

import torch
from transformers import AutoModelForImageClassification

import tiny
from command_line import CommandLine
from conftest import commands, only_line
from ising_bench.baselines import models, run
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines.attention import attention_maps, rollout
from ising_bench.dataset.samples import samples
from ising_bench.errors import IsingBenchError
from ising_bench.figures.attention import attention as draw
from ising_bench.releases.v1 import V1

pytestmark = pytest.mark.filterwarnings("default")
CONFIG = "periodic_ferro"
SYMBOLS = V1.config(CONFIG).system.symbols


def test_rollout_of_uniform_attention_is_known() -> None:
    """One layer: half stays, half spreads; two layers: a quarter stays, the rest spreads."""
    uniform = np.full((2, 1, 3, 4, 4), 0.25)
    np.testing.assert_allclose(rollout(uniform[:1])[0], 0.5 * np.eye(4) + 0.125)
    np.testing.assert_allclose(rollout(uniform)[0], 0.25 * np.eye(4) + 0.75 * 0.25)
    random = np.random.default_rng(0).dirichlet(np.ones(4), (3, 2, 1, 4))
    np.testing.assert_allclose(rollout(random).sum(-1), 1)


@pytest.fixture(scope="module", params=["vit", "resnet"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a tiny network."""
    folder = tmp_path_factory.mktemp(request.param)
    checkpoint = tiny.checkpoint(folder / "checkpoint", request.param)
    recipe = recipes.load(tiny.recipe(folder, f'checkpoint = "{checkpoint}"', 1))
    run.run(recipe, V1, [CONFIG], folder / "run", trials=1, device="cpu")
    return folder / "run"


@pytest.mark.parametrize("trained", ["vit"], indirect=True)
def test_a_run_s_maps_are_drawn(trained: Path, tmp_path: Path) -> None:
    maps = attention_maps(trained, CONFIG, 2)
    assert maps.rollout.shape == (8, 4, 4)
    assert maps.heads.shape == (8, 2, 4, 4)
    assert maps.images.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert (maps.heads.sum((2, 3)) < 1).all()  # the rest goes to the class token itself
    model = AutoModelForImageClassification.from_pretrained(
        trained / CONFIG / "model", attn_implementation="eager"
    )
    recipe = recipes.load(trained.parent / "tiny.toml")
    pixels = models.pixels(recipe, SYMBOLS, maps.images.spins, trained.parent / "checkpoint")
    with torch.no_grad():
        given = model.eval()(torch.from_numpy(pixels), output_attentions=True)
    attentions = np.stack([layer.numpy() for layer in given.attentions])
    np.testing.assert_allclose(maps.heads, attentions[-1, :, :, 0, 1:].reshape(8, 2, 4, 4))
    np.testing.assert_allclose(maps.rollout, rollout(attentions)[:, 0, 1:].reshape(8, 4, 4))
    assert maps.predicted.tolist() == given.logits.argmax(-1).tolist()
    test = samples(V1, CONFIG, "test")
    assert (maps.images.spins[0] == test.spins[np.flatnonzero(test.labels == 0)[0]]).all()
    with Image.open(draw(maps, tmp_path / "a.png")) as image:
        assert image.width > 400
    with pytest.raises(IsingBenchError, match="png"):
        draw(maps, tmp_path / "a.jpg")


@pytest.mark.parametrize("trained", ["resnet"], indirect=True)
def test_a_network_without_attention_is_an_error(trained: Path) -> None:
    with pytest.raises(IsingBenchError, match="no attention maps"):
        attention_maps(trained, CONFIG, 1)


def test_a_run_that_is_not_there_is_one_line(trainer: CommandLine, tmp_path: Path) -> None:
    cli = commands(trainer, tmp_path)
    assert "holds no run" in only_line(cli("attention", "nowhere").stderr)
