"""What a person may do wrong around a training: each is one line, before any work is lost."""

import json
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import tiny
from ising_bench.baselines import checkpoints, models, records, run
from ising_bench.baselines import recipe as recipes
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.releases.v1 import V1
from ising_bench.symbols import Symbols

CONFIG = "periodic_ferro"
DATA = V1.config(CONFIG)

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("vit"), "vit")


@pytest.mark.parametrize(
    ("model", "input_", "message"),
    [
        ('architecture = "vit"\nconfig = { image_size = 64 }', "", "takes images of 64 pixels"),
        ('architecture = "vit"\nconfig = { patch_size = 0 }', "", "cannot be built"),
        ('architecture = "vit"\nconfig = { hidden_size = "a" }', "", "cannot be built"),
        ('architecture = "vit"\nconfig = { hiden_size = 16 }', "", "vit knows no hiden_size"),
        ('architecture = "resnet"\nconfig = { layer_type = "x" }', "", "cannot be built"),
        ('architecture = "bert"', "", "cannot be built"),
        ("CHECKPOINT", 'pixels = "spins"', "takes images of 32 pixels, the recipe makes 100"),
        ("CHECKPOINT", "size = 48", "write size = 32 under"),
    ],
)
def test_a_model_that_does_not_fit_its_images(
    vit: Path, tmp_path: Path, model: str, input_: str, message: str
) -> None:
    path = tiny.recipe(tmp_path, model.replace("CHECKPOINT", f'checkpoint = "{vit}"'))
    if input_:
        path.write_text(path.read_text().replace("size = 32", input_))
    recipe = recipes.load(path)
    with pytest.raises(IsingBenchError, match=message) as caught:
        models.build(recipe, models.files_of(recipe), DATA)
    assert len(str(caught.value).splitlines()) == 1


def test_signs_are_not_turned_over_where_there_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = recipes.packaged("lattice_cnn")
    assert "sign" in recipe.training.augment
    models.build(recipe, None, DATA)
    states = Symbols("uint8", (0, 1, 2), ((0, 0, 0), (99, 99, 99), (255, 255, 255)))
    monkeypatch.setattr(type(DATA.system), "symbols", states)
    with pytest.raises(IsingBenchError, match="a site of periodic_ferro holds 0, 1, 2; leave sign"):
        models.build(recipe, None, DATA)


def test_a_model_that_cannot_see_its_images(tmp_path: Path) -> None:
    recipe = recipes.load(tiny.recipe(tmp_path, 'architecture = "resnet"'))
    model = models.build(recipe, None, DATA)
    models.try_out(recipe, model, np.zeros((2, 3, 32, 32), np.float32), 4)
    with pytest.raises(IsingBenchError, match=r"cannot see images of shape \(1, 100, 100\)"):
        models.try_out(recipe, model, np.zeros((2, 1, 100, 100), np.float32), 4)


@pytest.mark.parametrize("architecture", ["vit", "resnet"])
def test_random_weights_take_the_recipe_s_images(tmp_path: Path, architecture: str) -> None:
    """Whatever size it says, though a ViT is made for one."""
    path = tiny.recipe(tmp_path, f'architecture = "{architecture}"')
    path.write_text(path.read_text().replace("size = 32", "size = 96"))
    recipe = recipes.load(path)
    model = models.build(recipe, None, DATA)
    models.try_out(recipe, model, np.zeros((2, 3, 96, 96), np.float32), 4)


def test_weights_that_are_cut_short(vit: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    folder.mkdir()
    (folder / "config.json").write_bytes((vit / "config.json").read_bytes())
    whole = (vit / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{folder}"'))
    with pytest.raises(IsingBenchError, match="cannot be built"):
        models.build(recipe, folder, DATA)


def test_a_home_folder_may_be_written_short(vit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(vit.parent))
    assert checkpoints.locate(f"~/{vit.name}") == vit


def test_a_hub_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", address)
        begun = time.monotonic()
        with pytest.raises(IsingBenchError, match="some/model is neither on this machine"):
            checkpoints.locate("some/model")
        assert held
        assert time.monotonic() - begun < 9  # the library itself waits ten
        for connection in held:
            connection.close()


def test_a_cache_without_the_colours_is_not_enough(
    vit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else other colours than it was trained on would be taken without a word."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    cached = tmp_path / "cached"
    cached.mkdir()
    for name in ("config.json", "model.safetensors"):
        (cached / name).write_bytes((vit / name).read_bytes())
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(cached))
    with pytest.raises(IsingBenchError, match="run: hf download some/model"):
        checkpoints.locate("some/model")
    (cached / checkpoints.PREPROCESSOR).write_text("{}")
    assert checkpoints.locate("some/model") == cached


@pytest.fixture
def finished(tmp_path: Path) -> tuple[recipes.Recipe, Path]:
    """A run of one config, without training."""
    recipe = recipes.packaged("energy_threshold")
    run.run(recipe, V1, [CONFIG], tmp_path / "run")
    return recipe, tmp_path / "run"


def test_predictions_that_are_gone_show_before_anything_is_trained(
    finished: tuple[recipes.Recipe, Path],
) -> None:
    recipe, out = finished
    (out / f"{CONFIG}.csv").unlink()
    with pytest.raises(FolderError, match="lacks the predictions of trial 0"):
        run.run(recipe, V1, ["skewed_ferro"], out)


def test_trials_on_other_data_are_not_gone_on_with(finished: tuple[recipes.Recipe, Path]) -> None:
    recipe, out = finished
    found = records.read(out)
    assert found is not None
    other = replace(found.configs[CONFIG], content_digest="0" * 64)
    records.write(out, replace(found, configs={CONFIG: other}))
    with pytest.raises(FolderError, match="on other data"):
        run.run(recipe, V1, ["skewed_ferro"], out)


def test_a_finished_run_needs_its_checkpoint_no_more(tmp_path: Path) -> None:
    """Neither to be shown again nor for its attention maps: its model's folder holds all of it."""
    from ising_bench.baselines.attention import attention_maps

    checkpoint = tiny.checkpoint(tmp_path / "checkpoint", "vit")
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{checkpoint}"', 1))
    out = tmp_path / "run"
    done = run.run(recipe, V1, [CONFIG], out, trials=1, device="cpu")
    before = attention_maps(out, CONFIG, 1)
    checkpoint.rename(tmp_path / "elsewhere")
    assert run.run(recipe, V1, [CONFIG], out, trials=1, device="cpu") == done
    np.testing.assert_array_equal(attention_maps(out, CONFIG, 1).heads, before.heads)
    model = out / CONFIG / "model"
    assert json.loads((model / checkpoints.PREPROCESSOR).read_text())["image_mean"][0] == 0.4
    (model / "model.safetensors").write_bytes(b"")
    with pytest.raises(FolderError, match="no model that can be loaded"):
        attention_maps(out, CONFIG, 1)
