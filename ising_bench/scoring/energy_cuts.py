"""Cuts of the energy fitted to labelled images: the simplest rule that knows physics."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ising_bench.checks import shaped, wholes
from ising_bench.ndarrays import Labels
from ising_bench.scoring.ceiling import EnergyRule
from ising_bench.scoring.metrics import checked_labels, f1_scores


def fit_cuts(energy: NDArray[np.int64], labels: Labels, classes: int) -> EnergyRule:
    """The cuts with the highest macro-F1 on images of these total energies and labels, (n,) each.

    Each stands halfway between two energies. From the fewest errors at each class edge alone, one
    cut at a time moves to its best place until none gains; of equally good places the middle one
    is taken. Raises ValueError for other shapes and values, and where a class has no image.
    """
    energy = wholes("energy", energy, -(2**53), 2**53)
    labels = checked_labels("labels", labels, classes)
    shaped("energy", energy, len(labels))
    total = np.bincount(labels, minlength=classes)
    if not total.all():
        raise ValueError(f"images of each class, {total.tolist()}: cuts need all of them")
    levels = np.unique(energy)
    middles = (levels[1:] + levels[:-1]) / 2
    beyond = np.diff(levels).min() / 2 if len(levels) > 1 else 1
    places = np.concatenate([[levels[0] - beyond], middles, [levels[-1] + beyond]])
    by_class = [np.sort(energy[labels == k]) for k in range(classes)]
    below = np.stack([np.searchsorted(own, places) for own in by_class], axis=1)

    def macro_f1(cuts: list[NDArray[np.int64]]) -> NDArray[np.floating]:
        edges = [np.zeros_like(below[:1]), *(below[cut] for cut in cuts), total[None]]
        columns = np.broadcast_arrays(*(upper - lower for lower, upper in pairwise(edges)))
        return f1_scores(np.stack(columns, axis=-1)).mean(-1)

    misplaced = [below[:, k:].sum(1) - below[:, :k].sum(1) for k in range(1, classes)]
    cuts = [_middle(-errors) for errors in misplaced]
    best, moved = -1.0, True
    while moved:
        moved = False
        for i in range(len(cuts)):
            first = cuts[i - 1] if i else 0
            last = cuts[i + 1] if i + 1 < len(cuts) else len(places) - 1
            range_i = np.arange(first, last + 1)
            trial = [range_i if j == i else np.array([cut]) for j, cut in enumerate(cuts)]
            scores = macro_f1(trial)
            if scores.max() > best:
                best, moved = float(scores.max()), True
                cuts[i] = int(range_i[_middle(scores)])
    return EnergyRule(tuple(float(places[cut]) for cut in cuts))


def _middle(scores: NDArray[np.floating]) -> int:
    """The middle one of the places of the maximum."""
    places = np.flatnonzero(scores == scores.max())
    return int(places[len(places) // 2])
