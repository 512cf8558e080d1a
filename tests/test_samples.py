"""Reading the data back: `load_dataset` word for word, and plain arrays."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ising_bench
from conftest import Cli
from ising_bench.dataset.build import build
from ising_bench.errors import FolderError, UnknownNameError, VerificationError
from ising_bench.paper import TASK
from ising_bench.releases import table
from ising_bench.releases.table import features
from ising_bench.releases.v1_1 import V1_1
from ising_bench.simulation.simulate import simulate

LOAD = """
import numpy as np
from datasets import load_dataset
from datasets.utils import disable_progress_bars
disable_progress_bars()
for config in {configs}:
    dataset = load_dataset("ising-bench", config)
    for split, rows in dataset.items():
        print(config, split, len(rows), *np.bincount(rows["label"]))
train = load_dataset("ising-bench", "periodic_ferro", split="train")
row = train[0]
print(row["image"].mode, row["image"].size, np.shape(row["spins"]), sorted(row))
pixels = np.asarray(row["image"])
print((pixels[..., 2] > 100).tolist() == (np.array(row["spins"]) > 0).tolist())
print(train.info.version, train.features["label"].names)
"""


def python(code: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a script as a user would, offline, with every warning an error."""
    env = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


def test_load_dataset_works_word_for_word_offline_and_in_silence(
    built: Path, tmp_path: Path
) -> None:
    done = python(LOAD.format(configs=V1_1.sets["paper"]), built.parent, tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    for i, name in enumerate(V1_1.sets["paper"]):
        assert lines[3 * i : 3 * i + 3] == [
            f"{name} train 600 220 80 90 210",
            f"{name} validation 300 100 50 60 90",
            f"{name} test 400 150 50 70 130",
        ]
    assert lines[-3] == f"RGB (100, 100) (100, 100) {sorted(features(V1_1.configs[0]))}"
    assert lines[-2] == "True"
    assert lines[-1] == "1.1.0 ['FSbCR', 'SbCR', 'CR', 'SpCR']"


def test_a_rebuilt_folder_is_not_served_from_the_cache(tmp_path: Path) -> None:
    """`datasets` caches a local folder by its card alone."""
    code = (
        "from datasets import load_dataset\n"
        "print(load_dataset('ising-bench', 'periodic_ferro', split='test')['sample_id'][0])"
    )
    seen = set()
    for entropy in ("ab" * 32, "cd" * 32):
        out = tmp_path / "ising-bench"
        if out.exists():
            out.rename(tmp_path / "previous")
        build(V1_1.redrawn(entropy), ["periodic_ferro"], out)
        done = python(code, tmp_path, tmp_path / "home")
        assert done.returncode == 0, done.stderr
        seen.add(done.stdout)
    assert len(seen) == 2


def test_the_features_are_what_datasets_makes_of_them() -> None:
    from datasets import Features

    from ising_bench.card import header as card_header

    ours = features(V1_1.configs[0])
    theirs = Features.from_dict(ours)
    assert Features.from_dict(theirs.to_dict()) == theirs
    assert list(theirs) == list(ours)
    columns = card_header.yaml_features(V1_1.configs[0])
    assert Features._from_yaml_list(columns) == theirs


def test_a_parquet_file_alone_carries_the_features(built: Path, tmp_path: Path) -> None:
    code = (
        "from datasets import Dataset\n"
        "rows = Dataset.from_parquet('ising-bench/periodic_ferro/test-00000-of-00001.parquet')\n"
        "print(rows.features['image'], rows.features['label'].names)"
    )
    done = python(code, built.parent, tmp_path)
    assert done.stdout.strip() == "Image(mode='RGB', decode=True) ['FSbCR', 'SbCR', 'CR', 'SpCR']"


@pytest.mark.parametrize("name", V1_1.sets["paper"])
def test_arrays_are_the_chains_of_the_release(name: str, built: Path) -> None:
    config, split = V1_1.config(name), TASK.split("validation")
    chains = V1_1.chains(config, split)
    spins, labels = ising_bench.arrays(name, "validation", built)
    assert (spins.dtype, spins.shape) == (np.int8, (300, 100, 100))
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(spins, simulate(chains))
    np.testing.assert_array_equal(labels, [chain.label for chain in chains])


def test_arrays_without_a_folder_are_simulated(built: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    spins, labels = ising_bench.arrays("skewed_ferro", "test")
    from_folder = ising_bench.arrays("skewed_ferro", "test", built)
    np.testing.assert_array_equal(spins, from_folder[0])
    np.testing.assert_array_equal(labels, from_folder[1])
    assert labels.dtype == np.int64
    assert list(tmp_path.iterdir()) == []


def test_arrays_say_so_when_the_folder_does_not_verify(
    copied: Path, built: Path, monkeypatch, capsys
) -> None:
    path = copied / "periodic_ferro/test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    monkeypatch.chdir(copied.parent)
    spins, _ = ising_bench.arrays("periodic_ferro", "test")
    assert "does not verify" in capsys.readouterr().err
    np.testing.assert_array_equal(spins, ising_bench.arrays("periodic_ferro", "test", built)[0])
    with pytest.raises(VerificationError, match=r"test-00000-of-00001\.parquet"):
        ising_bench.arrays("periodic_ferro", "test", copied)


def test_arrays_never_take_a_fresh_draw_for_the_release(
    built: Path, tmp_path: Path, monkeypatch
) -> None:
    build(V1_1.redrawn("ab" * 32), ["periodic_ferro"], tmp_path / "ising-bench")
    monkeypatch.chdir(tmp_path)
    spins, _ = ising_bench.arrays("periodic_ferro", "test")
    np.testing.assert_array_equal(spins, ising_bench.arrays("periodic_ferro", "test", built)[0])
    fresh, _ = ising_bench.arrays("periodic_ferro", "test", "ising-bench")
    assert not np.array_equal(fresh, spins)


def test_arrays_name_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="periodic_ferro"):
        ising_bench.arrays("periodic", "train")
    with pytest.raises(UnknownNameError, match="validation"):
        ising_bench.arrays("periodic_ferro", "dev")
    with pytest.raises(FolderError, match="ising-bench build"):
        ising_bench.arrays("periodic_ferro", "train", tmp_path / "nowhere")


def test_rows_hold_what_their_chains_say(built: Path) -> None:
    rows = table.read(
        built / "antiperiodic_ferro/test-00000-of-00001.parquet", V1_1.config("antiperiodic_ferro")
    )
    chains = V1_1.chains(V1_1.config("antiperiodic_ferro"), TASK.test)
    assert rows.column("sample_id").to_pylist() == [chain.sample_id for chain in chains]
    assert rows.column("temperature").to_pylist() == [chain.point / 100 for chain in chains]


def test_generated_data_verify_and_load(cli: Cli, tmp_path: Path) -> None:
    done = cli("generate", "skewed_ferro", "--per-class", "3", "--out", "more")
    assert done.returncode == 0, done.stderr
    assert "not release data" in done.stdout
    assert "not release data" in cli("verify", "more").stdout
    code = (
        "from datasets import load_dataset\n"
        "rows = load_dataset('more', 'skewed_ferro', split='generated')\n"
        "print(sorted(rows['label']))"
    )
    shown = python(code, tmp_path, tmp_path / "home")
    assert shown.stdout.strip() == str([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
