"""Starts: `ground`, a ground state drawn uniformly from all of them; `rough`, the same but that an
interface between fixed rows, where there is one, is drawn rough at the chain's own temperature
instead of flat; `random`, infinite temperature.

A chain that starts so is in exact equilibrium at T = 0, and below T_c it carries the symmetry of
the system (sign, height and shape of domain walls), which hundreds of sweeps do not restore. At low
T > 0 it is near equilibrium in all systems but the one with fixed rows: there a flat interface
stays too short for long. The order in which the draws are used is part of a release.

- periodic: the 2 uniform states (the 2 checkerboards for the antiferromagnet);
- fixed rows: the L - 1 heights of a flat interface;
- antiperiodic both ways: one wall winds once around each direction, as a closed staircase of L
  steps down and L to one side: 2 * 2 * C(2L, L) * L**2 / (2L) - 2 L**2 states with the global sign
  (the straight cross is counted once as a staircase to the right and once to the left).
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import one_of
from ising_bench.keys import Draws, words
from ising_bench.ndarrays import Spins
from ising_bench.simulation.thresholds import CONTEXT, integer
from ising_bench.sublattices import sublattice_signs

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

ROUGH, RANDOM = "rough", "random"


def start(chain: Chain) -> Spins:
    """The first configuration of a chain, (L, L) int8. Raises UnknownNameError for a start that is
    none of the three."""
    return _STARTS[one_of("start", chain.start, list(_STARTS))](chain)


def _ground(chain: Chain) -> Spins:
    return draw_ground_state(_system(chain), chain.size, chain.draws("start"))


def _rough(chain: Chain) -> Spins:
    if not _system(chain).has_fixed_rows:
        return _ground(chain)
    steps = step_thresholds(chain.grid.exact(chain.point))
    return draw_solid_on_solid(chain.size, steps, chain.draws("start"))


def _random(chain: Chain) -> Spins:
    sites = chain.size**2
    random = words(chain.key("start"), -(-sites // 64))
    bits = np.unpackbits(random.astype("<u8").view(np.uint8), count=sites)
    spins = (2 * bits.astype(np.int8) - 1).reshape(chain.size, chain.size)
    held = _system(chain).fixed(chain.size)
    return spins if held is None else np.where(held, held, spins)


def _system(chain: Chain) -> "Ising":
    return chain.system  # type: ignore[return-value]  # a family gets its own chains


_STARTS: dict[str, Callable[[Chain], Spins]] = {GROUND: _ground, ROUGH: _rough, RANDOM: _random}


def draw_ground_state(system: "Ising", size: int, draws: Draws) -> Spins:
    """One ground state of the L x L lattice, uniform over all of them: (L, L) int8.

    Raises ValueError for boundary conditions whose ground states are not known here.
    """
    boundaries = (system.coupling, system.column_wrap, system.row_wrap)
    if boundaries == (1, 1, 0):
        return flat_interface(size, 1 + draws.below(size - 1))
    if boundaries == (1, -1, -1):
        return _draw_staircase(size, draws)
    if boundaries[1:] != (1, 1):
        raise ValueError(f"the ground states of {system} are not known")
    sign = np.int8(1 - 2 * draws.below(2))
    uniform = np.ones((size, size), np.int8) if system.coupling == 1 else sublattice_signs(size)
    return sign * uniform


def flat_interface(size: int, height: int) -> Spins:
    """Rows above `height` (1 to L - 1) up, the others down: (L, L) int8."""
    spins = np.full((size, size), -1, np.int8)
    spins[:height] = 1
    return spins


def draw_solid_on_solid(size: int, steps_below: tuple[int, ...], draws: Draws) -> Spins:
    """An interface between fixed rows that is already rough: (L, L) int8. steps_below: see
    `step_thresholds`.

    Its height steps from column to column have P(n) proportional to exp(-2 |n| / T), summing to
    zero; its place is uniform, and it touches neither fixed row. This is the equilibrium interface
    but for overhangs and the islands in the bulk, which form within a few sweeps.
    """
    thresholds = np.array(steps_below, np.uint64)
    while True:
        kind = np.searchsorted(thresholds, draws.take(size), side="right")
        steps = np.where(kind % 2, (kind + 1) // 2, -kind // 2)  # 0, +1, -1, +2, -2, ...
        if steps.sum() != 0:
            continue
        heights = 1 + draws.below(size - 1) + np.cumsum(steps)
        if heights.min() >= 1 and heights.max() <= size - 1:
            up = np.arange(size)[:, None] < heights
            return np.where(up, np.int8(1), np.int8(-1))


def _draw_staircase(size: int, draws: Draws) -> Spins:
    while True:
        sideways = 1 - 2 * draws.below(2)
        steps = [True] * size + [False] * size
        for i in range(2 * size - 1, 0, -1):  # Fisher-Yates
            j = draws.below(i + 1)
            steps[i], steps[j] = steps[j], steps[i]
        row, column = draws.below(size), draws.below(size)
        sign = 1 - 2 * draws.below(2)
        is_cross = sum(steps[i] != steps[i - 1] for i in range(2 * size)) == 2
        if not (is_cross and sideways == -1):  # each cross would be drawn by both orientations
            return staircase(size, sideways, steps, row, column, sign)


def staircase(
    size: int, sideways: int, steps: list[bool], row: int, column: int, sign: int
) -> Spins:
    """The state whose one domain wall starts at the upper left corner of site (row, column) and
    goes one row down where a step is True, one column to the right (sideways = +1) or left (-1)
    where it is False; `sign` is the spin of site (0, 0). Needs L steps of each kind. (L, L) int8.
    """
    # Sign of s_i s_j across each bond: to the left neighbour and to the upper neighbour. Bonds
    # across the wrap carry J = -1, so there a satisfied bond joins unequal spins.
    horizontal = np.ones((size, size), np.int8)
    vertical = np.ones((size, size), np.int8)
    for down in steps:
        if down:
            horizontal[row, column] = -1
            row = (row + 1) % size
        else:
            crossed = column if sideways == 1 else (column - 1) % size
            vertical[row, crossed] = -1
            column = (column + sideways) % size
    first_column = sign * np.concatenate([[1], np.cumprod(vertical[1:, 0])])
    along_rows = np.cumprod(np.column_stack([np.ones(size), horizontal[:, 1:]]), axis=1)
    return (first_column[:, None] * along_rows).astype(np.int8)


@cache
def step_thresholds(temperature: Fraction) -> tuple[int, ...]:
    """Cumulative probabilities, times 2**64, of the height steps 0, +1, -1, +2, -2, ... of a
    solid-on-solid interface, P(n) proportional to exp(-2 |n| / T); up to where they round to one.

    A uniform 64-bit integer belongs to the first step whose threshold exceeds it.
    """
    if temperature == 0:
        return ()
    numerator, denominator = temperature.as_integer_ratio()
    thresholds: list[int] = []
    c = CONTEXT
    q = c.exp(c.divide(Decimal(-2 * denominator), Decimal(numerator)))
    probability = c.divide(c.subtract(Decimal(1), q), c.add(Decimal(1), q))
    total = probability
    while (threshold := integer(total)) < 2**64:
        thresholds.append(threshold)
        if len(thresholds) % 2:  # on to the next magnitude, first upward, then downward
            probability = c.multiply(probability, q)
        total = c.add(total, probability)
    return tuple(thresholds)
