"""Scores: against scikit-learn, against the exact posterior, and at the edges."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ising_bench
from conftest import Cli
from ising_bench.errors import IsingBenchError, VerificationError
from ising_bench.paper import TASK
from ising_bench.releases.v1 import V1
from ising_bench.scoring import predictions
from ising_bench.scoring.metrics import (
    confusion_matrix,
    f1_scores,
    macro_f1,
    predicted_labels,
)
from ising_bench.scoring.score import interval95, resampled_confusions, score_trials
from ising_bench.scoring.truth import truth

CONFIG = "periodic_ferro"


def noisy(trials: int, noise: float, seed: int = 0) -> np.ndarray:
    """Predictions that are right but for a share of the images."""
    known, rng = truth(V1, CONFIG), np.random.default_rng(seed)
    labels = np.tile(known.labels, (trials, 1))
    wrong = rng.random(labels.shape) < noise
    labels = np.where(wrong, rng.integers(0, 4, labels.shape), labels)
    return np.eye(4)[labels] * 0.9 + 0.025


def test_the_truth_follows_the_rows_of_the_test_split() -> None:
    known, chains = truth(V1, CONFIG), V1.chains(V1.config(CONFIG), TASK.test)
    assert known.sample_ids == tuple(chain.sample_id for chain in chains)
    assert known.labels.tolist() == [chain.label for chain in chains]


@pytest.mark.parametrize("seed", range(10))
def test_scores_are_those_of_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    known = truth(V1, CONFIG)
    p = np.random.default_rng(seed).dirichlet(np.ones(4), len(known.labels))
    found = ising_bench.score(CONFIG, p).trials[0]
    predicted = p.argmax(1)
    f1 = sklearn.f1_score(known.labels, predicted, average=None, labels=range(4), zero_division=0)
    assert found.per_class_f1 == pytest.approx(f1)
    assert found.macro_f1 == pytest.approx(f1.mean())
    assert found.accuracy == pytest.approx(sklearn.accuracy_score(known.labels, predicted))
    assert found.log_loss == pytest.approx(sklearn.log_loss(known.labels, p))
    assert found.confusion == tuple(
        map(tuple, sklearn.confusion_matrix(known.labels, predicted).tolist())
    )


def test_the_exact_posterior_has_no_divergence_and_the_score_of_the_best_rule() -> None:
    found = ising_bench.score(CONFIG, truth(V1, CONFIG).posterior)
    assert found.mean_kl == pytest.approx(0, abs=1e-6)
    assert found.macro_f1 == pytest.approx(0.98, abs=2e-3)
    assert found.share_of_ceiling == pytest.approx(found.macro_f1 / 0.97597, rel=1e-4)
    assert found.macro_f1_deviation is None


def test_ties_go_to_the_lowest_label_and_a_class_never_predicted_scores_nothing() -> None:
    n = len(truth(V1, CONFIG).labels)
    found = ising_bench.score(CONFIG, np.full((n, 4), 0.25)).trials[0]
    assert [sum(column) for column in zip(*found.confusion, strict=True)] == [n, 0, 0, 0]
    assert found.per_class_f1[1:] == (0, 0, 0)


def test_a_certain_mistake_costs_what_the_clip_allows() -> None:
    labels = truth(V1, CONFIG).labels
    found = ising_bench.score(CONFIG, np.eye(4)[(labels + 1) % 4])
    assert found.log_loss == pytest.approx(-np.log(1e-7))


def test_trials_are_averaged_and_their_deviation_is_that_of_a_sample() -> None:
    trials = noisy(5, 0.2)
    found = ising_bench.score(CONFIG, trials)
    each = [macro_f1(truth(V1, CONFIG).labels, predicted_labels(p), 4) for p in trials]
    assert [trial.macro_f1 for trial in found.trials] == pytest.approx(each)
    assert found.macro_f1 == pytest.approx(np.mean(each))
    assert found.macro_f1_deviation == pytest.approx(np.std(each, ddof=1))
    assert found.interval95[0] < found.macro_f1 < found.interval95[1]


def test_resampled_confusions_keep_the_class_counts_and_average_to_the_own_one() -> None:
    known = truth(V1, CONFIG)
    predicted = predicted_labels(noisy(2, 0.3))
    found = resampled_confusions(known.labels, predicted, 4, 4000)
    np.testing.assert_array_equal(found.sum(-1), np.broadcast_to(TASK.test.counts, (4000, 2, 4)))
    own = np.stack([confusion_matrix(known.labels, p, 4) for p in predicted])
    np.testing.assert_allclose(found.mean(0), own, atol=0.6)


def test_the_interval_covers_what_it_should() -> None:
    """Predictions whose hits are independent: the interval of a draw holds the mean in 95 of 100
    draws, within what 100 draws can tell."""
    labels = np.repeat(np.arange(4), TASK.test.counts)
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(100):
        wrong = rng.random(len(labels)) < 0.08
        draws.append(np.where(wrong, (labels + rng.integers(1, 4, len(labels))) % 4, labels))
    mean = np.mean([macro_f1(labels, d, 4) for d in draws])
    intervals = [interval95(labels, d[None], 4) for d in draws]
    covered = np.mean([low <= mean <= high for low, high in intervals])
    assert 0.90 <= covered <= 0.99


def test_a_class_without_errors_is_not_certain() -> None:
    labels = np.repeat(np.arange(4), TASK.test.counts)
    low, high = interval95(labels, labels[None], 4)
    assert high == 1
    assert 0.96 < low < 0.99


def test_trials_that_differ_make_the_interval_wide() -> None:
    """Of two trials a resample takes one of them twice every other time."""
    labels = truth(V1, CONFIG).labels
    good, bad = (predicted_labels(noisy(1, noise))[0] for noise in (0.02, 0.4))
    low, high = interval95(labels, np.stack([good, bad]), 4)
    assert low < macro_f1(labels, bad, 4) + 0.01
    assert high > macro_f1(labels, good, 4) - 0.01


def test_wilson_s_misses_go_to_a_class_beside_and_cost_both() -> None:
    """Class 3 alone has none: of 130 images 3.73 go to class 2, whose precision falls as well."""
    labels = np.repeat(np.arange(4), TASK.test.counts)
    predicted = np.where(np.arange(len(labels)) % 10 == 0, np.minimum(labels + 1, 3), labels)
    (low, _), own = interval95(labels, predicted[None], 4), confusion_matrix(labels, predicted, 4)
    missed = 130 * 1.96**2 / (130 + 1.96**2)
    moved = own + missed * np.array([[0] * 4] * 3 + [[0, 0, 1, -1]])
    drop = f1_scores(own).mean() - f1_scores(moved).mean()
    resampled = f1_scores(resampled_confusions(labels, predicted[None], 4, 2000)).mean(-1)
    spread = f1_scores(own).mean() - np.quantile(resampled, 0.025)
    assert f1_scores(own).mean() - low == pytest.approx(np.hypot(drop, spread), rel=1e-3)


def test_wrong_shapes_and_values_are_errors() -> None:
    n = len(truth(V1, CONFIG).labels)
    for wrong, message in (
        (np.full((n - 1, 4), 0.25), "shape"),
        (np.full((n, 3), 1 / 3), "shape"),
        (np.full((n, 4), 0.3), "sum to 1.2, not one within"),
        (np.full((n, 4), np.nan), "finite"),
        (np.tile([1.5, -0.5, 0, 0], (n, 1)), "between"),
    ):
        with pytest.raises(IsingBenchError, match=message):
            ising_bench.score(CONFIG, wrong)
    with pytest.raises(IsingBenchError, match="unknown config"):
        ising_bench.score("ferro", np.full((n, 4), 0.25))


def test_a_file_is_scored_on_the_command_line(tmp_path: Path, cli: Cli) -> None:
    known = truth(V1, CONFIG)
    predictions.write(tmp_path / "mine.csv", known.sample_ids, dict(enumerate(noisy(2, 0.1))))
    done = cli("score", "mine.csv", "--config", CONFIG, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    again = score_trials(known, predictions.read(tmp_path / "mine.csv", known.sample_ids, 4))
    assert found["macro_f1"] == pytest.approx(again.macro_f1, rel=1e-11)
    assert found["equilibrium_reference"] == pytest.approx(0.97597, abs=1e-4)
    plain = cli("score", "mine.csv", "--config", CONFIG)
    assert f"macro-F1                   {again.macro_f1:.4f} ± " in plain.stdout
    assert "equilibrium reference      0.9760" in plain.stdout
    assert f"{'SpCR':17}{3:8d}" in plain.stdout  # its row of the confusion matrix
    wrong = cli("score", "mine.csv", "--config", "skewed_ferro")
    assert wrong.returncode == 1
    assert "none of its ids is a test image of this config" in wrong.stderr


def test_rounding_beyond_0_and_1_is_clipped_in_arrays_as_in_files() -> None:
    n = len(truth(V1, CONFIG).labels)
    exact, rounded = np.tile([1.0, 0, 0, 0], (n, 1)), np.tile([1 + 9e-7, -9e-7, -0.0, 0], (n, 1))
    assert ising_bench.score(CONFIG, rounded) == ising_bench.score(CONFIG, exact)
    with pytest.raises(IsingBenchError, match="between 0 and 1"):
        ising_bench.score(CONFIG, np.tile([1 + 2e-6, -2e-6, 0, 0], (n, 1)))


@pytest.mark.parametrize(
    "wrong", [[[0.25] * 4, [0.5, 0.5]], [["0.25"] * 4], [[1j, 0, 0, 0]], object()]
)
def test_what_is_no_array_of_numbers_is_one_line(wrong: object) -> None:
    with pytest.raises(IsingBenchError, match="not made of real numbers"):
        ising_bench.score(CONFIG, wrong)  # type: ignore[arg-type]


def test_predictions_are_scored_from_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = truth(V1, CONFIG)
    predictions.write(tmp_path / "mine.csv", known.sample_ids, {0: known.posterior})
    text = (tmp_path / "mine.csv").read_bytes()
    command = [sys.executable, "-m", "ising_bench", "score", "-", "--config", CONFIG]
    done = subprocess.run(command, cwd=tmp_path, input=text, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"macro-F1                   0.98" in done.stdout
    for given, said in (
        (text.replace(b",0,", b",0.5,", 1), "standard input, line 2: trial is '0.5', not a whole"),
        (b"", "standard input: is empty"),
        (bytes(predictions.MAX_BYTES + 1), "standard input: at least 1000001 bytes, more than"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(VerificationError, match=said):
            predictions.read(Path("-"), known.sample_ids, 4)
