"""Starts: `ground`, all angles alike, uniform over all directions; `random`, infinite temperature;
`clusters`, the first of them after cluster updates at the chain's own temperature, which is near
equilibrium at once (see `clusters.py`). The order in which the draws are used is part of a
release."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import one_of
from ising_bench.keys import Draws
from ising_bench.ndarrays import Spins
from ising_bench.systems.xy.acceptance import settings_of
from ising_bench.systems.xy.clusters import relax

if TYPE_CHECKING:
    from ising_bench.systems.xy.model import XY

RANDOM, CLUSTERS = "random", "clusters"
TURNS = 32  # of a site, on average, in each half of them


def start(chain: Chain) -> Spins:
    """The first configuration of a chain, (L, L) uint8. Raises UnknownNameError for a start that is
    none of the three."""
    return _STARTS[one_of("start", chain.start, list(_STARTS))](chain, chain.draws("start"))


def _ground(chain: Chain, draws: Draws) -> Spins:
    system = _system(chain)
    return np.full((chain.size, chain.size), system.step * draws.below(system.directions), np.uint8)


def _random(chain: Chain, draws: Draws) -> Spins:
    system = _system(chain)
    directions = draws.digits(system.directions, chain.size**2)
    return (system.step * directions).reshape(chain.size, chain.size)


def _clusters(chain: Chain, draws: Draws) -> Spins:
    spins = _ground(chain, draws)
    stream = np.append(draws.take(3), np.uint64(1))
    system = _system(chain)
    settings = settings_of(chain.grid.exact(chain.point), system.directions)
    relax(spins, system.step, settings, stream, TURNS)
    return spins


def _system(chain: Chain) -> "XY":
    return chain.system  # type: ignore[return-value]  # a family gets its own chains


_STARTS: dict[str, Callable[[Chain, Draws], Spins]] = {
    GROUND: _ground,
    RANDOM: _random,
    CLUSTERS: _clusters,
}
