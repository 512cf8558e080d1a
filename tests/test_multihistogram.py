"""Multi-histograms and jackknife: the pipeline of certified tables where the answer is known."""

from dataclasses import dataclass
from fractions import Fraction
from math import lgamma

import numpy as np
import pytest

from ising_bench.paper import TASK
from ising_bench.physics import certified
from ising_bench.physics.certified import Extent, metropolis_series, tables, thermal
from ising_bench.physics.jackknife import BLOCKS, standard_error
from ising_bench.physics.multihistogram import Density, Series, density, joined
from ising_bench.physics.thermal import Thermal
from ising_bench.releases.release import Config
from ising_bench.scoring import ceiling as scoring
from ising_bench.systems.ising import PERIODIC_FERRO
from ising_bench.tasks import Task

SIZE = 16


@dataclass(frozen=True, eq=False)
class Known:
    task: Task
    statistic: Thermal


@pytest.fixture(scope="module")
def ising() -> tuple:
    """The same pipeline as of the shipped tables on a lattice whose density is known, and its
    statistic; a hundredth of their chains."""
    # no hotter: where Metropolis takes every flip, each sweep turns the lattice over and no more
    steps = (*range(20, 401, 20), 215, 225, 230, 235, 250, 445, 510, 600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certified, "SAMPLES", 4000)
        patch.setattr(certified, "BURN", 1000)
        chains = metropolis_series(PERIODIC_FERRO, SIZE, [Fraction(k, 100) for k in sorted(steps)])
    # energies are whole multiples of four
    chains = [Series(4 * s.inverse, s.energies // 4) for s in chains]
    measured = tables(density(chains), -SIZE * SIZE // 2, np.log(2))
    exact = PERIODIC_FERRO.statistic(SIZE)
    extent = Extent(-SIZE * SIZE // 2, (1,), 0.0, SIZE * SIZE / 8, unit=4.0)
    return exact, thermal("Ising", PERIODIC_FERRO.energy, extent, *measured), measured


def test_the_pipeline_gives_the_exact_density_within_its_errors(ising: tuple) -> None:
    exact, found, (log_density, differences) = ising
    errors = np.sqrt((BLOCKS - 1) / BLOCKS * (differences.astype(float) ** 2).sum(0))
    good = np.isfinite(errors) & (errors > 0) & (errors < 0.1)
    assert good.sum() > 100
    exactly = exact.log_density[: len(log_density)][good]
    pulls = (log_density[good] - exactly) / errors[good]
    assert np.abs(pulls).max() < 8  # neighbours are not independent, and eight blocks are few
    assert np.sqrt((pulls**2).mean()) < 2.5
    assert found.certainty == "certified"
    assert len(found.replicas) == BLOCKS


def test_its_energies_are_the_exact_ones(ising: tuple) -> None:
    exact, found, _ = ising
    for t in (0.8, 1.5, 2.0, 2.27, 3.0, 4.0):
        u = [float(s.energy(t)) for s in (found, *found.replicas)]
        error = max(standard_error(u[0], u[1:]), 1e-3)
        assert abs(u[0] - float(exact.energy(t))) < 5 * error, t


def test_the_pipeline_gives_the_exact_ceiling_within_its_error(ising: tuple) -> None:
    exact, found, _ = ising

    config: dict[str, Config] = {  # all that is asked of one
        name: Known(TASK, statistic)  # type: ignore[misc]
        for name, statistic in (("found", found), ("exact", exact))
    }
    measured, known = scoring.ceiling(config["found"]), scoring.ceiling(config["exact"])
    assert (known.certainty, scoring.ceiling_error(config["exact"])) == ("exact", 0)
    assert measured.certainty == "certified"
    error = scoring.ceiling_error(config["found"])
    assert 1e-5 < error < 5e-3
    assert abs(measured.expected_macro_f1 - known.expected_macro_f1) < 4 * error


def test_an_independent_model_is_solved_to_its_errors() -> None:
    """Independent samples of 60 two-level systems: g is a binomial coefficient."""
    rng, n = np.random.default_rng(3), 60
    inverse = np.linspace(0, 4, 12)[::-1]
    chains = [
        Series(b, rng.binomial(n, 1 / (1 + np.exp(b)), 4000).astype(np.int64)) for b in inverse
    ]
    found = density(chains)
    choose = np.array([lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(n + 1)])
    seen = slice(0, len(found.log_density))
    shift = found.log_density[0] - choose[found.lowest]
    errors = [
        standard_error(value, list(without - found.without_block[:, 0] + found.log_density[0]))
        for value, without in zip(found.log_density, found.without_block.T, strict=True)
    ]
    difference = np.abs(found.log_density - choose[found.lowest :][seen] - shift)
    middle = slice(1, 31)
    assert (difference[middle] < 6 * np.array(errors)[middle]).all()
    assert max(errors[middle]) < 0.1


def test_phases_that_do_not_meet_add_up() -> None:
    one = Density(0, np.log([1.0, 2.0]), np.log(np.ones((BLOCKS, 2))))
    other = Density(1, np.log([3.0, 5.0]), np.log(np.full((BLOCKS, 2), 2.0)))
    both = joined(one, other.shifted(np.full(1 + BLOCKS, np.log(10))))
    assert both.lowest == 0
    np.testing.assert_allclose(np.exp(both.log_density), [1, 32, 50])
    np.testing.assert_allclose(np.exp(both.without_block[0]), [1, 21, 20])
    assert both.log_partition(0.0)[0] == pytest.approx(np.log(83))


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    blocks = np.random.default_rng(0).normal(size=8)
    without = [float(np.delete(blocks, i).mean()) for i in range(8)]
    assert standard_error(float(blocks.mean()), without) == pytest.approx(
        blocks.std(ddof=1) / np.sqrt(8)
    )
    assert standard_error(1.0, []) == 0
