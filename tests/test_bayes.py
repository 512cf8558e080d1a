"""Posterior and ceiling, from the exact energy distributions."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli
from ising_bench.dataset.samples import samples
from ising_bench.paper import TASK
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.release import Config
from ising_bench.releases.v1 import V1
from ising_bench.scoring import bayes
from ising_bench.scoring.ceiling import (
    best_cuts,
    ceiling,
    confusion_probabilities,
    expected_f1,
    macro_f1_of_test_sets,
)
from ising_bench.scoring.metrics import f1_scores, log_loss, mean_entropy, mean_kl
from ising_bench.scoring.truth import truth

COUNTS = TASK.test.counts
PAPER = [V1.config(name) for name in V1.sets["paper"]]
all_configs = pytest.mark.parametrize("config", PAPER, ids=lambda c: c.name)
PERIODIC = PAPER[0]


def test_the_prior_of_a_split_is_its_class_shares_spread_evenly() -> None:
    prior = bayes.split_prior(TASK, TASK.split("train"))
    assert prior.sum() == pytest.approx(1)
    for region, count in zip(TASK.regions, (220, 80, 90, 210), strict=True):
        assert prior[region.points].sum() == pytest.approx(count / 600)
        assert len(set(prior[region.points])) == 1


@all_configs
def test_the_posterior_is_bayes_rule_on_the_energy_distribution(config: Config) -> None:
    """P(T | E) P(E) = P(E | T) P(T) at every level that occurs."""
    prior = bayes.split_prior(TASK, TASK.test)
    p = thermal_of(config.system, 100).distribution(TASK.grid.values)
    evidence = prior @ p
    levels = np.flatnonzero(evidence > 1e-12)[::37]
    posterior = bayes.point_posterior(config, levels)
    expected = (prior[:, None] * p[:, levels] / evidence[levels]).T
    np.testing.assert_allclose(posterior, expected, rtol=1e-8, atol=1e-14)


@all_configs
def test_the_class_posterior_sums_temperatures(config: Config) -> None:
    p = bayes.class_posterior(config, [0, 50, 900, 1700, 2500])
    np.testing.assert_allclose(p.sum(-1), 1)
    assert p.argmax(-1).tolist() == sorted(p.argmax(-1).tolist())
    assert p[0, 0] > 0.99


def test_a_ground_state_may_be_at_zero_temperature_and_nothing_else_may() -> None:
    posterior = bayes.point_posterior(PERIODIC, [0, 2])
    assert posterior[0, 0] > 0
    assert posterior[1, 0] == 0


def test_the_posterior_of_an_image_is_that_of_its_energy() -> None:
    spins = np.ones((2, 100, 100), np.int8)
    spins[1, 5, 5] = -1
    found = bayes.class_posterior_of(PERIODIC, spins)
    np.testing.assert_array_equal(found, bayes.class_posterior(PERIODIC, [0, 2]))


@pytest.mark.parametrize("energy", [-20_004, -19_999, -19_996, 20_004])
def test_energies_of_no_configuration_are_refused(energy: int) -> None:
    with pytest.raises(ValueError, match="no configuration"):
        thermal_of(PERIODIC.system, 100).level_of(energy)


def test_expected_f1_is_the_mean_over_test_sets() -> None:
    """The exact binomial mean against drawn test sets of a poor rule."""
    rng = np.random.default_rng(3)
    confusion = rng.dirichlet(np.ones(4), 4)
    counts = (15, 5, 7, 13)
    drawn = macro_f1_of_test_sets(confusion, counts)
    error = drawn.std() / np.sqrt(len(drawn))
    assert abs(expected_f1(confusion, counts).mean() - drawn.mean()) < 4 * error


def test_expected_f1_of_certain_predictions_is_the_f1() -> None:
    confusion = np.eye(4)[[0, 1, 1, 3]]
    found = expected_f1(confusion, COUNTS)
    counts = confusion * np.array(COUNTS)[:, None]
    np.testing.assert_allclose(found, f1_scores(counts))


@all_configs
def test_the_ceiling_is_where_the_saddle_point_estimate_put_it(config: Config) -> None:
    found = ceiling(config)
    assert found.expected_macro_f1 == pytest.approx(0.976, abs=0.002)
    assert found.per_class_f1 == pytest.approx((0.99, 0.95, 0.97, 0.99), abs=0.006)
    assert found.range95 == pytest.approx((0.957, 0.992), abs=0.002)
    assert 0 < found.expected_macro_f1 - found.maximum_posterior_macro_f1 < 5e-5


def test_the_ceiling_of_the_periodic_lattice() -> None:
    """Figures found before this code, by another program: PHYSICS of the periodic system."""
    found = ceiling(PERIODIC)
    assert found.expected_macro_f1 == pytest.approx(0.97597, abs=1e-5)
    assert found.accuracy == pytest.approx(0.98248, abs=1e-5)


@pytest.mark.parametrize("config", [PAPER[0], PAPER[2]], ids=lambda c: c.name)
def test_no_rule_of_the_energy_is_better_at_first_order(config: Config) -> None:
    """At the cuts found, give each level the class that gains most by the gradient of the expected
    score: that is again the rule of the cuts, and what is left to gain is less than 1e-6."""
    by_class = bayes.level_by_class(config.task, config.statistic)
    found = ceiling(config)
    levels = config.statistic.levels
    cuts = tuple(int(np.flatnonzero(levels == cut)[0]) for cut in found.rule.cuts)
    confusion = confusion_probabilities(by_class, cuts)
    here = expected_f1(confusion, COUNTS).mean()
    gradient = np.empty((4, 4))
    for j in range(4):
        for k in range(4):
            moved = confusion.copy()
            moved[j, k] += 1e-6 * (-1 if confusion[j, k] > 0.5 else 1)
            step = moved[j, k] - confusion[j, k]
            gradient[j, k] = (expected_f1(moved, COUNTS).mean() - here) / step
    gains = gradient.T @ by_class  # of giving a level to each class, (4, levels)
    chosen = found.rule(levels)
    lost = gains.max(0) - gains[chosen, np.arange(len(levels))]
    assert lost.sum() < 1e-4
    assert lost.max() < 1e-5


def test_cuts_do_not_depend_on_where_the_search_starts() -> None:
    by_class = bayes.level_by_class(PERIODIC.task, PERIODIC.statistic)
    found = {best_cuts(by_class, COUNTS, start) for start in [(20, 700, 2000), (5, 900, 1500)]}
    assert len(found) == 1


@pytest.mark.parametrize("name", ["periodic_ferro_equilibrium", "antiperiodic_ferro_equilibrium"])
def test_the_exact_posterior_of_the_test_rows_has_the_log_loss_of_its_entropy(
    name: str, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels are drawn from the posterior, so its log-loss is its entropy but for their noise."""
    monkeypatch.chdir(whole.parent)
    posterior = truth(V1, name).posterior
    labels = samples(V1, name, "test").labels
    assert posterior.shape == (400, 4)
    entropy = -(posterior * np.log(np.where(posterior > 0, posterior, 1))).sum(-1)
    surprise = -np.log(posterior[np.arange(400), labels])
    error = (surprise - entropy).std() / 20
    assert abs(log_loss(labels, posterior) - mean_entropy(posterior)) < 4 * error
    assert 0.02 < mean_entropy(posterior) < 0.08
    assert mean_kl(posterior, posterior) == pytest.approx(0, abs=1e-6)


def test_the_command_prints_the_ceiling_and_what_the_rule_scores(cli: Cli) -> None:
    record = json.loads(cli("ceiling", "periodic_ferro", "--json").stdout)
    assert record["meaning"] == "equilibrium reference"
    other = json.loads(cli("ceiling", "skewed_ferro_equilibrium", "--json").stdout)
    assert other["meaning"] == "ceiling"
    low, high = record["range95"]
    assert low < record["expected_macro_f1"] < high
    assert low < record["realised_macro_f1"] < high
    assert list(record["per_class_f1"]) == TASK.names
