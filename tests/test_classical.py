"""Baselines without a training framework."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli, only_line
from ising_bench.baselines import classical
from ising_bench.dataset.samples import samples
from ising_bench.releases.v1 import V1
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.metrics import macro_f1, predicted_labels
from ising_bench.scoring.report import score_file
from ising_bench.scoring.truth import truth
from ising_bench.systems.ising import SYSTEMS

# what each is worth on periodic_ferro: below, above
EXPECTED = {
    "majority": (0.13, 0.14),
    "magnetization": (0.85, 0.95),
    "energy_threshold": (0.95, 0.985),
    "energy_logistic": (0.95, 0.985),
    "bayes": (0.979, 0.981),
}


@pytest.mark.parametrize("method", EXPECTED)
def test_each_is_worth_what_it_knows(method: str) -> None:
    pytest.importorskip("sklearn")
    config = V1.config("periodic_ferro")
    train, test = samples(V1, config.name, "train"), samples(V1, config.name, "test")
    p = classical.fit(method, config, train)(test.spins)
    assert p.shape == (400, 4)
    np.testing.assert_allclose(p.sum(1), 1)
    low, high = EXPECTED[method]
    assert low < macro_f1(test.labels, predicted_labels(p), 4) < high


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_threshold_probabilities_predict_what_the_cuts_say(system) -> None:  # type: ignore[no-untyped-def]
    train, test = samples(V1, system.name, "train"), samples(V1, system.name, "test")
    p = classical.fit("energy_threshold", V1.config(system.name), train)(test.spins)
    cuts = fit_cuts(system.energy(train.spins), train.labels, 4)
    np.testing.assert_array_equal(predicted_labels(p), cuts(system.energy(test.spins)))
    assert (p > 0).all()


def test_the_magnetization_says_little_between_fixed_rows() -> None:
    pytest.importorskip("sklearn")
    train, test = samples(V1, "skewed_ferro", "train"), samples(V1, "skewed_ferro", "test")
    p = classical.fit("magnetization", V1.config("skewed_ferro"), train)(test.spins)
    assert macro_f1(test.labels, predicted_labels(p), 4) < 0.8


def test_a_run_leaves_record_and_predictions_and_is_not_made_twice(
    tmp_path: Path, cli: Cli
) -> None:
    done = cli("baseline", "bayes", "--config", "periodic_ferro", "--config", "skewed_ferro")
    assert done.returncode == 0, done.stderr
    assert "periodic_ferro" in done.stdout
    folder = tmp_path / "runs" / "bayes"
    record = json.loads((folder / "run.json").read_text())
    assert record["configs"]["skewed_ferro"]["content_digest"] == V1.digests["skewed_ferro"]
    assert len(record["configs"]["skewed_ferro"]["trials"]) == 1
    found = score_file(folder / "periodic_ferro.csv", V1, "periodic_ferro")
    assert found.mean_kl == pytest.approx(0, abs=1e-5)
    assert found.macro_f1 == pytest.approx(
        macro_f1(
            truth(V1, "periodic_ferro").labels, truth(V1, "periodic_ferro").posterior.argmax(1), 4
        )
    )
    before = (folder / "run.json").read_bytes()
    again = cli("baseline", "bayes", "--config", "periodic_ferro")
    assert again.returncode == 0
    assert (folder / "run.json").read_bytes() == before


def test_mistakes_are_one_line(tmp_path: Path, cli: Cli, built: Path) -> None:
    assert cli("baseline", "bayes", "--config", "skewed_ferro", "--out", "r").returncode == 0
    other = cli("baseline", "majority", "--config", "skewed_ferro", "--out", "r")
    assert "holds another run" in only_line(other.stderr)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    kept = cli("baseline", "bayes", "--out", "mine")
    assert "holds other files" in only_line(kept.stderr)
    assert (tmp_path / "mine" / "thesis.txt").exists()
    (tmp_path / "file").write_text("")
    assert "is a file" in only_line(cli("baseline", "bayes", "--out", "file").stderr)
    nowhere = cli("baseline", "bayes", "--data", "nowhere", "--out", "n")
    assert "ising-bench build" in only_line(nowhere.stderr)
    assert "choose from auto" in only_line(cli("baseline", "bayes", "--device", "tpu").stderr)
    (tmp_path / "r" / "run.json").write_text("{")
    damaged = cli("baseline", "bayes", "--config", "skewed_ferro", "--out", "r")
    assert "damaged" in only_line(damaged.stderr)
    there = cli("baseline", "bayes", "--config", "skewed_ferro", "--data", str(built), "--out", "d")
    assert there.returncode == 0, there.stderr


def test_data_that_are_not_the_release_are_refused(cli: Cli) -> None:
    entropy = "ab" * 32
    assert cli("build", "skewed_ferro", "--entropy", entropy, "--out", "fresh").returncode == 0
    done = cli("baseline", "bayes", "--config", "skewed_ferro", "--data", "fresh")
    assert "is not the release" in only_line(done.stderr)


def test_a_dataset_that_is_not_on_the_hub_is_one_line(cli: Cli) -> None:
    done = cli("baseline", "bayes", "--data", "nobody/nothing@v1.0.0")
    line = only_line(done.stderr)
    assert "nobody/nothing@v1.0.0" in line
    assert "ising-bench build" in line
