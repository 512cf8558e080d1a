"""Endless streams and PyTorch datasets."""

import hashlib
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import pytest

import ising_bench
from ising_bench.errors import IsingBenchError, UnknownNameError
from ising_bench.loaders.stream import Sample, Stream
from ising_bench.releases.v1 import V1
from ising_bench.simulation.simulate import simulate
from ising_bench.system import REFERENCE

CONFIG = "periodic_ferro"

pytestmark = pytest.mark.filterwarnings("default")  # of libraries that fork workers


def small(seed: int | str = 1, **options: Any) -> Stream:
    return ising_bench.stream(CONFIG, seed, size=16, sweeps=20, **options)


def first(samples: Iterable[Sample], number: int) -> list[Sample]:
    return list(islice(samples, number))


def same(one: list[Sample], other: list[Sample]) -> bool:
    return len(one) == len(other) and all(
        a["index"] == b["index"]
        and a["sample_id"] == b["sample_id"]
        and (a["label"], a["temperature"]) == (b["label"], b["temperature"])
        and np.array_equal(a["spins"], b["spins"])
        for a, b in zip(one, other, strict=True)
    )


def test_a_sample_follows_from_its_index_whatever_the_threads_and_the_start() -> None:
    whole = first(small(threads=1), 100)
    assert [sample["index"] for sample in whole] == list(range(100))
    assert same(first(small(threads=3), 100), whole)
    assert same(first(small(start=37), 63), whole[37:])
    assert same(first(iter(small().part(1, 3)), 20), whole[1:60:3])
    assert same(first(small().part(1, 3).part(1, 2), 10), whole[4:60:6])
    for other in (small(2), small(split="validation"), small("ab" * 32)):
        assert not {s["sample_id"] for s in first(other, 100)} & {s["sample_id"] for s in whole}


def test_its_lattices_are_those_of_the_plain_loops_and_of_no_release() -> None:
    stream = small(3)
    made = first(stream, 6)
    chains = [stream._chain(index) for index in range(6)]
    np.testing.assert_array_equal(
        [sample["spins"] for sample in made], simulate(chains, 1, kernel=REFERENCE)
    )
    assert {chain.split for chain in chains} == {"stream train"}
    assert all(
        V1.config(CONFIG).task.names[sample["label"]]
        == next(
            r.name for r in stream.config.task.regions if r.low <= sample["temperature"] < r.high
        )
        for sample in made
    )


def test_streams_never_change() -> None:
    digest = hashlib.sha256()
    for sample in first(ising_bench.stream(CONFIG, 1), 3):
        digest.update(sample["sample_id"].encode("ascii") + sample["spins"].tobytes())
    assert digest.hexdigest() == (
        "279d37a87642622b11df2a62b78d3387a999c779299ff9b8ce9cbbf9d9317a2f"
    )


def test_classes_are_equally_likely_and_so_are_values_of_one_s_own() -> None:
    labels = [sample["label"] for sample in first(small(7), 800)]
    assert np.bincount(labels, minlength=4).min() > 150  # 200 each, deviation 12
    stream = ising_bench.stream(CONFIG, 1, size=8, sweeps=2, values=[2.5, "2.30", 0.5])
    found = [sample["temperature"] for sample in first(stream, 300)]
    values, counts = np.unique(found, return_counts=True)
    assert values.tolist() == [0.5, 2.3, 2.5]
    assert counts.min() > 60


