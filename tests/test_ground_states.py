import itertools
from collections import Counter
from math import comb

import numpy as np
import pytest

from enumeration import all_configurations
from ising_bench.ground_states import draw_ground_state, flat_interface, staircase
from ising_bench.keys import Draws, key
from ising_bench.systems import ANTIPERIODIC_FERRO, SKEWED_FERRO, SYSTEMS, Spins, System


def ground_states(system: System, size: int) -> set[bytes]:
    spins = all_configurations(system, size)
    return {s.tobytes() for s in spins[system.energy(spins) == system.ground_energy(size)]}


def draws(index: int) -> Draws:
    return Draws(key("00", "test", "ground states", index, "start"))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [4, 6, 100])
def test_a_draw_is_a_ground_state(system: System, size: int) -> None:
    for i in range(20):
        spins = draw_ground_state(system, size, draws(i))
        assert spins.shape == (size, size)
        assert spins.dtype == np.int8
        assert system.energy(spins) == system.ground_energy(size)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_draws_reach_every_ground_state_of_a_small_lattice_and_no_other(system: System) -> None:
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
