"""What the Trainer is told, and when an epoch is kept."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

import tiny
from ising_bench.baselines import models, records, run, training
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines.callbacks import DataWait, KeepBest
from ising_bench.baselines.determinism import repeatable
from ising_bench.baselines.records import Epoch
from ising_bench.baselines.symmetries import symmetries_of
from ising_bench.errors import IsingBenchError
from ising_bench.leaderboard.entry import Author, AuthorFields, of_run
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.simulation.simulate import simulate

CONFIG = "periodic_ferro"

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("resnet"), "resnet")


def trained(
    folder: Path, checkpoint: Path, epochs: int, trials: int = 1, **settings: object
) -> records.Run:
    """Trials into folder/run."""
    recipe = recipes.load(tiny.recipe(folder, f'checkpoint = "{checkpoint}"', epochs, **settings))
    return run.run(recipe, V1, [CONFIG], folder / "run", trials=trials, device="cpu")


def test_the_trainer_is_told_what_the_recipe_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "bf16")  # somebody's default
    settings = {
        "learning_rate": 7e-4,
        "weight_decay": 0.03,
        "batch_size": 24,
        "schedule": "cosine",
        "warmup": 0.25,
        "bf16": True,
    }
    recipe = recipes.load(tiny.recipe(tmp_path, 'architecture = "vit"', 8, **settings))
    told = training._arguments(recipe, 3, "cpu", tmp_path, 600)
    assert (told.learning_rate, told.weight_decay, told.num_train_epochs) == (7e-4, 0.03, 8)
    assert (told.train_batch_size, told.seed, told.data_seed) == (24, 3, 3)
    assert told.lr_scheduler_type == "cosine"
    assert told.warmup_steps == 8 * 25 / 4
    assert told.optim == "adamw_torch_fused"
    assert not told.bf16  # on a GPU alone
    assert told.mixed_precision == "no"


def test_a_batch_is_divided_among_processes_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipes.load(tiny.recipe(tmp_path, 'architecture = "vit"', batch_size=16))
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(IsingBenchError, match="a batch of 16 cannot be divided among 3 processes"):
        training._arguments(recipe, 0, "cpu", tmp_path, 600)


def test_training_stops_when_nothing_has_been_better_for_long(resnet: Path, tmp_path: Path) -> None:
    """At this rate no weight moves, so the first epoch is the best."""
    done = trained(
        tmp_path, resnet, 6, learning_rate=1e-12, stop_on="macro_f1", patience=2, batch_size=200
    )
    trial = done.configs[CONFIG].trials[0]
    assert trial.best_epoch == 1
    assert [epoch.epoch for epoch in trial.epochs] == [1, 2, 3]


def test_the_epoch_with_the_highest_macro_f1_is_kept(resnet: Path, tmp_path: Path) -> None:
    done = trained(tmp_path, resnet, 4, learning_rate=3e-2, stop_on="macro_f1", patience=4)
    trial = done.configs[CONFIG].trials[0]
    values = [epoch.validation_macro_f1 for epoch in trial.epochs]
    assert len(set(values)) > 1
    assert trial.best_epoch == 1 + int(np.argmax(values))


def test_a_recipe_s_symmetries_reach_the_training_batches_alone() -> None:
    pixels = np.random.default_rng(0).normal(size=(50, 1, 6, 6)).astype(np.float32)
    split = training.Prepared(pixels, np.zeros(50, np.int64))
    device, rows = torch.device("cpu"), list(range(50))
    plain = training.Batches(split, device).__getitems__(rows)["pixel_values"].numpy()
    np.testing.assert_array_equal(plain, pixels)
    turned = training.Batches(split, device, ("sign",)).__getitems__(rows)["pixel_values"].numpy()
    signs = (turned / pixels).reshape(50, -1)
    assert (signs == signs[:, :1]).all()
    assert {*signs[:, 0]} == {-1, 1}


def test_symmetries_change_what_is_trained_on(resnet: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with_them = trained(tmp_path, resnet, 1, augment=["flips"])
    without = trained(tmp_path / "other", resnet, 1)
    first, second = (done.configs[CONFIG].trials[0].epochs[0] for done in (with_them, without))
    assert first.train_loss != second.train_loss


def test_time_before_a_step_counts_as_waiting() -> None:
    wait = DataWait()
    for _ in range(2):
        wait.on_epoch_begin()
        time.sleep(0.05)
        wait.on_step_begin()
        time.sleep(0.02)
        wait.on_step_end()
        wait.on_epoch_end()
        time.sleep(0.1)  # evaluation is neither
    assert 0.1 <= wait.waited < 0.15
    assert 0.04 <= wait.worked < 0.09


def test_an_epoch_whose_loss_is_no_number_ends_training_and_is_not_kept() -> None:
    model, control = torch.nn.Linear(1, 1), SimpleNamespace(should_training_stop=False)
    best = KeepBest("macro_f1", 5)

    def evaluated(epoch: int, loss: float) -> None:
        metrics = {"eval_cross_entropy": loss, "eval_macro_f1": 0.1 * epoch}
        best.on_evaluate(None, SimpleNamespace(epoch=epoch), control, metrics, model)

    evaluated(1, 0.5)
    kept = best.weights["weight"].clone()
    with torch.no_grad():
        model.weight.fill_(torch.nan)
    assert not control.should_training_stop
    evaluated(2, float("nan"))
    assert control.should_training_stop
    assert (best.best_epoch, best.weights["weight"]) == (1, kept)


def test_a_curve_that_ends_in_no_number_is_recorded_and_read_again(tmp_path: Path) -> None:
    log = []
    for epoch, train, validation in ((1, 1.0, 0.5), (2, np.inf, 0.4), (3, np.nan, np.nan)):
        log.append({"epoch": epoch, "loss": train})
        log.append({"epoch": epoch, "eval_cross_entropy": validation, "eval_macro_f1": 0.5})
    curve = training._epochs(log)
    assert curve == (Epoch(1, 1.0, 0.5, 0.5), Epoch(2, None, 0.4, 0.5))
    trial = records.TrialRecord(0, 0, 1, 1.0, records.environment("cpu"), epochs=curve)
    recipe = recipes.packaged("lattice_cnn")
    written = records.Run(recipe, "1.0.0", {CONFIG: records.ConfigRun("", (trial,))})
    records.write(tmp_path, written)
    assert records.read(tmp_path) == written


@pytest.mark.parametrize("stop_on", ["loss", "macro_f1"])
def test_a_loss_that_is_never_a_number_is_an_error(
    resnet: Path, tmp_path: Path, stop_on: str
) -> None:
    with pytest.raises(IsingBenchError, match="not a number"):
        trained(tmp_path, resnet, 1, learning_rate=1e30, stop_on=stop_on)


def test_what_cannot_repeat_itself_is_told_and_recorded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As an operation of CUDA without a deterministic version raises it."""
    message = "pool_backward_cuda does not have a deterministic implementation, but you set"

    def trial() -> bool:
        if not torch.is_deterministic_algorithms_warn_only_enabled():
            raise RuntimeError(message)
        return records.environment("cpu").deterministic

    assert repeatable("resnet18", trial) is False
    assert "pool_backward_cuda does not have a deterministic" in capsys.readouterr().err
    assert repeatable("resnet18", lambda: records.environment("cpu").deterministic) is True
    message = "something else"
    with pytest.raises(RuntimeError, match="something else"):
        repeatable("resnet18", trial)


