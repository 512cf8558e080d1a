"""Forensics and ranks, on predictions whose honesty and quality are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ising_bench.leaderboard import forensics, ranking
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.entry import Author, Benchmark, DataUse, Entry, Model
from ising_bench.leaderboard.ranking import means_over_configs, tables
from ising_bench.paper import TASK
from ising_bench.physics.significance import holm
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.scoring.metrics import predicted_labels
from ising_bench.scoring.truth import truth

CONFIG = "periodic_ferro_equilibrium"


@pytest.fixture(autouse=True)
def _at_hand(equilibrium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The labels and lattices are read, which takes less time than to simulate them."""
    monkeypatch.chdir(equilibrium.parent)


def scored(
    name: str, probabilities: np.ndarray, config: str = CONFIG, track: str = "open"
) -> Scored:
    entry = Entry(
        name=name,
        benchmark=Benchmark(V1.version, config, V1.digests[config]),
        model=Model(name, "family", "description"),
        authors=(Author("Ann"),),
        track=track,  # type: ignore[arg-type]
        kind="trained",
        license="CC-BY-4.0",
        data_use=DataUse(600, 0, "nothing", False),
        predictions_sha256="0" * 64,
    )
    return Scored(Path(f"{name}/{config}.json"), entry, probabilities)


def wrong_in(share: float, seed: int, trials: int = 5) -> np.ndarray:
    """Predictions of true labels but for a share, which move to a neighbour."""
    rng, labels = np.random.default_rng(seed), truth(V1, CONFIG).labels
    made = []
    for _ in range(trials):
        moved = np.clip(labels + rng.choice([-1, 1], len(labels)), 0, 3)
        made.append(np.where(rng.random(len(labels)) < share, moved, labels))
    return 0.9 * np.eye(4)[np.array(made)] + 0.025


def blurred(seed: int, noise: float = 0.05) -> np.ndarray:
    """The exact posterior, blurred: honest and good."""
    rng = np.random.default_rng(seed)
    p = truth(V1, CONFIG).posterior + noise * rng.dirichlet(np.ones(4), (5, 400))
    return p / p.sum(-1, keepdims=True)


def test_redrawn_labels_keep_the_counts_and_have_the_posterior_s_odds() -> None:
    """At fixed counts the odds of exchanging two images' labels are those of the posterior."""
    labels, p = forensics.redrawn_labels(truth(V1, CONFIG)), truth(V1, CONFIG).posterior
    for k, count in enumerate(TASK.test.counts):
        assert ((labels == k).sum(1) == count).all()
    for k in (0, 1, 2):
        i, j = np.argsort(np.minimum(p[:, k], p[:, k + 1]))[-2:]  # the two that are most in doubt
        one = ((labels[:, i] == k) & (labels[:, j] == k + 1)).sum()
        other = ((labels[:, i] == k + 1) & (labels[:, j] == k)).sum()
        expected = p[i, k] * p[j, k + 1] / (p[i, k + 1] * p[j, k])
        assert min(one, other) > 100
        assert abs(np.log(one / other / expected)) < 4 * np.sqrt(1 / one + 1 / other)


def test_honest_predictions_are_as_lucky_as_chance() -> None:
    """Labels redrawn from the posterior take the place of the true ones: no more than a tenth of
    them are among the luckiest tenth, since F1 takes few values."""
    known, labels = truth(V1, CONFIG), forensics.redrawn_labels(truth(V1, CONFIG))
    predicted = predicted_labels(known.posterior)[None]
    p = np.array(
        [
            forensics.luck_p([(replace(known, labels=labels[i].astype(int)), predicted)])
            for i in range(0, 5000, 25)
        ]
    )
    for level in (0.02, 0.1, 0.3):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level / len(p))
    assert p.min() < 0.1
    assert forensics.flags([scored("bayes", known.posterior[None])]) == {}
    assert forensics.flags([scored("blurred", blurred(0))]) == {}


def test_predictions_that_know_the_labels_are_flagged() -> None:
    """All but one label right in every trial, in two equilibrium configs."""
    leaked = []
    for config in V1.sets["equilibrium"][:2]:
        labels = truth(V1, config).labels.copy()
        labels[7] = (labels[7] + 1) % 4
        leaked.append(scored("leaked", np.eye(4)[labels][None], config))
    found = forensics.flags(leaked)
    assert len(found) == 2
    for texts in found.values():
        assert "better than the exact posterior allows" in texts[0]
        assert "advisory" not in texts[0]


def test_on_paper_configs_the_flag_is_advisory() -> None:
    leaked = [
        scored("leaked", np.eye(4)[truth(V1, c).labels][None], c) for c in V1.sets["paper"][:2]
    ]
    for texts in forensics.flags(leaked).values():
        assert "advisory" in texts[0]
        assert "class counts exactly" in texts[1]


