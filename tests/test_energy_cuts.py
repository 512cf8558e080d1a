"""The fitted cuts are the best ones."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from ising_bench.dataset.samples import samples
from ising_bench.releases.v1 import V1
from ising_bench.scoring.ceiling import EnergyRule, ceiling
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.metrics import macro_f1


@pytest.mark.parametrize("seed", range(20))
def test_no_other_three_cuts_are_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(4), (6, 5, 4, 6))
    energy = 4 * np.rint(labels * 3 + rng.normal(0, 1.6, len(labels))).astype(np.int64)
    levels = np.unique(energy)
    places = [levels[0] - 2, *(levels[1:] + levels[:-1]) / 2, levels[-1] + 2]
    best = max(
        macro_f1(labels, EnergyRule(cuts)(energy), 4)
        for cuts in combinations_with_replacement([float(p) for p in places], 3)
    )
    found = fit_cuts(energy, labels, 4)
    assert macro_f1(labels, found(energy), 4) == pytest.approx(best)


def test_separate_classes_are_cut_in_the_middle() -> None:
    energy, labels = np.array([0, 4, 20, 24, 60, 64, 100]), np.array([0, 0, 1, 1, 2, 2, 3])
    assert fit_cuts(energy, labels, 4).cuts == (12, 42, 82)


def test_on_the_train_split_they_are_near_the_exact_ones() -> None:
    train = samples(V1, "periodic_ferro", "train")
    fitted = fit_cuts(train.system.energy(train.spins), train.labels, 4)
    np.testing.assert_allclose(
        fitted.cuts, ceiling(V1.config("periodic_ferro")).rule.cuts, atol=300
    )


def test_a_missing_class_is_an_error() -> None:
    with pytest.raises(ValueError, match="each class"):
        fit_cuts(np.array([0, 4, 8]), np.array([0, 1, 2]), 4)
