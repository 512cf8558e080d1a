"""Copies and repeats, made of the board's own entries: what is done to hide them, and what honest
models have in common."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ising_bench.leaderboard import board, likeness
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.likeness import repeats_another, repeats_itself
from ising_bench.releases.v1 import V1

ENTRIES = Path(__file__).parent.parent / "leaderboard" / "entries"
TRAINED = ("lattice_cnn", "lattice_vit")
RULES = ("bayes", "energy_logistic", "energy_threshold", "magnetization")
Hide = Callable[[np.ndarray], np.ndarray]


@cache
def entry(name: str, config: str = "periodic_ferro") -> Scored:
    """An entry of this repository's board; its scores play no part."""
    path = ENTRIES / name / f"{config}.json"
    record = board.entries.parse(path.read_bytes(), str(path))
    ids = board.sample_ids(V1, config)
    return Scored(path, record, board.predictions.read(path.with_suffix(".csv"), ids, 4))


def as_entered(scored: Scored, name: str, probabilities: np.ndarray) -> Scored:
    return replace(scored, entry=replace(scored.entry, name=name), probabilities=probabilities)


def normalised(p: np.ndarray) -> np.ndarray:
    return p / p.sum(-1, keepdims=True)


def noisy(p: np.ndarray, noise: float = 5e-4) -> np.ndarray:
    return normalised(np.clip(p + np.random.default_rng(0).normal(0, noise, p.shape), 0, None))


HIDDEN: dict[str, Hide] = {
    "as it is": lambda p: p,
    "with noise": noisy,
    "with more noise": lambda p: noisy(p, 1e-3),
    "sharpened": lambda p: normalised(p**1.3),
    "softened": lambda p: normalised(p**0.6),
    "sharpened, with noise": lambda p: noisy(normalised(p**1.3)),
    "one of its trials": lambda p: p[-1:],
}


@pytest.mark.parametrize("hide", HIDDEN)
@pytest.mark.parametrize("name", [*TRAINED, *RULES])
def test_a_copy_is_flagged_whatever_was_done_to_hide_it(name: str, hide: str) -> None:
    own = entry(name)
    assert own.probabilities is not None
    copy = as_entered(own, "copy", HIDDEN[hide](own.probabilities))
    assert "identical to those of copy" in str(repeats_another(own, copy))
    assert f"identical to those of {name}" in str(repeats_another(copy, own))


@pytest.mark.parametrize("name", TRAINED)
def test_a_copy_of_the_classes_is_flagged(name: str) -> None:
    """Probabilities that have nothing of the original but the most probable class."""
    own = entry(name)
    assert own.probabilities is not None
    classes = np.eye(4)[own.probabilities.argmax(-1)]
    copy = as_entered(own, "copy", 0.8 * classes + 0.05)
    assert repeats_another(copy, own) == (
        f"gives every image the same class as {name}, trial by trial"
    )


def test_no_two_entries_of_the_board_are_flagged() -> None:
    for config in V1.sets["paper"]:
        for one, other in combinations((*TRAINED, *RULES, "majority"), 2):
            assert repeats_another(entry(one, config), entry(other, config)) is None


def test_rules_of_the_energy_may_agree_on_every_class() -> None:
    """They follow the same quantity: one trial's classes are no sign of a copy."""
    one, other = (entry(name, "periodic_antiferro") for name in ("bayes", "energy_logistic"))
    assert one.probabilities is not None
    assert other.probabilities is not None
    assert (one.probabilities.argmax(-1) == other.probabilities.argmax(-1)).all()
    nearest = likeness.distance(one.probabilities[0], other.probabilities[0])
    assert likeness.NEARLY < nearest < 2e-3


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("hide", ["as it is", "with noise", "sharpened", "sharpened, with noise"])
def test_one_trial_handed_in_five_times_is_flagged(name: str, hide: str) -> None:
    own = entry(name)
    assert own.probabilities is not None
    assert repeats_itself(own) is None
    five = HIDDEN[hide](np.repeat(own.probabilities[:1], 5, axis=0))
    assert "identical" in str(repeats_itself(as_entered(own, "five", five)))


def test_two_trials_that_are_one_are_flagged() -> None:
    own = entry("lattice_cnn")
    assert own.probabilities is not None
    trials = own.probabilities.copy()
    trials[3] = normalised(trials[1] ** 1.1)
    assert str(repeats_itself(as_entered(own, "two", trials))).startswith("trials 1 and 3")


def test_trials_of_one_network_are_not_flagged() -> None:
    for config in V1.sets["paper"]:
        for name in TRAINED:
            assert repeats_itself(entry(name, config)) is None
