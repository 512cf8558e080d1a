import hashlib
from collections import Counter
from itertools import pairwise

import pytest

from ising_bench.errors import UnknownNameError
from ising_bench.regions import GRID, REGIONS
from ising_bench.releases.v1 import CONFIG_SETS, V1


def test_the_splits_are_those_of_table_1() -> None:
    assert [r.name for r in REGIONS] == ["FSbCR", "SbCR", "CR", "SpCR"]
    assert {split.name: split.counts for split in V1.splits} == {
        "train": (220, 80, 90, 210),
        "validation": (100, 50, 60, 90),
        "test": (150, 50, 70, 130),
    }
    assert [split.rows for split in V1.splits] == [600, 300, 400]


def test_the_entropy_is_the_hash_of_a_stated_text() -> None:
    assert V1.entropy == hashlib.sha256(b"ising-bench 1.0.0").hexdigest()


def test_every_config_has_a_digest() -> None:
    assert set(V1.digests) == set(V1.config_names)
    assert CONFIG_SETS["paper"] + CONFIG_SETS["equilibrium"] == CONFIG_SETS["all"]
    assert CONFIG_SETS["all"] == V1.config_names
    assert all(name.endswith("_equilibrium") for name in CONFIG_SETS["equilibrium"])


@pytest.mark.parametrize("config", V1.configs, ids=lambda c: c.name)
def test_chains_have_the_temperatures_of_their_class_and_a_rank_of_their_own(config) -> None:
    ids = set()
    for split in V1.splits:
        chains = V1.chains(config, split)
        counts = Counter(chain.label for chain in chains)
        assert tuple(counts[label] for label in range(4)) == split.counts
        assert all(chain.hundredths in REGIONS[chain.label].hundredths for chain in chains)
        order = [chain.sample_id for chain in chains]
        assert order == sorted(order)
        ids |= set(order)
    assert len(ids) == 1300


def test_every_grid_temperature_of_a_class_is_drawn() -> None:
    config = V1.configs[0]
    for label, region in enumerate(REGIONS):
        n = 100 * len(region.hundredths)
        drawn = Counter(V1.chain(config, "test", i, label).hundredths for i in range(n))
        assert set(drawn) == set(region.hundredths)
        chi2 = sum((count - 100) ** 2 / 100 for count in drawn.values())
        degrees = len(region.hundredths) - 1
        assert abs(chi2 - degrees) < 5 * (2 * degrees) ** 0.5


def test_rows_give_no_class_away_by_their_place() -> None:
    """Labels along the rows: as many changes of class as in a random order."""
    for config in V1.configs:
        labels = [chain.label for chain in V1.chains(config, V1.split("train"))]
        n, counts = len(labels), Counter(labels)
        expected = (n - 1) * (1 - sum(c * (c - 1) for c in counts.values()) / (n * (n - 1)))
        changes = sum(a != b for a, b in pairwise(labels))
        assert abs(changes - expected) < 5 * (n * 0.25) ** 0.5


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"'ferro'.*periodic_ferro, periodic_antiferro"):
        V1.config("ferro")
    with pytest.raises(UnknownNameError, match=r"'dev'.*train, validation, test"):
        V1.split("dev")


def test_a_redrawn_release_differs_in_entropy_alone_and_claims_no_digest() -> None:
    fresh = V1.redrawn("ab" * 32)
    assert fresh.splits == V1.splits
    assert not fresh.digests
    chain, own = (r.chain(V1.configs[0], "test", 0, 2) for r in (fresh, V1))
    assert chain.sample_id != own.sample_id
    assert V1.redrawn(V1.entropy) is V1


def test_equilibrium_chains_are_longer_where_it_is_needed_and_start_rough_where_it_helps() -> None:
    paper, equilibrium = V1.config("skewed_ferro"), V1.config("skewed_ferro_equilibrium")
    for hundredths in GRID:
        short = V1.chain_at(paper, "test", 0, hundredths)
        long = V1.chain_at(equilibrium, "test", 0, hundredths)
        assert short.sweeps == 750
        assert not short.rough_start
        assert long.sweeps == (15_000 if 210 <= hundredths < 250 else 750)
        assert long.rough_start == (hundredths < 200)
        periodic = V1.config("periodic_ferro_equilibrium")
        assert not V1.chain_at(periodic, "test", 0, hundredths).rough_start
