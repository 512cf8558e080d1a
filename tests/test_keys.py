import hashlib

import numpy as np
import pytest

from ising_bench import keys
from ising_bench.errors import IsingBenchError


class FixedDraws(keys.Draws):
    """Draws from words that the test writes down."""

    def __init__(self, words: list[int]) -> None:
        super().__init__(b"")
        self._words = words


def test_the_key_rule_is_shake_256_of_the_stated_text() -> None:
    """The rule is part of every release: this test spells it out a second time."""
    text = b"ising-bench 1|00ff|periodic_ferro|train|17|stream"
    expected = np.frombuffer(hashlib.shake_256(text).digest(24), "<u8")
    found = keys.words(keys.key("00ff", "periodic_ferro", "train", 17, "stream"), 3)
    np.testing.assert_array_equal(found, expected)


def test_every_part_of_the_key_matters() -> None:
    base = ("00", "periodic_ferro", "train", 1, "start")
    others = [
        ("01", "periodic_ferro", "train", 1, "start"),
        ("00", "skewed_ferro", "train", 1, "start"),
        ("00", "periodic_ferro", "test", 1, "start"),
        ("00", "periodic_ferro", "train", 2, "start"),
        ("00", "periodic_ferro", "train", 1, "order"),
    ]
    first = {int(keys.words(keys.key(*k), 1)[0]) for k in [base, *others]}
    assert len(first) == 6


def test_draws_go_on_where_the_first_words_end() -> None:
    k = keys.key("00", "c", "s", 0, "start")
    draws = keys.Draws(k)
    found = [draws.below(2**64 - 1) for _ in range(300)]
    assert found == keys.words(k, 300).tolist()


def test_draws_pass_over_the_incomplete_last_run_of_the_words() -> None:
    # 2**64 = 6 * 3074457345618258602 + 4: the last four words have no complete run of six
    assert FixedDraws([2**64 - 1, 2**64 - 4, 2**64 - 5]).below(6) == 5
    assert FixedDraws([7]).below(6) == 1
    assert FixedDraws([2**64 - 1]).below(4) == 3


def test_entropy_is_64_hexadecimal_digits() -> None:
    assert keys.parse_entropy("AB" * 32) == "ab" * 32
    assert keys.parse_entropy(keys.fresh_entropy())
    for bad in ("", "ab", "xy" * 32, "ab" * 33, "ab" * 32 + "\n"):
        with pytest.raises(IsingBenchError, match="64 hexadecimal digits"):
            keys.parse_entropy(bad)
