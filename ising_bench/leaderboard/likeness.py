"""Trials that are too much alike: an entry that repeats another's, or one trial handed in as many.

Two signs. One is the mean difference of probabilities, once the softer of two trials is raised to
the power that makes it as sure as the other: it sees through a change of sharpness, and through
noise of up to 1e-3 on the probabilities. The other asks for the classes alone, whatever became of
the probabilities: an entry whose trials differ among themselves, each of one mind on every image
with a trial of another entry.

What honest models do by themselves, measured on the paper configs, those of the board and ten
quick ones (forests, dense networks, resampled regressions; on the energy or on correlations of
spins; five trials each):

- Between entries: none of 544 pairs is flagged. The nearest on the board are `bayes` and
  `energy_logistic` of `periodic_antiferro`, 1.5e-3 apart and of one mind on every class; so are two
  forests on the energy in all five trials. Hence classes decide nothing unless trials differ.
- Within an entry: none of 8 of networks on images (their nearest trials are 4e-3 apart) and none of
  24 of dense networks and regressions, but 12 of 16 forests of 300 trees: seeds matter little.
"""

from itertools import combinations

import numpy as np

from ising_bench.leaderboard.board import Scored
from ising_bench.ndarrays import Array
from ising_bench.scoring.metrics import predicted_labels

NEARLY = 1e-3  # distance below which two trials are called nearly the same
SAME = 1e-6  # and the same but for rounding

_OTHERWISE = 0.02  # neither a power nor small noise gives more of the images another class
_DISTINCT = 4  # sets of classes: fewer may be the same by chance
_MOST_POWER = 4.0  # beyond it little is left but the classes


def repeats_another(scored: Scored, other: Scored) -> str | None:
    """Whether predictions repeat those of another entry for the same config, any trial any trial;
    what to say of it."""
    if scored.is_for != other.is_for or scored.entry.name == other.entry.name:
        return None
    trials, other_trials = _trials(scored), _trials(other)
    name = other.entry.name
    nearest = min(distance(one, another) for one in trials for another in other_trials)
    if nearest < SAME:
        return f"predictions identical to those of {name}, but perhaps for their sharpness"
    if nearest < NEARLY:
        return f"predictions nearly identical to those of {name}: {nearest:.1g} apart"
    classes = set(map(_classes, trials))
    if len(classes) >= _DISTINCT and classes <= set(map(_classes, other_trials)):
        return f"gives every image the same class as {name}, trial by trial"
    return None


def repeats_itself(scored: Scored) -> str | None:
    """Whether the trials of an entry are one trial; what to say of it."""
    trials = _trials(scored)
    if len(trials) < 2:
        return None
    for i, j in combinations(range(len(trials)), 2):
        if distance(trials[i], trials[j]) < SAME:
            return f"trials {i} and {j} are identical, but perhaps for their sharpness"
    furthest = max(distance(trials[0], trial) for trial in trials[1:])
    if furthest < NEARLY:
        return f"its trials are nearly identical: {furthest:.1g} apart at most"
    return None


def distance(one: Array, other: Array) -> float:
    """Mean difference of probabilities, (n, classes) each, once the softer ones are raised to the
    power that makes them as sure as the others; infinite where the classes differ too often."""
    if (predicted_labels(one) != predicted_labels(other)).mean() > _OTHERWISE:
        return float("inf")
    soft, sharp = sorted((one, other), key=_sureness)
    return float(np.abs(_as_sure(soft, _sureness(sharp)) - sharp).mean())


def _sureness(trial: Array) -> float:
    """The mean probability of the most probable class."""
    return float(trial.max(-1).mean())


def _as_sure(trial: Array, sureness: float) -> Array:
    """A trial raised to the power, from 1 up, that makes it as sure as that."""
    low, high = 1.0, _MOST_POWER
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _sureness(_raised(trial, middle)) < sureness else (low, middle)
        )
    return _raised(trial, low)


def _raised(trial: Array, power: float) -> Array:
    raised = (trial / trial.max(-1, keepdims=True)) ** power
    return raised / raised.sum(-1, keepdims=True)


def _classes(trial: Array) -> bytes:
    """The classes of a trial, to compare."""
    return predicted_labels(trial).tobytes()


def _trials(scored: Scored) -> Array:
    assert scored.probabilities is not None
    return scored.probabilities
