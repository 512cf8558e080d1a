"""Starts: `ground`, one colour, uniform over all of them; `random`, infinite temperature; `phase`,
for a transition of first order, one of the two with the weights of the ordered and the disordered
phase in equilibrium.

A chain of some thousand sweeps does not pass from one phase into the other: at the q = 10
transition it would have to grow a droplet of half the lattice. Which phase it is in, its start
decides. The order in which the draws are used is part of a release.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import one_of
from ising_bench.keys import Draws
from ising_bench.ndarrays import Spins
from ising_bench.systems.potts.transition import ordered_weight

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts

RANDOM, PHASE = "random", "phase"


def start(chain: Chain) -> Spins:
    """The first configuration of a chain, (L, L) uint8. Raises UnknownNameError for a start that is
    none of the three, IsingBenchError for `phase` where the transition is continuous."""
    return _STARTS[one_of("start", chain.start, list(_STARTS))](chain, chain.draws("start"))


def _ground(chain: Chain, draws: Draws) -> Spins:
    return np.full((chain.size, chain.size), draws.below(_states(chain)), np.uint8)


def _random(chain: Chain, draws: Draws) -> Spins:
    return draws.digits(_states(chain), chain.size**2).reshape(chain.size, chain.size)


def _phase(chain: Chain, draws: Draws) -> Spins:
    ordered = ordered_weight(_states(chain), chain.grid.exact(chain.point), chain.size)
    is_ordered = int(draws.take(1)[0]) < ordered
    return (_ground if is_ordered else _random)(chain, draws)


def _states(chain: Chain) -> int:
    system: Potts = chain.system  # type: ignore[assignment]  # a family gets its own chains
    return system.states


_STARTS: dict[str, Callable[[Chain, Draws], Spins]] = {
    GROUND: _ground,
    RANDOM: _random,
    PHASE: _phase,
}
