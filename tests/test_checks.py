"""Every public function of the physics and the scores looks at what it is given."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import ising_bench
from conftest import Cli
from ising_bench.errors import IsingBenchError
from ising_bench.paper import GRID, TASK
from ising_bench.physics import significance
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.physics.findings import findings
from ising_bench.physics.stripes import is_striped
from ising_bench.physics.thermal import thermal_of
from ising_bench.releases.v1 import V1
from ising_bench.rows import Rows
from ising_bench.scoring import bayes, ceiling, metrics
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.score import interval95, resampled_confusions
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import (
    ANTIPERIODIC_FERRO,
    PERIODIC_ANTIFERRO,
    PERIODIC_FERRO,
    SKEWED_FERRO,
    anisotropy,
    density,
)
from ising_bench.systems.ising.density import kind_of
from ising_bench.systems.ising.lattices import as_spins, magnetization
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.order import interface_heights, order_parameter
from ising_bench.systems.public import exact

UP = np.ones((100, 100), np.int8)
PERIODIC, SKEWED = V1.config("periodic_ferro"), V1.config("skewed_ferro")
MIXED = Ising("mixed", coupling=1, column_wrap=1, row_wrap=-1)
LABELS = np.arange(4).repeat(5)
PRIOR = np.full(401, 1 / 401)
COLD = np.eye(401)[0]


def spins_of(shape: tuple[int, ...], value: float = 1, dtype: type = np.int8) -> np.ndarray:
    return np.full(shape, value, dtype)


WRONG_SPINS = {
    "64 x 64": (spins_of((64, 64)), "shape"),
    "10 x 100": (spins_of((10, 100)), "shape"),
    "100 x 10": (spins_of((2, 100, 10)), "shape"),
    "a row": (spins_of((100,)), "shape"),
    "a number": (np.int8(1), "shape"),
    "zeros": (spins_of((100, 100), 0), "not all"),
    "booleans, spin down is False": (UP * False, "not all"),
    "one of three": (spins_of((100, 100), 3), "not all"),
    "halves": (spins_of((100, 100), 0.5, float), "not all"),
    "no numbers": (spins_of((100, 100), np.nan, float), "not all"),
    "bytes of -1": (spins_of((100, 100), 255, np.uint8), "not all"),
    "texts": (np.full((100, 100), "+1"), "not all"),
}


@pytest.mark.parametrize("name", WRONG_SPINS)
def test_the_posterior_of_what_is_no_lattice_is_refused(name: str) -> None:
    spins, said = WRONG_SPINS[name]
    with pytest.raises(ValueError, match=said):
        bayes.class_posterior_of(PERIODIC, spins)


@pytest.mark.parametrize("name", [name for name in WRONG_SPINS if name != "64 x 64"])
def test_what_is_no_lattice_has_no_energy_and_no_order(name: str) -> None:
    spins, said = WRONG_SPINS[name]
    for function in (
        as_spins,
        PERIODIC_FERRO.energy,
        magnetization,
        interface_heights,
        lambda spins: order_parameter(ANTIPERIODIC_FERRO, spins),
    ):
        with pytest.raises(ValueError, match=said):
            function(spins)


def test_spins_of_any_kind_of_number_have_the_same_energy() -> None:
    spins = np.where(np.random.default_rng(0).random((3, 6, 6)) < 0.5, 1, -1).astype(np.int8)
    expected = SKEWED_FERRO.energy(spins)
    for same in (spins.astype(float), spins.astype(np.int64), spins.tolist(), spins.swapaxes(0, 0)):
        np.testing.assert_array_equal(SKEWED_FERRO.energy(same), expected)
    assert SKEWED_FERRO.energy(spins[0]) == expected[0]
    assert SKEWED_FERRO.energy(spins[None]).shape == (1, 3)


def levels_alone(levels: np.ndarray, _: np.ndarray, __: float) -> np.ndarray:
    return levels


Call = Callable[[], object]

REFUSED: dict[str, tuple[Call, str]] = {
    # the systems
    "coupling of two": (lambda: Ising("s", 2, 1, 1), "not signs"),
    "no column wrap": (lambda: Ising("s", 1, 0, 1), "not signs"),
    "size of one": (lambda: PERIODIC_FERRO.ground_energy(1), "size is 1"),
    "half a size": (lambda: PERIODIC_FERRO.ground_energy(4.5), "not a whole number"),  # type: ignore[arg-type]
    "odd checkerboard": (lambda: PERIODIC_ANTIFERRO.ground_energy(5), "must be even"),
    "no size": (lambda: sublattice_signs(0), "size is 0"),
    # exact values
    "another system": (
        lambda: thermal_of(MIXED, 100).log_density,
        "no exact values for the boundary conditions of mixed",
    ),
    "another small system": (lambda: thermal_of(MIXED, 8).energy(1.0), "no exact values"),
    "states of another system": (lambda: kind_of(MIXED), "no exact values"),
    "odd states": (
        lambda: density.density_of_states(kind_of(PERIODIC_FERRO), 7),
        "not an even number",
    ),
    "huge states": (lambda: density.primes(130), "from 4 to 128"),
    "no prime": (
        lambda: density.residues(kind_of(PERIODIC_FERRO), 4, 2**31 - 1),
        "none of the primes",
    ),
    "levels of half a size": (
        lambda: PERIODIC_FERRO.statistic(4.5),  # type: ignore[arg-type]
        "L = 4.5",
    ),
    "negative temperature": (
        lambda: thermal_of(PERIODIC_FERRO, 100).energy([1, -1]),
        "temperature -1 is",
    ),
    "no temperature": (
        lambda: thermal_of(PERIODIC_FERRO, 100).heat_capacity(np.nan),
        "temperature nan",
    ),
    "endless temperature": (
        lambda: thermal_of(PERIODIC_FERRO, 100).log_partition(np.inf),
        "inf is not",
    ),
    "text": (lambda: thermal_of(PERIODIC_FERRO, 100).energy("warm"), "not made of real numbers"),  # type: ignore[arg-type]
    "imaginary": (lambda: thermal_of(PERIODIC_FERRO, 100).energy(1j), "not made of real numbers"),
    "energy between levels": (
        lambda: thermal_of(PERIODIC_FERRO, 100).level_of([-20_000, -19_998]),
        "L = 100 has the energy -19998",
    ),
    "energy of no state": (lambda: thermal_of(PERIODIC_FERRO, 100).level_of(-19_996), "-19996"),
    "endless energy": (lambda: thermal_of(PERIODIC_FERRO, 100).has(np.inf), "not a finite number"),
    "thermodynamics": (lambda: exact(PERIODIC_FERRO, -1, 100), "temperature -1"),
    # the posterior
    "posterior of no number": (lambda: bayes.point_posterior(PERIODIC, [np.nan]), "whole numbers"),
    "posterior of half a level": (lambda: bayes.class_posterior(PERIODIC, 0.5), "whole numbers"),
    "posterior of a level beyond": (
        lambda: bayes.class_posterior(PERIODIC, 10_001),
        "level 10001 is not a whole number from 0 to 10000",
    ),
    "posterior of an impossible level": (lambda: bayes.class_posterior(PERIODIC, 1), "cannot be"),
    "prior of classes": (
        lambda: bayes.class_posterior(PERIODIC, 0, [0.25] * 4),
        r"prior has shape \(4,\), not \(401\)",
    ),
    "negative prior": (
        lambda: bayes.class_posterior(PERIODIC, 0, PRIOR - 2 * PRIOR * (PRIOR > 0)),
        "prior -0.00249377 is not a finite number from 0 to 1",
    ),
    "prior of too much": (lambda: bayes.class_posterior(PERIODIC, 0, 2 * PRIOR), "sums to 2"),
    "prior that excludes": (
        lambda: bayes.class_posterior(PERIODIC, [0, 2], COLD),
        "cannot be at any point",
    ),
    "rows not fixed": (
        lambda: bayes.class_posterior_of(SKEWED, np.where(np.tri(100), 1, -1)),
        "a site that skewed_ferro fixes holds something else",
    ),
    # the ceiling
    "three counts": (lambda: ceiling.ceiling(PERIODIC, (1, 2, 3)), "one for each of 4"),
    "count of none": (lambda: ceiling.ceiling(PERIODIC, (1, 2, 3, 0)), "from 1 up"),
    "half a count": (
        lambda: ceiling.expected_f1(np.eye(4), (1, 2, 3, 0.5)),  # type: ignore[arg-type]
        "not a whole number",
    ),
    "confusion of counts": (lambda: ceiling.expected_f1(9 * np.eye(4), (1,) * 4), "0 to 1|9 is"),
    "half a confusion": (
        lambda: ceiling.macro_f1_of_test_sets(np.eye(4) / 2, (1,) * 4),
        "rows of the confusion sum to",
    ),
    "cuts out of order": (
        lambda: ceiling.confusion_probabilities(np.ones((4, 9)) / 9, (3, 2, 1)),
        "not in order",
    ),
    "cuts outside": (
        lambda: ceiling.confusion_probabilities(np.ones((4, 9)) / 9, (-3, 2, 5)),
        "cuts -3 is not a whole number from 0 to 9",
    ),
    "rule out of order": (lambda: ceiling.EnergyRule((3.0, 2.0, 1.0)), "not in order"),
    "rule of nothing": (lambda: ceiling.EnergyRule((0.0, 1.0, 2.0))([np.nan]), "energy nan"),
    "cuts of one class": (lambda: fit_cuts(np.arange(4), np.zeros(4, int), 4), "need all of them"),
    "cuts of fewer labels": (lambda: fit_cuts(np.arange(9), np.arange(4), 4), "energy has shape"),
    # scores
    "label of four": (lambda: metrics.confusion_matrix([0, 4], [0, 1], 4), "labels 4 is not"),
    "negative label": (lambda: metrics.macro_f1([0, 1], [0, -1], 4), "predicted labels -1"),
    "fewer labels": (lambda: metrics.macro_f1([0, 1], [0], 4), r"shape \(1,\), not \(2\)"),
    "half a label": (lambda: metrics.macro_f1([0.5], [0], 4), "not made of whole numbers"),
    "no label": (lambda: metrics.macro_f1([], [], 4), "labels"),
    "negative confusion": (lambda: metrics.f1_scores(-np.eye(4)), "confusion -1"),
    "half a confusion matrix": (lambda: metrics.f1_scores(np.ones((3, 4))), r"\(3, 4\)"),
    "prediction of nothing": (lambda: metrics.predicted_labels([[np.nan] * 4]), "nan"),
    "prediction of no class": (lambda: metrics.predicted_labels([[]]), r"\(1, 0\)"),
    "loss of other rows": (lambda: metrics.log_loss([0, 1], [[0.25] * 4]), "labels has shape"),
    "entropy of minus": (lambda: metrics.mean_entropy([[2.0, -1, 0, 0]]), "posterior 2"),
    "divergence of others": (
        lambda: metrics.mean_kl([[0.25] * 4] * 2, [[0.25] * 4]),
        r"\(1, 4\), not \(2, 4\)",
    ),
    "resamples of a missing class": (
        lambda: resampled_confusions(np.zeros(4, int), np.zeros((1, 4), int), 4, 1),
        "class 1 has no image",
    ),
    "interval of one trial's row": (
        lambda: interval95(LABELS, LABELS, 4),
        "predicted labels have|has",
    ),
    # order, interface, time
    "order beyond one": (lambda: is_striped(PERIODIC.system, [0.5, 1.5]), "order parameter 1.5"),
    "moments of an odd size": (lambda: anisotropy.compute(5, 100), "must be even"),
    "moments below zero": (lambda: anisotropy.compute(4, -20), "point is -20"),
    "one series": (lambda: integrated_time(np.ones(9)), r"series has shape \(9,\)"),
    "broken series": (lambda: integrated_time([[1, np.nan]]), "series nan"),
    # p-values
    "more heads than tosses": (lambda: significance.coin_p(11, 10), "heads is 11"),
    "normal of nothing": (lambda: significance.normal_p(np.nan), "not a number"),
    "student of nothing": (lambda: significance.student_p(np.nan, 4), "not a number"),
    "no freedom": (lambda: significance.student_p(1, 0), "freedom is 0"),
    "mean of one": (lambda: significance.mean_p([1.0]), "number of values is 1"),
    "uniform beyond one": (lambda: significance.uniform_p([0.5, 1.5]), "values 1.5"),
    "uniform of none": (lambda: significance.uniform_p([]), "shape"),
    "p-value of nothing": (lambda: significance.holm([0.5, np.nan], 0.05), "p-value nan"),
    "level of two": (lambda: significance.holm([0.5], 2), "level 2"),
    "sum over no level": (
        lambda: significance.two_sided_p(PERIODIC.statistic, [1.0], [10_001], levels_alone),
        "level 10001",
    ),
    "sum at other temperatures": (
        lambda: significance.two_sided_p(PERIODIC.statistic, [1, 2], [0], levels_alone),
        r"parameter has shape \(2,\), not \(1\)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_arguments_are_refused(name: str) -> None:
    call, said = REFUSED[name]
    with pytest.raises((ValueError, IsingBenchError), match=said):
        call()


ROWS = Rows(
    "periodic_ferro",
    PERIODIC_FERRO,
    TASK,
    np.tile(UP, (2, 1, 1)),
    np.array([0, 1]),
    np.array([0, 0]),
    ("0" * 16, "1" * 16),
)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (replace(ROWS, spins=ROWS.spins[:, :63, :63]), "no density of states for L = 63"),
        (replace(ROWS, spins=ROWS.spins[:, :64]), r"not \(n, 100, 100\)"),
        (replace(ROWS, points=np.array([0, 401])), "points 401"),
        (replace(ROWS, points=np.array([0])), "points has shape"),
        (replace(ROWS, labels=np.array([0, 4])), "labels 4"),
        (replace(ROWS, ids=("0" * 16,)), "1 ids of 2 lattices"),
    ],
)
def test_physics_tests_refuse_what_are_no_rows(rows: Rows, said: str) -> None:
    assert findings(ROWS)
    with pytest.raises(ValueError, match=said):
        findings(rows)


def test_shared_tables_cannot_be_written_to() -> None:
    for shared in (anisotropy.moments(100, GRID), thermal_of(PERIODIC_FERRO, 100).log_density):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 0


def test_energies_at_the_edge_of_what_a_double_holds(cli: Cli) -> None:
    """The smallest and the largest temperatures that are numbers: their limits, not an overflow."""
    coldest = exact(PERIODIC_FERRO, 5e-324, 100)
    assert coldest.log_partition_per_site is None
    assert (coldest.energy_per_site, coldest.heat_capacity_per_site) == (-2, 0)
    hottest = exact(PERIODIC_FERRO, 1.7e308, 100)
    assert hottest.log_partition_per_site == pytest.approx(np.log(2))
    assert hottest.energy_per_site == pytest.approx(0, abs=1e-9)
    assert hottest.heat_capacity_per_site == 0
    done = cli("exact", "periodic_ferro", "--temperature", "1e-310", "--json")
    assert done.returncode == 0, done.stderr


def test_score_wants_the_rows_of_a_split() -> None:
    with pytest.raises(IsingBenchError, match="shape"):
        ising_bench.score("periodic_ferro", np.full((4,), 0.25))
