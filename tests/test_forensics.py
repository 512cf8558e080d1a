"""What is looked at together: an entry's configs, and all that one author entered."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ising_bench.leaderboard import forensics
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.entry import Author
from ising_bench.paper import TASK
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.scoring.metrics import predicted_labels
from ising_bench.scoring.truth import truth
from test_leaderboard_ranking import scored

CONFIGS = V1.sets["paper"]


def by(author: str, entry: Scored) -> Scored:
    return replace(entry, entry=replace(entry.entry, authors=(Author(author),)))


def apart(authors: tuple[str, ...], made: list[np.ndarray]) -> list[Scored]:
    """One config to a name, each by the author in its place."""
    return [
        by(author, scored(f"model{i}", p[None], config))
        for i, (author, p, config) in enumerate(zip(authors, made, CONFIGS, strict=False))
    ]


def knowing(config: str, wrong: int) -> np.ndarray:
    """The true labels but for some of the images in doubt."""
    known = truth(V1, config)
    labels = known.labels.copy()
    doubtful = np.argsort(known.posterior.max(1))[:wrong]
    labels[doubtful] = known.posterior[doubtful].argmax(1)
    return 0.9 * np.eye(4)[labels] + 0.025


ONE = ("Ann Other", "ann  other", " Ann Other", "ANN OTHER")
FOUR = ("Ann", "Bob", "Cy", "Di")


def test_configs_under_separate_names_are_looked_at_together() -> None:
    made = [knowing(config, 12) for config in CONFIGS]
    assert forensics.flags(apart(FOUR, made)) == {}
    found = forensics.flags(apart(ONE, made))
    assert len(found) == 4
    for text in (texts[0] for texts in found.values()):
        assert "better than the exact posterior allows" in text
        assert "of the same author" in text
    assert "model1, model2, model3" in found[f"model0/{CONFIGS[0]}.json"][0]


def test_class_counts_met_under_separate_names_are_looked_at_together() -> None:
    counts, made = TASK.test.counts, []
    for config in CONFIGS:
        order = np.argsort(truth(V1, config).posterior @ np.arange(4), kind="stable")
        labels = np.empty(400, int)
        labels[order] = np.repeat(np.arange(4), counts)
        made.append(0.9 * np.eye(4)[labels] + 0.025)
    assert forensics.flags(apart(FOUR[:2], made)) == {}
    for texts in forensics.flags(apart(ONE[:2], made)).values():
        assert "class counts exactly" in texts[0]


def test_only_what_is_asked_for_is_flagged_and_the_rest_counts() -> None:
    mine, *rest = apart(ONE, [knowing(config, 12) for config in CONFIGS])
    assert list(forensics.flags([mine], rest)) == [str(mine.path)]
    assert forensics.flags([mine]) == {}


def test_an_entry_twice_is_as_lucky_as_once() -> None:
    """Entries for one config are held against the same redrawn labels: alike ones prove no more."""
    known = truth(V1, CONFIGS[0])
    one = (known, predicted_labels(knowing(CONFIGS[0], 12))[None])
    assert forensics.luck_p([one, one]) == forensics.luck_p([one])


def test_an_honest_author_of_alike_entries_is_as_lucky_as_chance() -> None:
    known, labels = truth(V1, CONFIGS[0]), forensics.redrawn_labels(truth(V1, CONFIGS[0]))
    rng = np.random.default_rng(0)
    blurred = known.posterior + 0.1 * rng.dirichlet(np.ones(4), (3, 400))
    alike = [predicted_labels(p)[None] for p in (known.posterior, *blurred)]
    p = np.array(
        [
            forensics.luck_p([(replace(known, labels=labels[i].astype(int)), a) for a in alike])
            for i in range(0, 5000, 100)
        ]
    )
    for level in (0.02, 0.1, 0.3):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level / len(p))


def test_labels_of_different_configs_are_redrawn_independently() -> None:
    """Else a sum over configs would scatter otherwise than honest ones do."""
    right = [
        (forensics.redrawn_labels(truth(V1, c)) == predicted_labels(truth(V1, c).posterior)).sum(1)
        for c in CONFIGS
    ]
    for one, other in combinations(right, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(one))


def test_the_labels_of_one_config_of_three_may_be_no_flag() -> None:
    """What leaderboard/README.md says that the flags do not see."""
    leaked = "periodic_antiferro"
    made = [scored("mine", knowing(leaked, 0)[None], leaked)] + [
        scored("mine", truth(V1, config).posterior[None], config)
        for config in CONFIGS[:1] + CONFIGS[2:3]
    ]
    p = forensics.luck_p(
        [(truth(V1, s.config), predicted_labels(s.probabilities)) for s in made]  # type: ignore[arg-type]
    )
    assert 0.01 < p < 0.1
    assert forensics.flags(made) == {}


def test_chances_of_several_things() -> None:
    assert forensics._chance_of_at_least(0, [0.1, 0.2]) == pytest.approx(1)
    assert forensics._chance_of_at_least(1, [0.1, 0.2]) == pytest.approx(0.28)
    assert forensics._chance_of_at_least(2, [0.1, 0.2]) == pytest.approx(0.02)


def test_a_hysteresis_set_has_no_posterior_to_be_held_against() -> None:
    """Some of its labels are impossible in equilibrium: redrawn label sets that have the class
    counts there are none, and honest rules are better than the posterior."""
    hysteresis, ordinary = truth(V1_1, "potts_q10"), truth(V1_1, "potts_q3")
    assert not forensics.can_judge(hysteresis)
    assert forensics.can_judge(ordinary)
    best = np.array([hysteresis.labels])
    assert forensics.luck_p([(hysteresis, best)]) == 1
    assert forensics.luck_p([(hysteresis, best), (ordinary, np.array([ordinary.labels]))]) < 0.05
