"""Signs that predictions were not made honestly. Flags for a person to look at, not verdicts: no
alarm is no proof of honesty, since anyone can regenerate the public labels; fresh test sets are.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ising_bench.leaderboard.board import Scored
from ising_bench.physics.significance import normal_p
from ising_bench.scoring.metrics import CLASSES, f1_scores, predicted_labels
from ising_bench.scoring.truth import Truth, truth

Array = NDArray[np.floating]

LEVEL = 1e-3  # over the number of entries
NEARLY = 1e-3  # mean difference of probabilities below which two trials are called the same

_REDRAWN = 5000
_BATCH = 10_000
_CERTAIN = 1e-9


def flags(board: list[Scored]) -> dict[str, list[str]]:
    """What is odd about the entries, by path. An entry's configs are looked at together."""
    by_name: dict[str, list[Scored]] = {}
    for scored in board:
        if scored.probabilities is not None:
            by_name.setdefault(scored.entry.name, []).append(scored)
    found: dict[str, list[str]] = {}
    for mine in by_name.values():
        of_all = [_too_good(mine, len(by_name)), _meets_counts(mine)]
        for scored in mine:
            others = (other for other in board if other.probabilities is not None)
            odd = [*of_all, *(_alike(scored, other) for other in others)]
            if texts := [text for text in odd if text]:
                found[str(scored.path)] = texts
    return found


def _too_good(mine: list[Scored], entries: int) -> str | None:
    p = luck_p([(truth(s.config), predicted_labels(_given(s))) for s in mine])
    if p >= LEVEL / entries:
        return None
    exact = all(truth(scored.config).in_equilibrium for scored in mine)
    advisory = "" if exact else " (advisory: not all its configs are quite in equilibrium)"
    return f"better than the exact posterior allows: p = {p:.1g}{advisory}"


def luck_p(predicted: list[tuple[Truth, NDArray[np.int64]]]) -> float:
    """Chance that labels redrawn from the exact posterior are as kind to an entry's predictions,
    (trials, n) for each of its configs, as the true ones are, in the sum of mean macro-F1.

    Given the images an honest prediction is independent of the labels, so this is a p-value on
    equilibrium configs. Beyond the redrawn sets a normal tail goes on, which is too heavy, since
    macro-F1 ends at 1: on a single config it takes some luck to catch even the labels themselves.
    """
    redrawn, actual = np.zeros(_REDRAWN), 0.0
    for known, trials in predicted:
        labels = redrawn_labels(known.config)
        for trial in trials:
            redrawn += _macro_f1(labels, trial) / len(trials)
            actual += float(_macro_f1(known.labels[None], trial)[0]) / len(trials)
    above = int((redrawn >= actual - 1e-12).sum())
    if above >= 10:
        return above / len(redrawn)
    spread = float(redrawn.std())
    if spread == 0:
        return 1.0 if actual <= redrawn[0] + 1e-12 else 0.0
    return normal_p(float(actual - redrawn.mean()) / spread) / 2


def _macro_f1(labels: NDArray[np.integer], predicted: NDArray[np.int64]) -> Array:
    """Of many label sets (r, n) against one set of predictions (n,): (r,)."""
    confusion = np.zeros((len(labels), CLASSES, CLASSES))
    for said in range(CLASSES):
        mine = labels[:, predicted == said]
        for true in range(CLASSES):
            confusion[:, true, said] = (mine == true).sum(1)
    return f1_scores(confusion).mean(-1)


@cache
def redrawn_labels(config: str) -> NDArray[np.int8]:
    """Label sets from the exact posterior at the fixed class counts, (5000, n), always the same.

    Drawn image by image and kept where the counts come out right. Weights of the classes change
    nothing in the sets that are kept, so they are chosen to make that likely.
    """
    known = truth(config)
    rng = np.random.default_rng(0)
    counts = np.bincount(known.labels, minlength=CLASSES)
    p = known.posterior
    for _ in range(200):  # until the expected counts are the fixed ones
        p = p * (counts / p.sum(0))
        p = p / p.sum(1, keepdims=True)
    open_ones = np.flatnonzero(p.max(1) < 1 - _CERTAIN)
    certain = np.bincount(np.delete(p.argmax(1), open_ones), minlength=CLASSES)
    edges = p[open_ones].cumsum(1)[:, :-1]
    kept: list[NDArray[np.int8]] = []
    while sum(map(len, kept)) < _REDRAWN:
        uniform = rng.random((_BATCH, len(open_ones), 1))
        drawn = (uniform > edges).sum(-1).astype(np.int8)
        right = np.ones(_BATCH, bool)
        for k in range(CLASSES):
            right &= (drawn == k).sum(1) == counts[k] - certain[k]
        kept.append(drawn[right])
    found = np.tile(p.argmax(1).astype(np.int8), (_REDRAWN, 1))
    found[:, open_ones] = np.concatenate(kept)[:_REDRAWN]
    found.flags.writeable = False
    return found


def _meets_counts(mine: list[Scored]) -> str | None:
    """Predictions of each class exactly as often as it occurs, in every trial, in two configs or
    more: in one it happens to the best honest rule once in sixty times."""
    met = 0
    for scored in mine:
        counts = np.bincount(truth(scored.config).labels, minlength=CLASSES)
        predicted = predicted_labels(_given(scored))
        met += all((np.bincount(t, minlength=CLASSES) == counts).all() for t in predicted)
    if met < 2:
        return None
    return "meets the class counts exactly, as a rule with a view of the whole test set would"


def _given(scored: Scored) -> Array:
    assert scored.probabilities is not None
    return scored.probabilities


def _alike(scored: Scored, other: Scored) -> str | None:
    """Identical or nearly identical predictions to another entry's, any trial against any."""
    if scored.config != other.config or scored.entry.name == other.entry.name:
        return None
    nearest = min(
        float(np.abs(mine - theirs).mean()) for mine in _given(scored) for theirs in _given(other)
    )
    if nearest == 0:
        return f"predictions identical to those of {other.entry.name}"
    if nearest < NEARLY:
        return f"predictions nearly identical to those of {other.entry.name}: {nearest:.1g} apart"
    return None