def test_an_entry_says_what_the_weights_and_settings_come_from(
    resnet: Path, tmp_path: Path
) -> None:
    done = trained(tmp_path, resnet, 1, trials=5)
    done = replace(done, recipe=replace(done.recipe, settings_chosen_on="a fresh draw"))
    author = AuthorFields("tiny", (Author("Ann"),), "CC-BY-4.0")
    entry = of_run(done, CONFIG, tmp_path / "run" / f"{CONFIG}.csv", author)
    assert entry.model.pretrained is not None
    assert entry.model.pretrained.data == "nothing"
    assert entry.data_use.external_data == "pretraining: nothing"
    assert entry.data_use.validation == "the epoch that is kept; settings chosen on a fresh draw"
    assert (entry.kind, entry.data_use.training_images) == ("trained", 600)
    assert [trial.seed for trial in entry.trials] == [0, 1, 2, 3, 4]


def test_code_that_comes_with_a_checkpoint_is_never_run(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "checkpoint", "vit")
    marker = tmp_path / "was run"
    (folder / "modeling.py").write_text(f"open({str(marker)!r}, 'w')\nclass Model: pass\n")
    config = (folder / "config.json").read_text()
    mapped = '{"auto_map": {"AutoModelForImageClassification": "modeling.Model"},'
    (folder / "config.json").write_text(config.replace("{", mapped, 1))
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{folder}"'))
    assert (
        type(models.build(recipe, folder, V1.config(CONFIG))).__name__
        == "ViTForImageClassification"
    )
    assert not marker.exists()


