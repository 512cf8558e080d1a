"""Random streams of lattice rows: SFC64 (Doty-Humphrey, PractRand; the raw output of
numpy.random.SFC64), one for each row, its state from the chain's key."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.keys import words


def row_states(chain: Chain) -> NDArray[np.uint64]:
    """The state of each row's stream, (4, L): a of every row, b of every row, c of every row, and
    the counter, which is 1. All 192 bits of a, b and c are random, so no warm-up is needed."""
    random = words(chain.key("stream"), 3 * chain.size).reshape(3, chain.size)
    return np.concatenate([random, np.ones((1, chain.size), np.uint64)])


def row_streams(chain: Chain) -> list[np.random.SFC64]:
    """The same as numpy's generators: `random_raw` gives the words."""
    return [stream_of(state) for state in row_states(chain).T]


def stream_of(state: Sequence[int] | NDArray[np.uint64]) -> np.random.SFC64:
    """numpy's generator in the state (a, b, c, counter)."""
    stream = np.random.SFC64(0)
    full = stream.state
    full["state"]["state"] = np.array(state, np.uint64)
    stream.state = full
    return stream
