from math import log

import numpy as np
import pytest

from ising_bench.scoring import metrics


def test_f1_by_hand() -> None:
    labels = [0, 0, 0, 1, 1, 2, 3, 3]
    predicted = [0, 0, 1, 1, 1, 0, 3, 2]
    found = metrics.f1_scores(metrics.confusion_matrix(labels, predicted, 4))
    assert found.tolist() == pytest.approx([4 / 6, 4 / 5, 0, 2 / 3])
    assert metrics.macro_f1(labels, predicted, 4) == pytest.approx((4 / 6 + 4 / 5 + 2 / 3) / 4)


def test_a_class_that_is_neither_there_nor_predicted_scores_zero() -> None:
    assert metrics.macro_f1([0, 1], [0, 1], 4) == 0.5


def test_confusion_is_true_class_by_predicted_class() -> None:
    confusion = metrics.confusion_matrix([0, 0, 3], [1, 1, 3], 4)
    assert confusion[0, 1] == 2
    assert confusion[3, 3] == 1
    assert confusion.sum() == 3


def test_ties_go_to_the_lowest_label() -> None:
    assert metrics.predicted_labels([[0.4, 0.4, 0.1, 0.1], [0.25] * 4]).tolist() == [0, 0]


def test_log_loss_is_clipped() -> None:
    p = [[1.0, 0, 0, 0], [0.5, 0.5, 0, 0]]
    assert metrics.log_loss([1, 1], p) == pytest.approx((-log(1e-7) + log(2)) / 2)


def test_kl_and_entropy_make_the_expected_log_loss() -> None:
    """E over labels from the posterior: cross entropy is entropy plus divergence."""
    rng = np.random.default_rng(0)
    posterior, model = rng.dirichlet(np.ones(4), (2, 50))
    cross = -(posterior * np.log(model)).sum(-1).mean()
    total = metrics.mean_entropy(posterior) + metrics.mean_kl(posterior, model)
    assert total == pytest.approx(cross)
    assert metrics.mean_kl(posterior, posterior) == pytest.approx(0, abs=1e-12)
    certain = np.eye(4)
    assert metrics.mean_entropy(certain) == 0
    assert metrics.mean_kl(certain, certain) == pytest.approx(0)
