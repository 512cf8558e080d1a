"""Ranks that are honest about noise.

Two entries are compared by the difference of their mean macro-F1 over trials. What is estimated is
the recipe, over its seeds and over test sets of this size: test images are resampled class by
class, the same ones for both entries, and trials within each entry, since seeds of different
entries are not paired. An entry's rank is one more than the number of entries significantly better.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.scoring import resampled_confusions
from ising_bench.leaderboard.truth import truth
from ising_bench.metrics import f1_scores, predicted_labels
from ising_bench.significance import holm, normal_p

Array = NDArray[np.floating]

LEVEL = 0.05  # family-wise, over the pairs of a track and config
_RESAMPLES = 4000
_FEW = 20  # resamples beyond zero that say how many there are
_DETECTABLE = 2.8  # standard errors: found at 5 % with a power of 80 %


@dataclass(frozen=True)
class Ranked:
    """One entry with its rank; ties share one."""

    rank: int
    scored: Scored


@dataclass(frozen=True)
class Table:
    """The entries of a track and config, best mean first, and the smallest difference that this
    test set can resolve between two of them (median over pairs; None for fewer than two)."""

    track: str
    config: str
    entries: tuple[Ranked, ...]
    resolvable: float | None


def tables(board: list[Scored]) -> list[Table]:
    """A table for each track and config that has current, ranked entries."""
    current = [s for s in board if s.probabilities is not None and s.entry.status == "current"]
    keys = dict.fromkeys((s.entry.track, s.config) for s in current)
    return [
        _table(track, config, [s for s in current if (s.entry.track, s.config) == (track, config)])
        for track, config in keys
    ]


def _table(track: str, config: str, entries: list[Scored]) -> Table:
    means = {s.path: _mean(s) for s in entries}
    ordered = sorted(entries, key=lambda s: (-means[s.path], s.entry.name))
    resampled = [resampled_means(s, seed) for seed, s in enumerate(ordered)]
    pairs = list(combinations(range(len(ordered)), 2))
    p_values = [difference_p(resampled[i] - resampled[j]) for i, j in pairs]
    better = {pair for pair, is_so in zip(pairs, holm(p_values, LEVEL), strict=True) if is_so}
    errors = [float(np.std(resampled[i] - resampled[j])) for i, j in pairs]
    return Table(
        track,
        config,
        tuple(
            Ranked(1 + sum((i, j) in better for i in range(j)), scored)
            for j, scored in enumerate(ordered)
        ),
        _DETECTABLE * float(np.median(errors)) if errors else None,
    )


def _mean(scored: Scored) -> float:
    assert scored.scores is not None
    return scored.scores.macro_f1


def resampled_means(scored: Scored, seed: int) -> Array:
    """Mean macro-F1 over resampled trials on resampled images, the same images for every entry of
    the config: (resamples,). seed: of the trials, different for every entry."""
    assert scored.probabilities is not None
    predicted = predicted_labels(scored.probabilities)
    f1 = f1_scores(
        resampled_confusions(truth(scored.config).labels, predicted, _RESAMPLES, seed=0)
    ).mean(-1)
    trials = len(predicted)
    picks = np.random.default_rng([1, seed]).integers(0, trials, (_RESAMPLES, trials))
    return np.take_along_axis(f1, picks, axis=1).mean(1)


def difference_p(differences: Array) -> float:
    """Two-sided p-value that the difference is zero, from its bootstrap distribution; where hardly
    any resample reaches zero, from the normal distribution of its mean and deviation."""
    beyond = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    if beyond < _FEW and (spread := float(differences.std())) > 0:
        return normal_p(float(differences.mean()) / spread)
    return min(1.0, 2 * (beyond + 1) / (len(differences) + 1))


def means_over_configs(board: list[Scored], configs: list[str]) -> dict[tuple[str, str], float]:
    """Mean macro-F1 of the entries, by track and name, that have all of these configs."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for scored in board:
        if scored.scores is not None and scored.entry.status == "current":
            key = (scored.entry.track, scored.entry.name)
            found.setdefault(key, {})[scored.config] = scored.scores.macro_f1
    return {
        key: float(np.mean([scores[config] for config in configs]))
        for key, scores in found.items()
        if all(config in scores for config in configs)
    }
