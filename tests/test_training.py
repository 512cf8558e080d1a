"""Networks: the standard Trainer on tiny random checkpoints."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import tiny
from command_line import CommandLine
from conftest import Cli, commands, only_line
from ising_bench.baselines import models, records, run
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines.macro_f1 import MacroF1
from ising_bench.baselines.records import TrialRecord
from ising_bench.dataset.samples import samples
from ising_bench.errors import IsingBenchError
from ising_bench.leaderboard.entry import Author, AuthorFields, of_run
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows
from ising_bench.scoring import predictions
from ising_bench.scoring.metrics import macro_f1
from ising_bench.scoring.report import score_file
from ising_bench.scoring.truth import sample_ids

CONFIG = "periodic_ferro"
SYMBOLS = V1.config(CONFIG).system.symbols

# the libraries' own warnings are theirs to mend
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module", params=["vit", "resnet"])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("vit"), "vit")


@pytest.fixture
def cli(tmp_path: Path, trainer: CommandLine) -> Cli:
    return commands(trainer, tmp_path)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", **more}


def test_the_model_left_by_training_has_the_best_validation_metric_exactly(
    checkpoint: Path, tmp_path: Path
) -> None:
    """Evaluated again from the saved folder, weight for weight; so are its predictions of test.

    The learning rate rises, and with it what a step takes off the weights as decay: more than twice
    what they are in the last epoch, whose weights therefore grow with every step, on any machine.
    """
    import torch
    from transformers import AutoModelForImageClassification

    settings = {"learning_rate": 3e-2, "warmup": 0.99, "weight_decay": 200.0, "patience": 3}
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{checkpoint}"', 3, **settings))
    done = run.run(recipe, V1, [CONFIG], tmp_path / "run", trials=1, device="cpu")
    trial = done.configs[CONFIG].trials[0]
    best = min(trial.epochs, key=lambda epoch: epoch.validation_loss)
    assert trial.best_epoch == best.epoch
    assert best.epoch < 3, "the last epoch's model would do as well, so nothing is tested"
    model = AutoModelForImageClassification.from_pretrained(tmp_path / "run" / CONFIG / "model")
    model.eval()

    def logits_of(split: Rows) -> torch.Tensor:
        pixels = torch.from_numpy(models.pixels(recipe, SYMBOLS, split.spins, checkpoint))
        with torch.no_grad():
            return torch.cat([model(pixels[i : i + 64]).logits for i in range(0, len(pixels), 64)])

    validation = samples(V1, CONFIG, "validation")
    logits = logits_of(validation)
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(validation.labels))
    assert float(loss) == pytest.approx(best.validation_loss, abs=2e-6)
    score = macro_f1(validation.labels, logits.argmax(1).numpy(), 4)
    assert score == pytest.approx(best.validation_macro_f1, abs=1e-6)
    written = predictions.read(tmp_path / "run" / f"{CONFIG}.csv", sample_ids(V1, CONFIG), 4)[0]
    again = torch.softmax(logits_of(samples(V1, CONFIG, "test")), -1)
    np.testing.assert_allclose(written, again, atol=1e-5)


def test_pretrained_weights_are_loaded_and_only_the_last_layer_is_new(vit: Path) -> None:
    import torch
    from safetensors.torch import load_file

    recipe = recipes.parse(tiny.recipe(vit, f'checkpoint = "{vit}"').read_text(), "tiny")
    torch.manual_seed(5)
    mine = models.build(recipe, vit, V1.config(CONFIG)).state_dict()
    stored = load_file(vit / "model.safetensors")
    # transformers keeps old names in files: compare what the tensors are, not what they are called
    loaded = {tensor.numpy().tobytes() for tensor in mine.values()}
    new = [name for name in stored if stored[name].numpy().tobytes() not in loaded]
    assert sorted(new) == ["classifier.bias", "classifier.weight"]
    assert len(mine) == len(stored)
    assert mine["classifier.bias"].shape == (4,)


def test_pixels_are_the_resized_image_in_the_checkpoint_s_normalisation(vit: Path) -> None:
    recipe = recipes.parse(tiny.recipe(vit, f'checkpoint = "{vit}"').read_text(), "tiny")
    spins = samples(V1, CONFIG, "validation").spins[:3]
    found = models.pixels(recipe, SYMBOLS, spins, vit)
    assert found.shape == (3, 3, 32, 32)
    up = np.array([38, 70, 160]) / 255
    expected = (up - [0.4, 0.5, 0.6]) / [0.2, 0.3, 0.4]
    centre = spins[0][int(16.5 * 100 / 32), int(16.5 * 100 / 32)]
    assert np.allclose(found[0, :, 16, 16], expected, atol=1e-5) == (centre == 1)
    assert len(np.unique(found[:, 0])) == 2  # nearest keeps two colours


@pytest.mark.release
def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one(
    vit: Path, tmp_path: Path, trainer: CommandLine
) -> None:
    recipe = tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 2)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    args = ["baseline", "--recipe", str(recipe), "--config", CONFIG, "--trials", "3"]
    args += ["--device", "cpu", "--out"]
    assert trainer.run([*args, "whole"], tmp_path).returncode == 0
    killed = trainer.start([*args, "broken"], tmp_path)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if (broken / "run.json").exists() and (begun := records.read(broken)) and begun.configs:
            break
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait().returncode == -signal.SIGKILL
    before = records.read(broken)
    assert before is not None
    kept = before.configs[CONFIG].trials
    assert 1 <= len(kept) < 3
    assert trainer.run([*args, "broken"], tmp_path).returncode == 0
    after, other = records.read(broken), records.read(whole)
    assert after is not None
    assert other is not None
    assert after.configs[CONFIG].trials[: len(kept)] == kept
    assert [t.epochs for t in after.configs[CONFIG].trials] == [
        t.epochs for t in other.configs[CONFIG].trials
    ]
    name = f"{CONFIG}.csv"
    assert (broken / name).read_bytes() == (whole / name).read_bytes()
    # trials differ from each other
    scores = score_file(whole / name, V1, CONFIG)
    assert len({trial.log_loss for trial in scores.trials}) == 3


def launched(launcher: list[str], recipe: Path, out: Path) -> TrialRecord:
    """The trial that a run in two CPU processes leaves, gloo between them, and all is in order."""
    command = [
        *(sys.executable, "-m", *launcher, "-m", "ising_bench"),
        *("baseline", "--recipe", str(recipe), "--config", CONFIG, "--trials", "1"),
        *("--device", "cpu", "--out", str(out)),
    ]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("95 % interval") == 1
    assert len(score_file(out / f"{CONFIG}.csv", V1, CONFIG).trials) == 1
    found = records.read(out)
    assert found is not None
    (trial,) = found.configs[CONFIG].trials
    assert trial.environment.processes == 2
    return trial


@pytest.mark.release  # the other launcher of the same
def test_two_processes_of_accelerate_give_a_valid_run(vit: Path, tmp_path: Path) -> None:
    launcher = [
        *("accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"),
        *("--num_machines", "1", "--mixed_precision", "bf16", "--dynamo_backend", "no"),
        *("--main_process_port", "0"),
    ]
    launched(launcher, tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 2), tmp_path / "run")


def test_a_missing_checkpoint_is_one_line_without_asking_again(tmp_path: Path, cli: Cli) -> None:
    begun = time.monotonic()
    done = cli("baseline", "vit", "--config", CONFIG)
    took = time.monotonic() - begun
    line = only_line(done.stderr)
    assert "google/vit-base-patch16-224" in line
    assert "--recipe" in line
    assert took < 30  # not minutes of asking again; a machine may be busy
    assert not (tmp_path / "runs" / "vit" / "run.json").exists()


def test_only_safetensors_are_loaded(vit: Path, tmp_path: Path, cli: Cli) -> None:
    import torch

    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_bytes((vit / "config.json").read_bytes())
    torch.save({}, folder / "pytorch_model.bin")
    recipe = tiny.recipe(tmp_path, f'checkpoint = "{folder}"')
    line = only_line(cli("baseline", "--recipe", str(recipe), "--config", CONFIG).stderr)
    assert "no weights in safetensors" in line
    absent = tiny.recipe(tmp_path, 'checkpoint = "./nowhere"')
    line = only_line(cli("baseline", "--recipe", str(absent), "--config", CONFIG).stderr)
    assert "no such folder" in line


def test_two_runs_into_one_folder_are_kept_apart(
    vit: Path, tmp_path: Path, trainer: CommandLine
) -> None:
    recipe = tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 2)
    args = ["baseline", "--recipe", str(recipe), "--config", CONFIG, "--trials", "1"]
    first = trainer.start([*args, "--device", "cpu", "--out", "run"], tmp_path)
    until = time.monotonic() + 60
    while not (tmp_path / "run" / "run.json").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    with pytest.raises(IsingBenchError, match="another process is running"):
        run.run(recipes.load(recipe), V1, [CONFIG], tmp_path / "run", trials=1, device="cpu")
    assert first.wait().returncode == 0


@pytest.mark.parametrize("name", ["lattice_cnn", "lattice_vit", "vit_scratch", "resnet18_scratch"])
def test_packaged_networks_are_built_as_their_recipes_say(name: str) -> None:
    recipe = recipes.packaged(name)
    model = models.build(recipe, models.files_of(recipe), V1.config(CONFIG))
    spins = samples(V1, CONFIG, "validation").spins[:2]
    import torch

    logits = model(torch.from_numpy(models.pixels(recipe, SYMBOLS, spins, None))).logits
    assert logits.shape == (2, 4)
    parameters = sum(p.numel() for p in model.parameters())
    low, high = {
        "lattice_cnn": (1_000, 10_000),
        "lattice_vit": (10_000, 1_000_000),
        "vit_scratch": (85_000_000, 87_000_000),
        "resnet18_scratch": (11_000_000, 11_300_000),
    }[name]
    assert low < parameters < high


@pytest.mark.parametrize("seed", range(5))
def test_the_evaluate_metric_is_the_same_number(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, predicted = rng.integers(0, 4, (2, 50))
    found = MacroF1().compute(predictions=predicted, references=labels, classes=4)
    assert found == {"macro_f1": macro_f1(labels, predicted, 4)}


def test_the_curve_and_the_wait_are_recorded(vit: Path, tmp_path: Path) -> None:
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 2))
    run.run(recipe, V1, [CONFIG], tmp_path / "run", trials=1, device="cpu")
    trial = json.loads((tmp_path / "run" / "run.json").read_text())["configs"][CONFIG]["trials"][0]
    assert [epoch["epoch"] for epoch in trial["epochs"]] == [1, 2]
    assert trial["parameters"] > 1000
    assert 0 <= trial["data_wait_share"] < 0.5
    assert trial["environment"]["packages"]["torch"]
    assert trial["environment"]["deterministic"] is True


@pytest.mark.release
def test_two_processes_of_torchrun_agree_on_running_statistics(tmp_path: Path) -> None:
    """Batch normalisation in two processes: the saved model gives the recorded best loss."""
    import torch
    from transformers import AutoModelForImageClassification

    recipe = tmp_path / "tiny.toml"
    text = (Path(__file__).parent.parent / "baselines" / "lattice_cnn.toml").read_text()
    text, changed = re.subn(r"^epochs = \d+$", "epochs = 1", text, flags=re.MULTILINE)
    assert changed
    recipe.write_text(text)
    launcher = [
        *("torch.distributed.run", "--nproc_per_node", "2"),
        *("--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0"),
    ]
    trial = launched(launcher, recipe, tmp_path / "run")
    models.prepare()
    model = AutoModelForImageClassification.from_pretrained(tmp_path / "run" / CONFIG / "model")
    model.eval()
    validation = samples(V1, CONFIG, "validation")
    pixels = torch.from_numpy(models.pixels(recipes.load(recipe), SYMBOLS, validation.spins, None))
    with torch.no_grad():
        logits = model(pixels).logits
    loss = float(torch.nn.functional.cross_entropy(logits, torch.from_numpy(validation.labels)))
    best = trial.epochs[trial.best_epoch - 1]
    predicted = logits.argmax(1).numpy()
    assert macro_f1(validation.labels, predicted, 4) == pytest.approx(
        best.validation_macro_f1, abs=1e-6
    )
    assert loss == pytest.approx(best.validation_loss, abs=2e-6)


def test_a_run_killed_in_its_first_trial_goes_on(vit: Path, tmp_path: Path) -> None:
    """Its folder holds the traces of a trial by then, and they are known to be a run's."""
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 1))
    out = tmp_path / "run"
    run.run(recipe, V1, [], out, trials=1, device="cpu")
    (out / CONFIG / "model").mkdir(parents=True)
    done = run.run(recipe, V1, [CONFIG], out, trials=1, device="cpu")
    assert len(done.configs[CONFIG].trials) == 1


