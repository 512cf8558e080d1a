"""Random streams of lattice rows: SFC64 (Doty-Humphrey, PractRand; the raw output of
numpy.random.SFC64), one for each row, its state from the chain's key."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.keys import words

LEADING_WORDS = 12  # words of digits that a row takes in every half-sweep; more decide the rest
MOST_WORDS = 64


def row_states(chain: Chain) -> NDArray[np.uint64]:
    """The state of each row's stream, (4, L): a of every row, b of every row, c of every row, and
    the counter, which is 1. All 192 bits of a, b and c are random, so no warm-up is needed."""
    return word_states(chain, 1)[:, 0]


def word_states(chain: Chain, count: int) -> NDArray[np.uint64]:
    """The same where a row has this many streams, (4, count, L): the first of every row, then the
    second of every row, ..."""
    random = words(chain.key("stream"), 3 * count * chain.size).reshape(3, count, chain.size)
    return np.concatenate([random, np.ones((1, count, chain.size), np.uint64)])


def row_streams(chain: Chain) -> list[np.random.SFC64]:
    """The streams of the rows as numpy's generators: `random_raw` gives the words."""
    return [stream_of(state) for state in row_states(chain).T]


def stream_of(state: Sequence[int] | NDArray[np.uint64]) -> np.random.SFC64:
    """numpy's generator in the state (a, b, c, counter)."""
    stream = np.random.SFC64(0)
    full = stream.state
    full["state"]["state"] = np.array(state, np.uint64)
    stream.state = full
    return stream


def below(threshold: int, j: int, words: list[int], stream: np.random.SFC64) -> bool:
    """Whether the number whose binary digits are bit j of the words, the first most significant, is
    below a threshold of 64 bits; takes further words of the row's stream as needed."""
    for digit in range(MOST_WORDS):
        if digit == len(words):
            words.append(int(stream.random_raw()))
        ours, limit = (words[digit] >> j) & 1, (threshold >> (63 - digit)) & 1
        if ours != limit:
            return ours < limit
    return False
