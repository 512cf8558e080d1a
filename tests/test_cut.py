"""Ceilings of tasks that somebody cuts anew."""

import json

import numpy as np
import pytest

import ising_bench
from conftest import Cli, only_line
from ising_bench.releases.cut import EACH
from ising_bench.releases.v1_1 import V1_1
from ising_bench.releases.variant import varied
from ising_bench.scoring.bayes import level_by_class


def test_a_ceiling_of_two_classes_is_the_sum_over_levels(cli: Cli) -> None:
    """In large test sets the best cut maximises a formula, here by trying all."""
    asked = ["--size", "16", "--classes", "2.269", "--counts", "600,200"]
    found = json.loads(cli("ceiling", "periodic_ferro", *asked, "--json").stdout)
    config = varied(V1_1.config("periodic_ferro"), 16, classes=["2.269"])
    cold, hot = level_by_class(config.task, config.statistic)
    hits, alarms = np.cumsum(600 * cold), np.cumsum(200 * hot)
    f1_cold = 2 * hits / (600 + hits + alarms)
    f1_hot = 2 * (200 - alarms) / (200 + (600 - hits) + (200 - alarms))
    best = ((f1_cold + f1_hot) / 2).max()
    assert found["expected_macro_f1"] == pytest.approx(best, abs=2e-3)
    assert found["size"] == 16
    assert found["counts"] == [600, 200]
    assert "realised_macro_f1" not in found
    again = ising_bench.ceiling("periodic_ferro", (600, 200), size=16, classes=[2.269])
    assert again.expected_macro_f1 == pytest.approx(found["expected_macro_f1"], abs=1e-10)


def test_larger_lattices_tell_more() -> None:
    found = [
        ising_bench.ceiling("periodic_ferro", size=size, classes=[2.2, 2.3]).expected_macro_f1
        for size in (8, 16, 32, 64)
    ]
    assert found == sorted(found)


def test_the_configs_own_edges_and_size_are_the_config() -> None:
    config = V1_1.config("periodic_ferro")
    assert varied(config, 100, classes=["1.055", "2.119", "2.320"]) == config
    assert varied(config, classes=["2"]).task.test.counts == (EACH, EACH)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--size", "51"], "cannot have size 51"),
        (["--size", "130"], "no density of states for L = 130"),
        (["--counts", "1,2"], "not one for each of 4 classes"),
        (["--counts", "1,2,3,x"], "is not made of whole numbers"),
        (["--classes", "0,1"], "ascend, above 0 and below 4"),
        (["--classes", ",".join(f"{i / 100}" for i in range(1, 66))], "65 edges: give 1 to 63"),
    ],
)
def test_what_cannot_be_had_is_one_line(cli: Cli, options: list[str], said: str) -> None:
    done = cli("ceiling", "skewed_ferro", *options)
    assert done.returncode == 1
    assert said in only_line(done.stderr)
