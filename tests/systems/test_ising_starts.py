import itertools
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import comb, exp

import numpy as np
import pytest
from enumeration import all_configurations

from ising_bench.chains import Chain
from ising_bench.errors import UnknownNameError
from ising_bench.keys import Draws, key
from ising_bench.ndarrays import Spins
from ising_bench.paper import GRID
from ising_bench.systems.ising import ANTIPERIODIC_FERRO, SKEWED_FERRO, SYSTEMS
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.starts import (
    RANDOM,
    ROUGH,
    draw_ground_state,
    draw_solid_on_solid,
    flat_interface,
    staircase,
    start,
    step_thresholds,
)


def ground_states(system: Ising, size: int) -> set[bytes]:
    spins = all_configurations(system, size)
    return {s.tobytes() for s in spins[system.energy(spins) == system.ground_energy(size)]}


def draws(index: int) -> Draws:
    return Draws(key("00", "test", "ground states", index, "start"))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [4, 6, 100])
def test_a_draw_is_a_ground_state(system: Ising, size: int) -> None:
    for i in range(20):
        spins = draw_ground_state(system, size, draws(i))
        assert spins.shape == (size, size)
        assert spins.dtype == np.int8
        assert system.energy(spins) == system.ground_energy(size)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_draws_reach_every_ground_state_of_a_small_lattice_and_no_other(system: Ising) -> None:
    expected = ground_states(system, 4)
    n = 40 * len(expected)
    found = Counter(draw_ground_state(system, 4, draws(i)).tobytes() for i in range(n))
    assert set(found) == expected  # a state is missed with probability exp(-40) each
    # chi-squared against the uniform distribution, 5 standard deviations wide
    chi2 = sum((count - 40) ** 2 / 40 for count in found.values())
    degrees = len(expected) - 1
    assert abs(chi2 - degrees) < 5 * (2 * degrees) ** 0.5


def all_staircases(size: int) -> list[tuple[int, bool, Spins]]:
    found = []
    for downs in itertools.combinations(range(2 * size), size):
        steps = [i in downs for i in range(2 * size)]
        cross = sum(steps[i] != steps[i - 1] for i in range(2 * size)) == 2
        for sideways, row, column, sign in itertools.product(
            (1, -1), range(size), range(size), (1, -1)
        ):
            found.append((sideways, cross, staircase(size, sideways, steps, row, column, sign)))
    return found


def test_every_staircase_is_drawn_equally_often() -> None:
    """Each closed wall has 2 L starting points; the cross would count once more as a left one."""
    drawn = Counter(
        s.tobytes() for sideways, cross, s in all_staircases(4) if not (cross and sideways == -1)
    )
    assert set(drawn.values()) == {2 * 4}
    assert set(drawn) == ground_states(ANTIPERIODIC_FERRO, 4)
    assert len(drawn) == 2 * 2 * comb(8, 4) * 16 // 8 - 2 * 16 == 528


def test_flat_interfaces_are_all_ground_states_of_the_fixed_rows() -> None:
    heights = {flat_interface(4, h).tobytes() for h in range(1, 4)}
    assert heights == ground_states(SKEWED_FERRO, 4)


def steps_of(spins: Spins) -> np.ndarray:
    heights = (spins > 0).sum(0)
    return np.diff(np.append(heights, heights[0]))


def test_a_rough_interface_is_one_height_for_each_column() -> None:
    for point in (0, 40, 150, 199):
        spins = draw_solid_on_solid(100, step_thresholds(Fraction(point, 100)), draws(point))
        assert (np.diff(spins, axis=0) <= 0).all()  # up above, down below
        assert (spins[0] == 1).all()
        assert (spins[-1] == -1).all()
        assert (steps_of(spins) == 0).all() or point > 0


def test_rough_interfaces_follow_the_solid_on_solid_measure() -> None:
    """On a 4 x 4 lattice every interface is counted: weight exp(-2/T) for each unit of step."""
    weights = Counter[tuple[int, ...]]()
    q = exp(-2 / 1.5)
    for heights in itertools.product(range(1, 4), repeat=4):
        length = sum(abs(heights[i] - heights[i - 1]) for i in range(4))
        weights[heights] = q**length  # type: ignore[assignment]
    total, n = sum(weights.values()), 20_000
    drawn = Counter(
        tuple(
            (draw_solid_on_solid(4, step_thresholds(Fraction(3, 2)), draws(i)) > 0).sum(0).tolist()
        )
        for i in range(n)
    )
    assert set(drawn) <= set(weights)
    expected = {h: n * w / total for h, w in weights.items()}
    chi2 = sum((drawn[h] - e) ** 2 / e for h, e in expected.items())
    degrees = len(weights) - 1
    assert abs(chi2 - degrees) < 5 * (2 * degrees) ** 0.5


def test_random_starts_are_random_and_keep_fixed_rows() -> None:
    chains = [
        Chain("0", "c", "s", i, SKEWED_FERRO, 100, GRID, 400, 3, 0, RANDOM) for i in range(30)
    ]
    spins = np.stack([start(chain) for chain in chains])
    assert (spins[:, 0] == 1).all()
    assert (spins[:, -1] == -1).all()
    assert abs(spins[:, 1:-1].mean()) < 0.01
    assert SKEWED_FERRO.energy(spins).std() < 400


def test_a_start_is_known_by_name_and_rough_only_where_there_is_an_interface() -> None:
    chain = Chain("0", "c", "s", 0, SKEWED_FERRO, 100, GRID, 150, 1, 0)
    flat = start(chain)
    assert not np.array_equal(start(replace(chain, start=ROUGH)), flat)
    periodic = replace(chain, system=SYSTEMS[0])
    np.testing.assert_array_equal(start(replace(periodic, start=ROUGH)), start(periodic))
    with pytest.raises(UnknownNameError, match="ground, rough, random"):
        start(replace(chain, start="flat"))
