"""The physics tests pass honest data and catch planted faults."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import faults
from ising_bench.dataset.verify_physics import all_rows
from ising_bench.paper import TASK
from ising_bench.physics.evidence import rejected, smallest
from ising_bench.physics.findings import findings
from ising_bench.physics.significance import coin_p, mean_p, normal_p, two_sided_p, uniform_p
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases import manifest
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows
from ising_bench.system import Finding
from ising_bench.systems.ising import PERIODIC_FERRO, SKEWED_FERRO
from ising_bench.systems.ising.checks import vertical_minus_horizontal


def stored(equilibrium: Path, name: str) -> Rows:
    """All rows of a config of the release."""
    return all_rows(equilibrium, manifest.read(equilibrium), V1.config(name))


@pytest.fixture(scope="module")
def periodic(equilibrium: Path) -> Rows:
    return stored(equilibrium, "periodic_ferro_equilibrium")


@pytest.fixture(scope="module")
def antiperiodic(equilibrium: Path) -> Rows:
    return stored(equilibrium, "antiperiodic_ferro_equilibrium")


def parts(found: list[Finding]) -> set[str]:
    return {finding.part for finding in found}


@pytest.mark.parametrize("shift", [-2, 2])
@pytest.mark.parametrize("label", [1, 2, 3])
def test_temperatures_wrong_by_two_hundredths_are_caught(
    periodic: Rows, label: int, shift: int
) -> None:
    caught = rejected(findings(faults.wrong_temperatures(periodic, label, shift)))
    assert parts(caught) == {TASK.regions[label].name}


def test_fifty_sweeps_from_a_random_start_are_caught(periodic: Rows) -> None:
    caught = rejected(findings(faults.random_starts(periodic)))
    assert {"FSbCR", "SbCR", "CR", "cold"} <= parts(caught)


@pytest.mark.parametrize("name", ["periodic", "antiperiodic"])
def test_a_seam_of_the_wrong_sign_is_caught(name: str, request: pytest.FixtureRequest) -> None:
    caught = rejected(findings(faults.wrong_seam(request.getfixturevalue(name))))
    assert "bond map" in {finding.test for finding in caught}


@pytest.mark.parametrize("label", [0, 1, 2])
def test_labels_of_neighbours_exchanged_in_a_tenth_of_the_rows_are_caught(
    periodic: Rows, label: int
) -> None:
    assert rejected(findings(faults.exchanged_labels(periodic, label)))


def test_lattices_turned_to_one_side_are_caught(periodic: Rows) -> None:
    """Each transposed where that gives it more unsatisfied vertical bonds: no energy changes."""
    lying = vertical_minus_horizontal(periodic.system, periodic) < 0
    caught = rejected(findings(faults.turned(periodic, lying)))
    assert {finding.test for finding in caught} == {"directions"}


def test_flat_interfaces_are_caught(equilibrium: Path) -> None:
    skewed = stored(equilibrium, "skewed_ferro_equilibrium")
    caught = rejected(findings(faults.flat_interfaces(skewed)))
    assert ("FSbCR", "interface") in {(finding.part, finding.test) for finding in caught}


def test_a_magnetization_of_another_temperature_is_caught(periodic: Rows) -> None:
    caught = rejected(findings(faults.wrong_temperatures(periodic, 1, -5)))
    assert "magnetization" in {finding.test for finding in caught}


def test_lattices_of_one_sign_are_caught(periodic: Rows) -> None:
    signs = np.where(periodic.spins.sum((1, 2)) < 0, -1, 1).astype(np.int8)
    caught = rejected(findings(replace(periodic, spins=periodic.spins * signs[:, None, None])))
    assert {finding.test for finding in caught} == {"sign of m"}


def test_impossible_energies_are_caught(periodic: Rows) -> None:
    """Between fixed rows of opposite sign no lattice is without a wall."""
    up = replace(periodic, system=SKEWED_FERRO, spins=np.ones_like(periodic.spins))
    caught = findings(up)
    assert [finding.test for finding in rejected(caught)] == ["energy levels"]


def test_the_equilibrium_release_passes(periodic: Rows, antiperiodic: Rows, physics: str) -> None:
    assert rejected(findings(periodic) + findings(antiperiodic)) == []
    assert "no equilibrium config deviates" in physics


def test_holm_stops_at_the_first_test_that_passes() -> None:
    family = [Finding("c", "p", str(p), p, "") for p in (0.5, 4e-4, 1e-5, 6e-4)]
    assert [f.p for f in rejected(family, 1e-3)] == [1e-5]
    assert [f.p for f in rejected(family[1:], 2e-3)] == [1e-5, 4e-4, 6e-4]


def plain(levels: np.ndarray, weights: np.ndarray, temperature: float) -> np.ndarray:  # noqa: ARG001
    return levels


def test_the_p_value_of_one_lattice_is_its_tail() -> None:
    t, statistic = np.array([2.27]), PERIODIC_FERRO.statistic(100)
    levels = thermal_of(PERIODIC_FERRO, 100).levels
    p = thermal_of(PERIODIC_FERRO, 100).distribution(2.27)
    for energy in (-15_000.0, -14_000.0, -12_800.0):
        k = int((energy - levels[0]) / 4)
        expected = 2 * min(p[: k + 1].sum(), p[k:].sum())
        # the grid joins a few levels to one cell, and the observed one counts in full
        assert two_sided_p(statistic, t, [k], plain) == pytest.approx(expected, rel=0.02)


def test_rare_excitations_have_exact_counts() -> None:
    """100 lattices at T = 0.6: how many are not ground states is binomial."""
    t = np.full(100, 0.6)
    p = thermal_of(PERIODIC_FERRO, 100).distribution(0.6)
    one = np.zeros(100, int)
    one[0] = 2
    expected = min(1.0, 2 * (1 - p[0] ** 100))
    found = two_sided_p(PERIODIC_FERRO.statistic(100), t, one, plain)
    assert found == pytest.approx(expected, rel=1e-3)


def test_p_values_of_honest_draws_are_uniform() -> None:
    rng = np.random.default_rng(0)
    t = np.repeat(np.arange(212, 232), 5) / 100
    weights = thermal_of(PERIODIC_FERRO, 100).distribution(t)
    found = []
    for _ in range(200):
        k = [np.searchsorted(w.cumsum(), u) for w, u in zip(weights, rng.random(100), strict=True)]
        found.append(two_sided_p(PERIODIC_FERRO.statistic(100), t, k, plain))
    assert uniform_p(np.array(found)) > 0.01


def test_kolmogorov_smirnov_at_tabulated_distances() -> None:
    """5 % points of the two-sided statistic: 0.409 for n = 10, 0.1340 for n = 100."""
    for n, distance in ((10, 0.40925), (100, 0.13403)):
        values = np.clip((np.arange(n) + 0.5) / n + distance - 0.5 / n, 0, 1)
        assert uniform_p(values) == pytest.approx(0.05, rel=0.03)


def test_coins() -> None:
    assert coin_p(5, 10) == 1
    assert coin_p(0, 10) == coin_p(10, 10) == 2 / 1024


def test_tabulated_points_of_the_normal_and_of_student_s_distribution() -> None:
    assert normal_p(1.959964) == pytest.approx(0.05, rel=1e-5)
    assert normal_p(-3.890592) == pytest.approx(1e-4, rel=1e-5)
    for n, t, p in ((11, 2.228139, 0.05), (11, 4.586894, 0.001), (101, 3.390491, 0.001)):
        values = np.linspace(-1, 1, n)
        shift = t * values.std(ddof=1) / np.sqrt(n)
        assert mean_p(values + shift) == pytest.approx(p, rel=0.03)
    assert mean_p(np.zeros(5)) == 1
    assert mean_p(np.ones(5)) == 0


def test_the_smallest_p_is_named_with_the_chance_of_one_that_small() -> None:
    found = [
        Finding("skewed_ferro_equilibrium", "all", "bond map", 0.0031, ""),
        *[Finding("periodic_ferro_equilibrium", "CR", "energy", 0.5, "")] * 55,
    ]
    assert smallest(found) == (
        "smallest p 0.0031 (bond map of skewed_ferro_equilibrium, all); among 56 independent tests "
        "one is as small as that in 16 % of cases"
    )
    assert "in 1e-08 % of cases" in smallest([Finding("c", "all", "t", 1e-10, "")])
    assert "in 100 % of cases" in smallest([Finding("c", "all", "t", 1.0, "")])
