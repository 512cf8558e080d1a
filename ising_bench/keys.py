"""Random keys: what an image is follows from (entropy, config, split, index, purpose) alone.

The rule, part of every release: the key is the ASCII text

    ising-bench 1|<entropy, lower-case hex>|<config>|<split>|<index>|<purpose>

and its randomness is the output of SHAKE-256 (FIPS 202) on that text, read as little-endian 64-bit
words. SHAKE is used rather than numpy's SeedSequence because it is a standard, gives one chain all
its words in one call (8 us), keeps a secret entropy secret when ids made from it are published,
and lets different purposes never meet.

Purposes: `temperature`, `start`, `stream` (the SFC64 states of the lattice rows), `order` (the
sample id; rows of a split stand in the order of their ids) and, of endless streams, `label`.
"""

import hashlib
import re
import secrets

import numpy as np
from numpy.typing import NDArray

from ising_bench.checks import whole
from ising_bench.errors import IsingBenchError

_WORD = 8  # bytes


def fresh_entropy() -> str:
    """256 bits from the operating system, as lower-case hex."""
    return secrets.token_hex(32)


def parse_entropy(text: str) -> str:
    """Lower-case hex of exactly 256 bits, or an error that says so."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise IsingBenchError(f"entropy {text!r} is not 64 hexadecimal digits (256 bits)")
    return text.lower()


def entropy_of(seed: int | str) -> str:
    """The entropy of a whole number from 0 up, the SHA-256 of the line `ising-bench seed <number>`;
    or of hexadecimal digits, as `parse_entropy` reads them. Raises IsingBenchError for another."""
    if isinstance(seed, str):
        return parse_entropy(seed)
    text = f"ising-bench seed {whole('seed', seed)}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def key(entropy: str, config: str, split: str, index: int, purpose: str) -> bytes:
    """The text that SHAKE-256 expands."""
    return f"ising-bench 1|{entropy}|{config}|{split}|{index}|{purpose}".encode("ascii")


def words(key: bytes, count: int) -> NDArray[np.uint64]:
    """The first `count` 64-bit words of a key."""
    return np.frombuffer(hashlib.shake_256(key).digest(_WORD * count), "<u8").astype(np.uint64)


class Draws:
    """Uniform integers from a key, exact for every range (rejection, no modulo bias)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._used = 0
        self._words: list[int] = []

    def take(self, count: int) -> NDArray[np.uint64]:
        """The next `count` words."""
        self._reach(self._used + count)
        self._used += count
        return np.array(self._words[self._used - count : self._used], np.uint64)

    def below(self, n: int) -> int:
        """A uniform integer from 0 to n - 1: the next word modulo n, words of the last, incomplete
        run of n being passed over."""
        while True:
            self._reach(self._used + 1)
            word = self._words[self._used]
            self._used += 1
            if word < 2**64 - 2**64 % n:
                return word % n

    def digits(self, base: int, count: int) -> NDArray[np.uint8]:
        """Uniform integers from 0 to base - 1, which is at most 256: the bytes of the next words,
        little-endian, modulo base, those of the last, incomplete run of it being passed over.
        Words come in blocks of as many as would do without that, and a block is used up."""
        found = np.empty(0, np.uint8)
        while len(found) < count:
            drawn = self.take(-(-count // _WORD)).astype("<u8").view(np.uint8)
            kept = drawn[drawn < 256 - 256 % base].astype(np.uint16) % base
            found = np.concatenate([found, kept.astype(np.uint8)])
        return found[:count]

    def _reach(self, count: int) -> None:
        """Have at least so many words: SHAKE's longer output begins with its shorter one."""
        if count > len(self._words):
            self._words = words(self._key, max(64, 2 * count)).tolist()
