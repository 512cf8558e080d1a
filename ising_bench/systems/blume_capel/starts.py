"""Starts: `ground`, all spins +1 or all -1, with equal chance; `random`, infinite temperature. The
order in which the draws are used is part of a release."""

from collections.abc import Callable

import numpy as np

from ising_bench.chains import GROUND, Chain
from ising_bench.errors import one_of
from ising_bench.ndarrays import Spins

RANDOM = "random"


def start(chain: Chain) -> Spins:
    """The first configuration of a chain, (L, L) int8. Raises UnknownNameError for a start that is
    neither."""
    return _STARTS[one_of("start", chain.start, list(_STARTS))](chain)


def _ground(chain: Chain) -> Spins:
    sign = 1 - 2 * chain.draws("start").below(2)
    return np.full((chain.size, chain.size), sign, np.int8)


def _random(chain: Chain) -> Spins:
    values = chain.draws("start").digits(3, chain.size**2).astype(np.int8) - 1
    return values.reshape(chain.size, chain.size)


_STARTS: dict[str, Callable[[Chain], Spins]] = {GROUND: _ground, RANDOM: _random}
