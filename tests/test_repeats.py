"""The numbers in repeats.py, from the exact density of states."""

import numpy as np
import pytest

from ising_bench.physics import exact
from ising_bench.regions import REGIONS
from ising_bench.releases.repeats import EXPECTED_PAIRS, is_plausible_repeat
from ising_bench.releases.v1 import V1
from ising_bench.systems import ANTIPERIODIC_FERRO, PERIODIC_FERRO, SKEWED_FERRO, SYSTEMS, System


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_expected_pairs_follow_from_the_exact_density_of_states(system: System) -> None:
    log_images = np.full(10_001, -np.inf)  # the expected number of images at each energy
    for label, region in enumerate(REGIONS):
        count = sum(split.counts[label] for split in V1.splits)
        with np.errstate(divide="ignore"):
            log_p = np.log(exact.energy_distribution(system, np.array(region.hundredths) / 100))
        share = np.log(count / len(region.hundredths))
        log_images = np.logaddexp(log_images, share + np.logaddexp.reduce(log_p, axis=0))
    occupied = np.isfinite(exact.log_density(system))
    log_pairs = np.full(10_001, -np.inf)
    states = exact.log_density(system)[occupied]
    log_pairs[occupied] = 2 * log_images[occupied] - np.log(2) - states
    for level, expected in EXPECTED_PAIRS[system.name].items():
        found = np.logaddexp.reduce(log_pairs[level // 4 :])
        assert found == pytest.approx(np.log(expected), abs=0.05)


def test_ground_states_repeat_and_excited_lattices_do_not() -> None:
    assert is_plausible_repeat(PERIODIC_FERRO, 0, 1300)
    assert is_plausible_repeat(PERIODIC_FERRO, 8, 1300)  # 0.035 expected
    assert not is_plausible_repeat(PERIODIC_FERRO, 12, 1300)
    assert not is_plausible_repeat(PERIODIC_FERRO, 10000, 1300)
    assert is_plausible_repeat(SKEWED_FERRO, 0, 1300)
    assert not is_plausible_repeat(SKEWED_FERRO, 4, 1300)
    assert not is_plausible_repeat(ANTIPERIODIC_FERRO, 0, 1300)


def test_more_rows_repeat_more() -> None:
    assert is_plausible_repeat(PERIODIC_FERRO, 12, 130_000)
    assert not is_plausible_repeat(PERIODIC_FERRO, 24, 130_000)