def test_the_chain_has_a_field() -> None:
    sample = next(iter(ising_bench.stream("quantum_ising", 1, size=8, sweeps=2)))
    assert list(sample) == ["spins", "label", "field", "index", "sample_id"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"config": "nonsense"}, "nonsense"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": "12"}, "64 hexadecimal digits"),
        ({"start": -1}, "start is -1"),
        ({"size": 7}, "cannot have size 7"),
        ({"threads": 0}, "threads is 0"),
        ({"split": "a|b"}, "is not a name"),
        ({"values": [0.1, "x"]}, "is not a decimal"),
        ({"values": []}, "values must be 1 to"),
    ],
)
def test_mistakes_are_one_line(options: dict[str, Any], said: str) -> None:
    given = {"config": CONFIG, "seed": 1} | options
    with pytest.raises((IsingBenchError, UnknownNameError, ValueError), match=said) as caught:
        ising_bench.stream(**given)
    assert len(str(caught.value).splitlines()) == 1


def test_workers_and_processes_share_a_stream_out(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    whole = first(small(), 48)
    seen = []
    for rank in range(2):
        monkeypatch.setenv("RANK", str(rank))
        monkeypatch.setenv("WORLD_SIZE", "2")
        loader = torch.utils.data.DataLoader(small().torch(), batch_size=6, num_workers=2)
        batches = list(islice(loader, 4))  # two of each worker
        assert batches[0]["spins"].dtype == torch.int8
        assert batches[0]["spins"].shape == (6, 16, 16)
        seen += [
            {"index": int(index), "sample_id": sample_id, "label": int(label),
             "temperature": float(temperature), "spins": spins.numpy()}
            for batch in batches
            for index, sample_id, label, temperature, spins in zip(
                batch["index"], batch["sample_id"], batch["label"], batch["temperature"],
                batch["spins"], strict=True,
            )
        ]  # fmt: skip
    assert same(sorted(seen, key=lambda sample: sample["index"]), whole)


def test_a_transform_makes_what_the_model_sees() -> None:
    torch = pytest.importorskip("torch")
    item = next(iter(small().torch(lambda spins: spins[None].float())))
    assert item["spins"].shape == (1, 16, 16)
    assert item["spins"].dtype == torch.float32


def test_datasets_reads_a_stream_too() -> None:
    whole = first(small(), 10)
    read = [dict(row) for row in small().datasets().take(10)]
    assert [row["sample_id"] for row in read] == [sample["sample_id"] for sample in whole]
    np.testing.assert_array_equal(read[3]["spins"], whole[3]["spins"])
    assert small().datasets().features["label"].names == V1.config(CONFIG).task.names
    second = small().datasets(shards=2).shard(num_shards=2, index=1)
    assert [row["index"] for row in second.take(3)] == [1, 3, 5]


def test_a_split_is_a_map_style_dataset() -> None:
    torch = pytest.importorskip("torch")
    spins, labels = ising_bench.arrays(CONFIG, "validation")
    split = ising_bench.torch_dataset(CONFIG, "validation")
    assert len(split) == 300
    item = split[7]
    assert list(item) == ["spins", "label", "temperature", "sample_id"]
    assert item["spins"].dtype == torch.int8
    np.testing.assert_array_equal(item["spins"].numpy(), spins[7])
    batch = next(iter(torch.utils.data.DataLoader(split, batch_size=300, num_workers=1)))
    np.testing.assert_array_equal(batch["label"], labels)
    assert batch["sample_id"][7] == item["sample_id"]
    negated = ising_bench.torch_dataset(CONFIG, "validation", transform=torch.neg)
    np.testing.assert_array_equal(negated[7]["spins"].numpy(), -spins[7])
    with pytest.raises(UnknownNameError):
        ising_bench.torch_dataset(CONFIG, "tset")


def test_a_seed_is_an_entropy_by_a_fixed_rule() -> None:
    line = hashlib.sha256(b"ising-bench seed 5").hexdigest()
    one = ising_bench.simulate(CONFIG, 2.0, size=8, sweeps=3, seed=5)
    np.testing.assert_array_equal(
        one, ising_bench.simulate(CONFIG, 2.0, size=8, sweeps=3, entropy=line)
    )
    with pytest.raises(IsingBenchError, match="not both"):
        ising_bench.simulate(CONFIG, 2.0, seed=5, entropy=line)