def test_a_rule_with_a_view_of_the_whole_test_set_is_flagged() -> None:
    """Energies cut at the known class counts; in one config alone that may be chance."""
    counts, entries = TASK.test.counts, []
    for config in V1.sets["equilibrium"][:2]:
        order = np.argsort(truth(V1, config).posterior @ np.arange(4), kind="stable")
        labels = np.empty(400, int)
        labels[order] = np.repeat(np.arange(4), counts)
        entries.append(scored("transductive", 0.9 * np.eye(4)[labels][None] + 0.025, config))
    for texts in forensics.flags(entries).values():
        assert "class counts exactly" in texts[0]
    assert forensics.flags(entries[:1]) == {}


def test_copies_are_flagged_and_neighbours_are_not() -> None:
    mine = scored("mine", blurred(0))
    copy, touched = scored("copy", blurred(0)[::-1]), scored("touched", blurred(0) * 1.0)
    touched.probabilities[:, :, 0] += 1e-5  # type: ignore[index]
    found = forensics.flags([mine, copy])
    assert "identical to those of copy" in found[str(mine.path)][0]
    assert "identical to those of mine" in found[str(copy.path)][0]
    assert "nearly identical" in forensics.flags([mine, touched])[str(mine.path)][0]
    assert forensics.flags([mine, scored("other", blurred(9))]) == {}


def test_a_clear_difference_gives_two_ranks_and_none_a_tie() -> None:
    good, poor = scored("good", wrong_in(0.03, 1)), scored("poor", wrong_in(0.15, 2))
    (table,) = tables([poor, good])
    assert [(r.rank, r.scored.entry.name) for r in table.entries] == [(1, "good"), (2, "poor")]
    alike = [scored(f"m{i}", wrong_in(0.05, i)) for i in range(4)]
    (table,) = tables(alike)
    assert [r.rank for r in table.entries] == [1, 1, 1, 1]
    assert table.resolvable is not None
    assert 0.005 < table.resolvable < 0.05


def test_five_lucky_seeds_alone_decide_nothing() -> None:
    """Two trials of one recipe against two others: images are shared, trials are resampled."""
    p = blurred(0)
    first, second = scored("a", p[:3]), scored("b", p[2:])
    (table,) = tables([first, second])
    assert [r.rank for r in table.entries] == [1, 1]


@pytest.mark.parametrize("scatter", [0.0, 0.05])
def test_the_p_value_of_a_difference_is_calibrated(scatter: float) -> None:
    """Pairs of recipes of equal quality, whose trials scatter or not: no more p-values below 0.1
    and 0.01 than there should be, within what 40 pairs can tell."""
    rng = np.random.default_rng(0)
    p_values = []
    for i in range(40):
        pair = []
        for k in (0, 1):
            shares = np.clip(rng.normal(0.1, scatter, 5), 0.01, 0.3)
            trials = [wrong_in(s, 1000 * i + 10 * t + k, 1)[0] for t, s in enumerate(shares)]
            pair.append(ranking.sampled(scored(f"s{k}", np.stack(trials))))
        p_values.append(ranking.compare(*pair)[0])
    found = np.array(p_values)
    assert (found < 0.1).mean() <= 0.1 + 3 * np.sqrt(0.1 / 40)
    assert (found < 0.01).mean() <= 0.06


def test_comparing_with_itself_and_with_the_far_away() -> None:
    one = ranking.sampled(scored("one", wrong_in(0.02, 0)))
    far = ranking.sampled(scored("far", wrong_in(0.5, 0)))
    assert ranking.compare(one, one) == (1.0, pytest.approx(0, abs=0.02))
    assert ranking.compare(one, far)[0] < 1e-6
    alone = ranking.sampled(scored("alone", wrong_in(0.02, 0, 1)))
    assert alone.freedom == 0
    assert ranking.compare(alone, alone) == (1.0, 0.0)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03], 0.05) == [True, False, False]
    assert holm([0.01, 0.02, 0.03], 0.05) == [True, True, True]
    assert holm([], 0.05) == []


def test_tracks_are_ranked_apart_and_withdrawn_entries_not_at_all() -> None:
    a, b = scored("a", blurred(0)), scored("b", blurred(1), track="paper")
    gone = scored("gone", blurred(2))
    gone = replace(gone, entry=replace(gone.entry, status="withdrawn", reason="an error"))
    assert [(t.track, len(t.entries)) for t in tables([a, b, gone])] == [("open", 1), ("paper", 1)]


def test_means_are_only_over_entries_that_have_all_configs() -> None:
    configs = V1.sets["paper"]
    whole = [scored("whole", truth(V1, c).posterior[None], c) for c in configs]
    part = [scored("part", truth(V1, c).posterior[None], c) for c in configs[:3]]
    means = means_over_configs(whole + part, V1_1)  # which has the same images
    assert list(means) == [("open", "whole")]
    assert means["open", "whole"] == pytest.approx(np.mean([s.scores.macro_f1 for s in whole]))  # type: ignore[union-attr]