def test_a_small_resnet_trains_on_a_cpu_whose_convolutions_keep_their_format(
    tmp_path: Path,
) -> None:
    """With channels last torch 2.13 ends this one with a segmentation fault, time after time."""
    shape = 'embedding_size = 8, hidden_sizes = [8, 6], depths = [1, 1], layer_type = "basic"'
    model = f'architecture = "resnet"\nconfig = {{ {shape} }}'
    recipe = recipes.load(tiny.recipe(tmp_path, model, epochs=1, batch_size=4))
    pixels = np.random.default_rng(0).normal(size=(8, 3, 224, 224)).astype(np.float32)
    split = training.Prepared(pixels, np.arange(8) % 4)
    splits = dict.fromkeys(("train", "validation", "test"), split)
    made = training.train(
        recipe, V1.config(CONFIG), splits, None, 0, "cpu", tmp_path, lambda _: None
    )
    assert made.probabilities.shape == (8, 4)
    assert all(weights.is_contiguous() for weights in made.model.parameters())


def test_channels_last_is_for_colour_images_on_a_gpu() -> None:
    colours, spins = recipes.packaged("resnet18"), recipes.packaged("lattice_cnn")
    found = {
        (recipe.name, device): training._memory_format(recipe, torch.device(device))
        for recipe in (colours, spins)
        for device in ("cpu", "cuda", "mps")
    }
    assert [place for place, form in found.items() if form == torch.channels_last] == [
        ("resnet18", "cuda")
    ]


@pytest.mark.parametrize("name", ["potts_q3", "potts_q10", "blume_capel"])
def test_spins_of_more_than_two_states_have_a_channel_each(name: str) -> None:
    """1 where a site holds the state; turned over they are as many ones, in other channels."""
    config = V1_1.config(name)
    symbols = config.system.symbols
    spins = simulate([V1_1.chain_at(config, "test", i, 300) for i in range(40)])
    recipe = recipes.packaged("lattice_cnn")
    pixels = models.pixels(recipe, symbols, spins, None)
    assert pixels.shape == (40, len(symbols.values), 100, 100)
    assert models.channels(symbols) == len(symbols.values)
    assert (pixels.sum(1) == 1).all()
    np.testing.assert_array_equal(pixels.argmax(1), symbols.codes(spins))
    split = training.Prepared(pixels, np.zeros(40, np.int64), models.exchange(symbols))
    batches = training.Batches(split, torch.device("cpu"), ("sign",))
    turned = batches.__getitems__(list(range(40)))["pixel_values"].numpy()
    assert (turned != pixels).any((1, 2, 3)).sum() > 8
    values = np.array(symbols.values, symbols.dtype)[turned.argmax(1)]
    np.testing.assert_array_equal(config.system.energy(values), config.system.energy(spins))
    np.testing.assert_allclose(config.system.order(values), config.system.order(spins))


def test_rows_and_columns_are_exchanged_only_where_they_are_alike() -> None:
    kinds = ("flips", "turns", "sign")
    assert symmetries_of(V1_1.config("xy"), kinds) == kinds
    assert symmetries_of(V1_1.config("quantum_ising"), kinds) == ("flips", "sign")