def test_a_gpu_that_is_not_there_is_an_error(vit: Path, tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("a GPU is here, so asking for it is no error")
    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 1))
    with pytest.raises(IsingBenchError, match="sees no GPU"):
        run.run(recipe, V1, [CONFIG], tmp_path / "run", trials=1, device="cuda")


def test_trials_of_different_environments_are_told_and_make_no_entry(
    vit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    recipe = recipes.load(tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 1))
    out, threads = tmp_path / "run", torch.get_num_threads()
    run.run(recipe, V1, [CONFIG], out, trials=1, device="cpu")
    try:
        torch.set_num_threads(threads + 1)
        done = run.run(recipe, V1, [CONFIG], out, trials=2, device="cpu")
    finally:
        torch.set_num_threads(threads)
    assert "trial 1 was made in another environment" in capsys.readouterr().err
    author = AuthorFields("tiny", (Author("Ann"),), "CC-BY-4.0")
    with pytest.raises(IsingBenchError, match="different environments"):
        of_run(done, CONFIG, out / f"{CONFIG}.csv", author)
    made = done.configs[CONFIG]
    one = replace(done, configs={CONFIG: replace(made, trials=made.trials[:1])})
    with pytest.raises(IsingBenchError, match=r"holds 2 trials, the run's record trials \[0\]"):
        of_run(one, CONFIG, out / f"{CONFIG}.csv", author)


def test_test_scores_are_not_shown_while_settings_are_chosen(
    vit: Path, tmp_path: Path, cli: Cli
) -> None:
    path = tiny.recipe(tmp_path, f'checkpoint = "{vit}"', 1)
    args = ("baseline", "--recipe", str(path), "--config", CONFIG, "--trials", "1")
    hidden = cli(*args, "--out", "run", "--no-scores")
    assert hidden.returncode == 0, hidden.stderr
    assert "validation macro-F1" in hidden.stderr
    assert hidden.stdout == "run: run.json and the predictions\n"
    assert "95 % interval" in cli(*args, "--out", "run").stdout
