"""How many equal pairs chance makes."""

import numpy as np
import pytest

from ising_bench.releases.release import Config
from ising_bench.releases.repeats import expected_pairs, is_plausible_repeat
from ising_bench.releases.v1 import V1

COUNTS = (470, 180, 220, 430)  # Table 1, all splits
# Found before the code that computes them: pairs at that energy above the ground state or higher.
PAIRS = {
    "periodic_ferro": {0: 3.4e4, 8: 3.5e-2, 12: 8.8e-6, 16: 2.3e-6, 20: 1.9e-9},
    "periodic_antiferro": {0: 3.4e4, 8: 3.5e-2, 12: 8.8e-6},
    "skewed_ferro": {0: 1.9e2, 4: 6.2e-4, 8: 1.5e-7, 12: 9.5e-11},
    "antiperiodic_ferro": {0: 2.6e-57},
}


@pytest.mark.parametrize("name", PAIRS)
def test_expected_pairs_are_those_that_were_found_otherwise(name: str) -> None:
    config = V1.config(name)
    pairs = expected_pairs(config.system, config.size, config.task, COUNTS)
    for excess, expected in PAIRS[name].items():
        assert np.log(pairs[excess // 4]) == pytest.approx(np.log(expected), abs=0.05)
    assert (np.diff(pairs) <= 0).all()


def repeats(name: str, excess: int, times: int = 1) -> bool:
    config: Config = V1.config(name)
    energy = config.system.ground_energy(config.size) + excess
    image = np.ones((config.size, config.size), np.int8)  # only a likelihood of its own looks at it
    return is_plausible_repeat(config, tuple(times * count for count in COUNTS), energy, image)


def test_ground_states_repeat_and_excited_lattices_do_not() -> None:
    assert repeats("periodic_ferro", 0)
    assert repeats("periodic_ferro", 8)  # 0.035 expected
    assert not repeats("periodic_ferro", 12)
    assert not repeats("periodic_ferro", 10_000)
    assert repeats("skewed_ferro", 0)
    assert not repeats("skewed_ferro", 4)
    assert not repeats("antiperiodic_ferro", 0)


def test_more_rows_repeat_more() -> None:
    assert repeats("periodic_ferro", 12, times=100)
    assert not repeats("periodic_ferro", 24, times=100)
