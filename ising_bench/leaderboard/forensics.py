"""Signs that predictions were not made honestly. Flags for a person to look at, not verdicts: no
alarm is no proof of honesty, since anyone can regenerate the public labels; fresh test sets are.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.likeness import repeats_another, repeats_itself
from ising_bench.ndarrays import Array, Labels
from ising_bench.physics.significance import normal_p
from ising_bench.scoring.ceiling import chance_to_meet_counts
from ising_bench.scoring.metrics import f1_scores, predicted_labels
from ising_bench.scoring.truth import Truth

Group = list[Scored]  # entries that are looked at together
Kindness = tuple[Array, float]  # scores against redrawn label sets, (5000,), and the true labels

LEVEL = 1e-3  # over the number of groups
COUNTS_LEVEL = 2e-3  # two configs of four

_REDRAWN = 5000
_BATCH = 10_000
_CERTAIN = 1e-9
_IMPOSSIBLE = 1e-6  # as the probability of a label: one of 400 honest ones is, once in 2500 sets


def flags(entries: Sequence[Scored], rest: Sequence[Scored] = ()) -> dict[str, list[str]]:
    """What is odd about these `entries`, by path, among them and the `rest` of the board.

    The configs of an entry are looked at together, and so is all that an author entered: configs
    that are entered one by one, under separate names, gain nothing.
    """
    board = [scored for scored in (*entries, *rest) if scored.probabilities is not None]
    by_path: dict[str, list[str]] = {str(scored.path): [] for scored in entries}
    groups = _groups(board)
    kindness: dict[Path, Kindness] = {}
    for group in groups:
        looked_at = [scored for scored in group if str(scored.path) in by_path]
        if looked_at:
            judged = [scored for scored in group if can_judge(scored.known)]
            kindness |= {s.path: _kindness_to(s) for s in judged if s.path not in kindness}
            p = _luck([kindness[scored.path] for scored in judged])
            odd = [_too_good(judged, p, LEVEL / len(groups)), _meets_counts(group)]
            texts = [text for text in odd if text]
            for scored in looked_at:
                by_path[str(scored.path)] += [text + _together(group, scored) for text in texts]
    for scored in entries:
        if scored.probabilities is not None:
            alike = [repeats_itself(scored), *(repeats_another(scored, other) for other in board)]
            by_path[str(scored.path)] += [text for text in alike if text]
    return {path: texts for path, texts in by_path.items() if texts}


def _groups(board: Iterable[Scored]) -> list[Group]:
    """The entries of each name, then those of each author, where they have several names."""
    names: dict[str, Group] = {}
    authors: dict[str, Group] = {}
    for scored in board:
        names.setdefault(scored.entry.name, []).append(scored)
        for author in {" ".join(one.name.casefold().split()) for one in scored.entry.authors}:
            authors.setdefault(author, []).append(scored)
    by_paths = {tuple(s.path for s in group): group for group in authors.values()}
    several = [group for group in by_paths.values() if len({s.entry.name for s in group}) > 1]
    return [*names.values(), *several]


def _together(group: Group, scored: Scored) -> str:
    others = sorted({one.entry.name for one in group} - {scored.entry.name})
    return f", together with {', '.join(others)} of the same author" if others else ""


def _too_good(group: Group, p: float, level: float) -> str | None:
    if p >= level:
        return None
    exact = all(scored.known.in_equilibrium for scored in group)
    advisory = "" if exact else " (advisory: not all its configs are quite in equilibrium)"
    return f"better than the exact posterior allows: p = {p:.1g}{advisory}"


@cache
def can_judge(truth: Truth) -> bool:
    """Whether the exact posterior is one of these images at all: of a hysteresis set it is not, for
    which some of the true labels are impossible, and honest rules know better."""
    of_labels = truth.posterior[np.arange(len(truth.labels)), truth.labels]
    return bool(of_labels.min() > _IMPOSSIBLE)


def luck_p(predicted: list[tuple[Truth, NDArray[np.int64]]]) -> float:
    """Chance that labels redrawn from the exact posterior are as kind to predictions, (trials, n)
    for a config each, as the true ones are, in the sum of mean macro-F1.

    Given the images an honest prediction is independent of the labels, so this is a p-value on
    equilibrium configs, also where several predictions are for one config, and alike: they are held
    against the same redrawn labels. Beyond the redrawn sets a normal tail goes on, which is too
    heavy, since macro-F1 ends at 1: on a single config it takes some luck to catch even the labels
    themselves. The true labels of `periodic_antiferro`, beside two honest configs, are as kind as
    one redrawn set in forty.
    """
    return _luck([_kindness(truth, trials) for truth, trials in predicted if can_judge(truth)])


def _luck(kindness: list[Kindness]) -> float:
    if not kindness:
        return 1.0
    redrawn = np.sum([of_redrawn for of_redrawn, _ in kindness], axis=0)
    actual = sum(of_true for _, of_true in kindness)
    above = int((redrawn >= actual - 1e-12).sum())
    if above >= 10:
        return above / len(redrawn)
    spread = float(redrawn.std())
    if spread == 0:
        return 1.0 if actual <= redrawn[0] + 1e-12 else 0.0
    return normal_p(float(actual - redrawn.mean()) / spread) / 2


def _kindness_to(scored: Scored) -> Kindness:
    return _kindness(scored.known, predicted_labels(_given(scored)))


def _kindness(truth: Truth, trials: NDArray[np.int64]) -> Kindness:
    """Mean macro-F1 of predictions (trials, n)."""
    labels = np.vstack([redrawn_labels(truth), truth.labels[None].astype(np.int16)])
    scores = np.mean([_macro_f1(labels, trial, truth.classes) for trial in trials], axis=0)
    return scores[:-1], float(scores[-1])


def _macro_f1(labels: NDArray[np.integer], predicted: Labels, classes: int) -> Array:
    """Of many label sets (r, n) against one set of predictions (n,): (r,)."""
    confusion = np.zeros((len(labels), classes, classes))
    for said in range(classes):
        columns = labels[:, predicted == said]
        for true in range(classes):
            confusion[:, true, said] = (columns == true).sum(1)
    return f1_scores(confusion).mean(-1)


@cache
def redrawn_labels(truth: Truth) -> NDArray[np.int16]:
    """Label sets from the exact posterior at the fixed class counts, (5000, n), always the same,
    and others for other configs, so that a sum over configs scatters as it should.

    Drawn image by image and kept where the counts come out right. Weights of the classes change
    nothing in the sets that are kept, so they are chosen to make that likely.
    """
    rng, classes = np.random.default_rng(list(truth.config.name.encode())), truth.classes
    counts = np.bincount(truth.labels, minlength=classes)
    p = truth.posterior
    for _ in range(200):  # until the expected counts are the fixed ones
        p = p * (counts / p.sum(0))
        p = p / p.sum(1, keepdims=True)
    open_ones = np.flatnonzero(p.max(1) < 1 - _CERTAIN)
    certain = np.bincount(np.delete(p.argmax(1), open_ones), minlength=classes)
    edges = p[open_ones].cumsum(1)[:, :-1]
    kept: list[NDArray[np.int16]] = []
    wanted = counts - certain
    while sum(map(len, kept)) < _REDRAWN:
        uniform = rng.random((_BATCH, len(open_ones)))
        for k in range(classes - 1):  # of what is left, the sets with the right count of class k
            upto = (uniform <= edges[:, k]).sum(1)
            uniform = uniform[upto == wanted[: k + 1].sum()]
        kept.append((uniform[..., None] > edges).sum(-1).astype(np.int16))
    sets = np.tile(p.argmax(1).astype(np.int16), (_REDRAWN, 1))
    sets[:, open_ones] = np.concatenate(kept)[:_REDRAWN]
    sets.flags.writeable = False
    return sets


def _meets_counts(group: Group) -> str | None:
    """Predictions of each class exactly as often as it occurs, in every trial, in more configs than
    chance has it: in one of the paper's it happens to the best honest rule once in sixty times."""
    chances, met = [], 0
    for truth in dict.fromkeys(scored.known for scored in group):
        counts = np.bincount(truth.labels, minlength=truth.classes)
        predictions = [
            predicted_labels(_given(scored)) for scored in group if scored.known == truth
        ]
        met += any(
            all((np.bincount(p, minlength=truth.classes) == counts).all() for p in trials)
            for trials in predictions
        )
        chances.append(1 - (1 - _chance_to_meet_counts(truth)) ** len(predictions))
    if _chance_of_at_least(met, chances) >= COUNTS_LEVEL:
        return None
    return "meets the class counts exactly, as a rule with a view of the whole test set would"


@cache
def _chance_to_meet_counts(truth: Truth) -> float:
    """Of the best honest rule."""
    return chance_to_meet_counts(truth.ceiling.confusion, truth.config.task.test.counts)


def _chance_of_at_least(met: int, chances: list[float]) -> float:
    """That so many of independent things or more happen, each with a chance of its own."""
    exactly = np.ones(1)  # the chance of 0, 1, ... of those so far
    for chance in chances:
        exactly = np.convolve(exactly, [1 - chance, chance])
    return float(exactly[met:].sum())


def _given(scored: Scored) -> Array:
    assert scored.probabilities is not None
    return scored.probabilities
