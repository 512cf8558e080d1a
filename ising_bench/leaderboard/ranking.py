"""Ranks that are honest about noise.

Two entries are compared by the difference of their mean macro-F1 over trials. What is estimated is
the recipe, over its seeds and over test sets of this size: test images are resampled class by
class, the same ones for both entries, and the scatter of trials counts within each entry, since
seeds of different entries are not paired. An entry's rank is one more than the number of entries
significantly better.
"""

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np

from ising_bench.fields import Track
from ising_bench.leaderboard.board import Scored
from ising_bench.ndarrays import Array
from ising_bench.physics.significance import holm, student_p
from ising_bench.progress import bar
from ising_bench.releases.release import Release
from ising_bench.scoring.metrics import f1_scores, macro_f1, predicted_labels
from ising_bench.scoring.score import Scores, resampled_confusions

LEVEL = 0.05  # family-wise, over the pairs of a track and config
_RESAMPLES = 1000
_DETECTABLE = 2.8  # standard errors: found at 5 % with a power of 80 %


@dataclass(frozen=True)
class Ranked:
    """One entry with its rank; ties share one."""

    rank: int
    scored: Scored


@dataclass(frozen=True)
class Table:
    """The entries of a track and a config of a release, best mean first, and the smallest
    difference that this test set can resolve between a single pair of them (median; None for fewer
    than two)."""

    track: Track
    release: Release
    config: str
    entries: tuple[Ranked, ...]
    resolvable: float | None


def tables(board: list[Scored]) -> list[Table]:
    """A table for each track and config that has current, ranked entries."""
    current = [s for s in board if s.probabilities is not None and s.entry.status == "current"]
    groups: dict[tuple[Track, Release, str], list[Scored]] = {}
    for scored in current:
        key = (scored.entry.track, scored.release, scored.config)
        groups.setdefault(key, []).append(scored)
    rankings = []
    with bar("ranking", len(current), "entries") as advance:
        for key, entries in groups.items():
            rankings.append(_table(*key, entries))
            advance(len(entries))
    return rankings


def _table(track: Track, release: Release, config: str, entries: list[Scored]) -> Table:
    ordered = sorted(entries, key=lambda s: (-_scores(s).macro_f1, s.entry.name))
    samples = [sampled(s) for s in ordered]
    pairs = list(combinations(range(len(ordered)), 2))
    compared = [compare(samples[i], samples[j]) for i, j in pairs]
    verdicts = holm([p for p, _ in compared], LEVEL)
    neighbours = [error for (i, j), (_, error) in zip(pairs, compared, strict=True) if j == i + 1]
    better = {pair for pair, is_so in zip(pairs, verdicts, strict=True) if is_so}
    return Table(
        track,
        release,
        config,
        tuple(
            Ranked(1 + sum((i, j) in better for i in range(j)), scored)
            for j, scored in enumerate(ordered)
        ),
        _DETECTABLE * float(np.median(neighbours)) if neighbours else None,
    )


def _scores(scored: Scored) -> Scores:
    assert scored.scores is not None
    return scored.scores


@dataclass(frozen=True)
class Sampled:
    """What a comparison needs of an entry: its mean; the mean over its trials on resampled test
    images, the same images for every entry of a config, (resamples,); the variance of the mean
    over trials and its degrees of freedom (0 where there is one trial)."""

    mean: float
    on_resampled_images: Array
    trial_variance: float
    freedom: int


def sampled(scored: Scored) -> Sampled:
    """Resample the test images under an entry, class by class."""
    assert scored.probabilities is not None
    predicted = predicted_labels(scored.probabilities)
    labels, classes = scored.known.labels, scored.known.classes
    f1 = f1_scores(resampled_confusions(labels, predicted, classes, _RESAMPLES)).mean(-1)
    own = [macro_f1(labels, trial, classes) for trial in predicted]
    trials = len(own)
    variance = float(np.var(own, ddof=1)) / trials if trials > 1 else 0.0
    return Sampled(float(np.mean(own)), f1.mean(1), variance, trials - 1)


def compare(one: Sampled, other: Sampled) -> tuple[float, float]:
    """Two-sided p-value that two entries are equally good, and the standard error of their
    difference.

    The error has a part from the test images, paired, and one from each entry's trials; the trials
    are few, so it is Student's t with Welch's degrees of freedom, the images' part having many.
    """
    images = float(np.var(one.on_resampled_images - other.on_resampled_images))
    variance = images + one.trial_variance + other.trial_variance
    difference = one.mean - other.mean
    if variance == 0:
        return (1.0 if difference == 0 else 0.0), 0.0
    scatter = sum(s.trial_variance**2 / s.freedom for s in (one, other) if s.freedom)
    freedom = variance**2 / scatter if scatter else np.inf
    return student_p(difference / sqrt(variance), freedom), sqrt(variance)


def means_over_configs(board: list[Scored], release: Release) -> dict[tuple[str, str], float]:
    """Mean macro-F1 of the entries, by track and name, that have all configs of a release's
    default set."""
    configs = release.sets[release.default_set]
    by_entry: dict[tuple[str, str], dict[str, float]] = {}
    for scored in board:
        if scored.scores is None or scored.entry.status != "current":
            continue
        if scored.release is release:
            key = (scored.entry.track, scored.entry.name)
            by_entry.setdefault(key, {})[scored.config] = scored.scores.macro_f1
    return {
        key: float(np.mean([scores[config] for config in configs]))
        for key, scores in by_entry.items()
        if all(config in scores for config in configs)
    }
