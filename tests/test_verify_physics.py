"""The physics tests pass honest data and catch planted faults."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli
from ising_bench import exact
from ising_bench.build import build
from ising_bench.chains import pack, unpack
from ising_bench.metropolis import sweep_chains
from ising_bench.physics import Finding, Lattices, findings, rejected
from ising_bench.regions import REGIONS
from ising_bench.release import lattices
from ising_bench.significance import coin_p, two_sided_p, uniform_p
from ising_bench.systems import PERIODIC_FERRO, SKEWED_FERRO, Spins, System
from ising_bench.thresholds import acceptance_thresholds
from ising_bench.v1 import V1


def honest(name: str) -> Lattices:
    """All rows of a config of the release."""
    config = V1.config(name)
    parts = list(lattices(V1, config))
    chains = [chain for _, chains, _ in parts for chain in chains]
    return Lattices(
        name,
        config.system,
        np.concatenate([spins for _, _, spins in parts]),
        np.array([chain.hundredths for chain in chains]),
        np.array([chain.label for chain in chains]),
        [chain.sample_id for chain in chains],
    )


@pytest.fixture(scope="module")
def periodic() -> Lattices:
    return honest("periodic_ferro_equilibrium")


@pytest.fixture(scope="module")
def antiperiodic() -> Lattices:
    return honest("antiperiodic_ferro_equilibrium")


def run(system: System, spins: Spins, hundredths: np.ndarray, sweeps: int) -> Spins:
    """Metropolis sweeps with fixed random streams."""
    rng = np.random.default_rng(1)
    words = pack(system, spins)
    streams = rng.integers(0, 2**64, (len(spins), 3, 100), dtype=np.uint64)
    thresholds = np.array([acceptance_thresholds(int(h)) for h in hundredths], np.uint64)
    counts = np.full(len(spins), sweeps)
    sweep_chains(words, streams, thresholds, counts, system.column_wrap, system.row_wrap)
    return unpack(system, words)


def parts(found: list[Finding]) -> set[str]:
    return {finding.part for finding in found}


@pytest.mark.parametrize("shift", [-2, 2])
@pytest.mark.parametrize("label", [1, 2, 3])
def test_temperatures_wrong_by_two_hundredths_are_caught(
    periodic: Lattices, label: int, shift: int
) -> None:
    hundredths = np.where(
        periodic.labels == label, periodic.hundredths + shift, periodic.hundredths
    )
    caught = rejected(findings(replace(periodic, hundredths=np.clip(hundredths, 0, 400))))
    assert parts(caught) == {REGIONS[label].name}


def test_fifty_sweeps_from_a_random_start_are_caught(periodic: Lattices) -> None:
    mine = periodic.labels < 3
    random = np.random.default_rng(0).choice([-1, 1], (int(mine.sum()), 100, 100)).astype(np.int8)
    spins = periodic.spins.copy()
    spins[mine] = run(periodic.system, random, periodic.hundredths[mine], 50)
    caught = rejected(findings(replace(periodic, spins=spins)))
    assert {"FSbCR", "SbCR", "CR", "cold"} <= parts(caught)


@pytest.mark.parametrize("name", ["periodic", "antiperiodic"])
def test_a_seam_of_the_wrong_sign_is_caught(name: str, request: pytest.FixtureRequest) -> None:
    """All wrap bonds of one side have the wrong sign while the chains run."""
    rows: Lattices = request.getfixturevalue(name)
    wrong = replace(rows.system, column_wrap=-rows.system.column_wrap)
    hot = rows.labels == 3
    spins = rows.spins.copy()
    spins[hot] = run(wrong, spins[hot], rows.hundredths[hot], 300)
    caught = rejected(findings(replace(rows, spins=spins)))
    assert "bond map" in {finding.test for finding in caught}


def test_labels_of_neighbours_exchanged_in_a_tenth_of_the_rows_are_caught(
    periodic: Lattices,
) -> None:
    """With their temperatures, so that every row agrees with itself."""
    for label in (0, 1, 2):
        hundredths, labels = periodic.hundredths.copy(), periodic.labels.copy()
        below, above = (np.flatnonzero(labels == k) for k in (label, label + 1))
        n = min(len(below), len(above)) // 10
        for values in (hundredths, labels):
            values[below[:n]], values[above[:n]] = values[above[:n]], values[below[:n]].copy()
        assert rejected(findings(replace(periodic, hundredths=hundredths, labels=labels)))


def test_lattices_of_one_sign_are_caught(periodic: Lattices) -> None:
    signs = np.where(periodic.spins.sum((1, 2)) < 0, -1, 1).astype(np.int8)
    caught = rejected(findings(replace(periodic, spins=periodic.spins * signs[:, None, None])))
    assert {finding.test for finding in caught} == {"sign of m"}


def test_impossible_energies_are_caught(periodic: Lattices) -> None:
    """Between fixed rows of opposite sign no lattice is without a wall."""
    up = replace(periodic, system=SKEWED_FERRO, spins=np.ones_like(periodic.spins))
    caught = findings(up)
    assert [finding.test for finding in rejected(caught)] == ["energy levels"]


def test_the_equilibrium_release_passes(
    periodic: Lattices, antiperiodic: Lattices, tmp_path: Path, cli: Cli
) -> None:
    assert rejected(findings(periodic) + findings(antiperiodic)) == []
    names = ["skewed_ferro_equilibrium", "periodic_antiferro_equilibrium"]
    build(names, tmp_path / "data")
    done = cli("verify", "data", "--physics")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no equilibrium config deviates" in done.stdout


def test_holm_stops_at_the_first_test_that_passes() -> None:
    family = [Finding("c", "p", str(p), p, "") for p in (0.5, 4e-4, 1e-5, 6e-4)]
    assert [f.p for f in rejected(family, 1e-3)] == [1e-5]
    assert [f.p for f in rejected(family[1:], 2e-3)] == [1e-5, 4e-4, 6e-4]


def plain(levels: np.ndarray, weights: np.ndarray, temperature: float) -> np.ndarray:  # noqa: ARG001
    return levels


def test_the_p_value_of_one_lattice_is_its_tail() -> None:
    t = np.array([227])
    levels = exact.energy_levels(PERIODIC_FERRO)
    p = exact.energy_distribution(PERIODIC_FERRO, 2.27)
    for energy in (-15_000.0, -14_000.0, -12_800.0):
        k = int((energy - levels[0]) / 4)
        expected = 2 * min(p[: k + 1].sum(), p[k:].sum())
        # the grid joins a few levels to one cell, and the observed one counts in full
        assert two_sided_p(PERIODIC_FERRO, t, np.array([energy]), plain) == pytest.approx(
            expected, rel=0.02
        )


def test_rare_excitations_have_exact_counts() -> None:
    """100 lattices at T = 0.6: how many are not ground states is binomial."""
    h = np.full(100, 60)
    p = exact.energy_distribution(PERIODIC_FERRO, 0.6)
    one = np.full(100, -20_000.0)
    one[0] += 8
    expected = min(1.0, 2 * (1 - p[0] ** 100))
    found = two_sided_p(PERIODIC_FERRO, h, one, plain)
    assert found == pytest.approx(expected, rel=1e-3)


def test_p_values_of_honest_draws_are_uniform() -> None:
    rng = np.random.default_rng(0)
    h = np.repeat(np.arange(212, 232), 5)
    weights = exact.energy_distribution(PERIODIC_FERRO, h / 100)
    levels = exact.energy_levels(PERIODIC_FERRO)
    found = []
    for _ in range(200):
        k = [np.searchsorted(w.cumsum(), u) for w, u in zip(weights, rng.random(100), strict=True)]
        found.append(two_sided_p(PERIODIC_FERRO, h, levels[k], plain))
    assert uniform_p(np.array(found)) > 0.01


def test_kolmogorov_smirnov_at_tabulated_distances() -> None:
    """5 % points of the two-sided statistic: 0.409 for n = 10, 0.1340 for n = 100."""
    for n, distance in ((10, 0.40925), (100, 0.13403)):
        values = np.clip((np.arange(n) + 0.5) / n + distance - 0.5 / n, 0, 1)
        assert uniform_p(values) == pytest.approx(0.05, rel=0.03)


def test_coins() -> None:
    assert coin_p(5, 10) == 1
    assert coin_p(0, 10) == coin_p(10, 10) == 2 / 1024
