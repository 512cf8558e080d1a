"""The least error of an estimate of the temperature, against other ways to it."""

import json

import numpy as np
import pytest

import ising_bench
from conftest import Cli, only_line
from ising_bench.physics.thermal import Thermal
from ising_bench.releases.release import Config
from ising_bench.releases.v1_1 import V1_1
from ising_bench.releases.variant import varied
from ising_bench.scoring.bayes import point_posterior
from ising_bench.scoring.regression import best_regression, cramer_rao, uniform_prior

CONFIG = V1_1.config("periodic_ferro_equilibrium")


def small(*edges: str) -> Config:
    return varied(CONFIG, 16, classes=edges or None)


def test_the_rule_is_the_mean_of_the_posterior_and_no_other_is_better() -> None:
    config = small()
    prior = uniform_prior(config.task)
    best = best_regression(config, prior)
    known = np.flatnonzero(np.isfinite(best.rule))
    posterior = point_posterior(config, known, prior)
    np.testing.assert_allclose(best.rule[known], posterior @ config.task.grid.values, rtol=1e-9)
    by_value = np.exp(config.statistic.log_probability(config.task.grid.values))

    def error(rule: np.ndarray) -> float:
        squares = (rule[None] - config.task.grid.values[:, None]) ** 2
        return float(
            np.sqrt((prior[:, None] * by_value * np.where(by_value > 0, squares, 0)).sum())
        )

    rule = np.nan_to_num(best.rule)
    assert error(rule) == pytest.approx(best.rmse)
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-2):
        assert error(rule + size * rng.standard_normal(len(rule))) > best.rmse


def test_the_expected_error_is_that_of_simulated_lattices() -> None:
    config = small("2.269")
    best = best_regression(config)
    point = 300
    spins = ising_bench.simulate("periodic_ferro", 3.0, 2000, size=16, seed=1)
    estimates = best.rule[config.statistic.of(spins)]
    squares = (estimates - config.task.grid.value(point)) ** 2
    error = squares.std() / len(squares) ** 0.5
    assert squares.mean() == pytest.approx(best.rmse_at[point] ** 2, abs=4 * error)


@pytest.mark.parametrize("name", ["periodic_ferro", "potts_q3"])
def test_the_bound_of_cramer_and_rao_is_of_the_heat_capacity(name: str) -> None:
    config = V1_1.config(name)
    statistic = config.statistic
    assert isinstance(statistic, Thermal)
    for point in (150, 227, 300):
        t = config.task.grid.value(point)
        assert cramer_rao(statistic, t) == pytest.approx(
            t / np.sqrt(statistic.heat_capacity(t)), rel=1e-5
        )
    with pytest.raises(ValueError, match="above 0"):
        cramer_rao(statistic, 0.0)


def test_where_the_prior_says_little_the_best_rule_is_at_the_bound() -> None:
    best = best_regression(CONFIG)
    for point in (150, 300):
        bound = cramer_rao(CONFIG.statistic, CONFIG.task.grid.value(point))
        assert best.rmse_at[point] == pytest.approx(bound, rel=0.02)


def test_the_known_numbers_of_the_paper_lattice(cli: Cli) -> None:
    asked = ("ceiling", "periodic_ferro_equilibrium", "--regression", "--uniform", "--json")
    found = json.loads(cli(*asked).stdout)
    assert found["rmse"] == pytest.approx(0.1210, abs=5e-5)
    assert list(found["per_class_rmse"].values()) == pytest.approx(
        [0.222, 0.037, 0.018, 0.056], abs=5e-4
    )
    assert (found["meaning"], found["certainty"]) == ("least error", "exact")


def test_mistakes_are_one_line(cli: Cli) -> None:
    for options, said in (
        (("--uniform",), "--uniform is an option of --regression"),
        (("--regression", "--counts", "1,2,3,4"), "--regression takes no --counts"),
    ):
        assert said in only_line(cli("ceiling", "periodic_ferro", *options).stderr)
    with pytest.raises(ValueError, match="gives class FSbCR nothing"):
        best_regression(CONFIG, np.eye(401)[300])
