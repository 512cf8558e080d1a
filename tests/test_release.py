import hashlib
from collections import Counter
from itertools import pairwise

import pytest

from ising_bench.chains import GROUND
from ising_bench.errors import UnknownNameError
from ising_bench.paper import GRID, TASK
from ising_bench.releases.v1 import V1


def test_the_splits_are_those_of_table_1() -> None:
    assert [r.name for r in TASK.regions] == ["FSbCR", "SbCR", "CR", "SpCR"]
    assert {split.name: split.counts for split in TASK.splits} == {
        "train": (220, 80, 90, 210),
        "validation": (100, 50, 60, 90),
        "test": (150, 50, 70, 130),
    }
    assert [split.rows for split in TASK.splits] == [600, 300, 400]


def test_the_entropy_is_the_hash_of_a_stated_text() -> None:
    assert V1.entropy == hashlib.sha256(b"ising-bench 1.0.0").hexdigest()


def test_every_config_has_a_digest() -> None:
    assert set(V1.digests) == set(V1.config_names)
    assert V1.sets["paper"] + V1.sets["equilibrium"] == V1.sets["all"]
    assert V1.sets["all"] == V1.config_names
    assert all(name.endswith("_equilibrium") for name in V1.sets["equilibrium"])


@pytest.mark.parametrize("config", V1.configs, ids=lambda c: c.name)
def test_chains_have_the_temperatures_of_their_class_and_a_rank_of_their_own(config) -> None:
    ids = set()
    for split in TASK.splits:
        chains = V1.chains(config, split)
        counts = Counter(chain.label for chain in chains)
        assert tuple(counts[label] for label in range(4)) == split.counts
        assert all(chain.point in TASK.regions[chain.label].points for chain in chains)
        order = [chain.sample_id for chain in chains]
        assert order == sorted(order)
        ids |= set(order)
    assert len(ids) == 1300


def test_every_grid_temperature_of_a_class_is_drawn() -> None:
    config = V1.configs[0]
    for label, region in enumerate(TASK.regions):
        n = 100 * len(region.points)
        drawn = Counter(V1.chain(config, "test", i, label).point for i in range(n))
        assert set(drawn) == set(region.points)
        chi2 = sum((count - 100) ** 2 / 100 for count in drawn.values())
        degrees = len(region.points) - 1
        assert abs(chi2 - degrees) < 5 * (2 * degrees) ** 0.5


def test_rows_give_no_class_away_by_their_place() -> None:
    """Labels along the rows: as many changes of class as in a random order."""
    for config in V1.configs:
        labels = [chain.label for chain in V1.chains(config, TASK.split("train"))]
        n, counts = len(labels), Counter(labels)
        expected = (n - 1) * (1 - sum(c * (c - 1) for c in counts.values()) / (n * (n - 1)))
        changes = sum(a != b for a, b in pairwise(labels))
        assert abs(changes - expected) < 5 * (n * 0.25) ** 0.5


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"'ferro'.*periodic_ferro, periodic_antiferro"):
        V1.config("ferro")
    with pytest.raises(UnknownNameError, match=r"'dev'.*train, validation, test"):
        TASK.split("dev")


def test_a_redrawn_release_differs_in_entropy_alone_and_claims_no_digest() -> None:
    fresh = V1.redrawn("ab" * 32)
    assert fresh.configs == V1.configs
    assert not fresh.digests
    chain, own = (r.chain(V1.configs[0], "test", 0, 2) for r in (fresh, V1))
    assert chain.sample_id != own.sample_id
    assert V1.redrawn(V1.entropy) is V1


def test_equilibrium_chains_are_longer_where_it_is_needed_and_start_rough_where_it_helps() -> None:
    paper, equilibrium = V1.config("skewed_ferro"), V1.config("skewed_ferro_equilibrium")
    for point in GRID.points:
        short = V1.chain_at(paper, "test", 0, point)
        long = V1.chain_at(equilibrium, "test", 0, point)
        assert short.sweeps == 750
        assert short.start == GROUND
        assert long.sweeps == (15_000 if 210 <= point < 250 else 750)
        assert long.start == ("rough" if point < 200 else GROUND)
