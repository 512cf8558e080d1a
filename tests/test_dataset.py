"""`ising_bench.load`, `verify hf://` and `--data`: from here or from the Hub, proved either way."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ising_bench
from command_line import STRICT
from conftest import Cli, only_line
from hub_server import Blob, HubServer, Repo
from ising_bench.dataset import hub as hub_module
from ising_bench.dataset.build import build
from ising_bench.dataset.verify import verify
from ising_bench.errors import IsingBenchError, UnknownNameError, VerificationError
from ising_bench.identity import DATASET_ID
from ising_bench.paper import TASK
from ising_bench.releases.v1_1 import V1_1

PARQUET = "skewed_ferro/test-00000-of-00001.parquet"


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache; `datasets` reads no constant of ours, and keeps its own."""
    import huggingface_hub.constants

    home = tmp_path / "home"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def on_the_hub(
    hub: HubServer, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Repo:
    """The paper configs, published under the release's tag; nothing is built here, as it would be
    in a checkout after `make demo`."""
    monkeypatch.chdir(tmp_path)
    repo = Repo()
    repo.tags["v1.1.0"] = repo.commit(tree_of(built))
    hub.repos[DATASET_ID] = repo
    return repo


def tree_of(folder: Path) -> dict[str, Blob]:
    """A dataset folder as a commit on the Hub."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    return {
        name: Blob(path.read_bytes(), name.endswith(".parquet")) for name, path in files.items()
    }


def first_id(config: str, split: str) -> str:
    return V1_1.chains(V1_1.config(config), TASK.split(split))[0].sample_id


def test_load_takes_the_folder_here(built: Path, hub: HubServer, monkeypatch) -> None:
    monkeypatch.chdir(built.parent)
    found = ising_bench.load("skewed_ferro")
    assert {name: len(rows) for name, rows in found.items()} == {
        "train": 600,
        "validation": 300,
        "test": 400,
    }
    assert ising_bench.load("skewed_ferro", "test")["sample_id"][0] == first_id(
        "skewed_ferro", "test"
    )
    assert hub.requests == []


@pytest.mark.usefixtures("on_the_hub")
def test_load_takes_it_from_the_hub_once(hub: HubServer, cached: Path) -> None:
    rows = ising_bench.load("skewed_ferro", "test")
    assert rows["sample_id"][0] == first_id("skewed_ferro", "test")
    assert any("v1.1.0" in request for request in hub.requests)
    assert (cached / "ising-bench").is_dir()
    hub.requests.clear()
    ising_bench.load("skewed_ferro", "test")
    assert hub.requests == []  # what is proved needs no asking
    ising_bench.load("periodic_ferro", "test")
    assert hub.requests == []


def test_load_passes_over_a_folder_that_is_not_the_release(
    on_the_hub: Repo, cached: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert on_the_hub.tags
    assert not cached.exists()
    build(V1_1.redrawn("ab" * 32), ["skewed_ferro"], tmp_path / "ising-bench")
    rows = ising_bench.load("skewed_ferro", "test")
    assert rows["sample_id"][0] == first_id("skewed_ferro", "test")
    assert "fresh draw, not release 1.1.0; taking it from the Hub" in capsys.readouterr().err


@pytest.mark.usefixtures("cached", "hub")
def test_load_from_nowhere_says_how_to_build() -> None:
    with pytest.raises(IsingBenchError, match="ising-bench build") as caught:
        ising_bench.load("skewed_ferro")
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(UnknownNameError, match="skewed_ferro"):
        ising_bench.load("skewed")
    with pytest.raises(UnknownNameError, match="validation"):
        ising_bench.load("skewed_ferro", "dev")


def test_load_without_a_network_says_how_to_build_within_seconds(tmp_path: Path) -> None:
    code = "import ising_bench; ising_bench.load('skewed_ferro')"
    for more in ({"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}):
        env = os.environ | {"HF_HOME": str(tmp_path / "home")} | more
        done = subprocess.run(
            [sys.executable, *STRICT, "-c", code],
            cwd=tmp_path, env=env, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert done.returncode == 1
        assert "make it with: ising-bench build" in done.stderr.splitlines()[-1]


@pytest.mark.usefixtures("cached")
def redirected(card: bytes) -> bytes:
    """A card whose header makes the rows of one config those of another."""
    return card.replace(b"path: skewed_ferro/", b"path: periodic_ferro/")


@pytest.mark.usefixtures("cached")
def test_a_card_has_no_say_in_what_load_hands_out(on_the_hub: Repo, copied: Path, cli: Cli) -> None:
    (copied / "README.md").write_bytes(redirected((copied / "README.md").read_bytes()))
    expected = first_id("skewed_ferro", "test")
    assert ising_bench.load("skewed_ferro", "test")["sample_id"][0] == expected
    shutil.rmtree(copied)
    tree = on_the_hub.commits[on_the_hub.head]
    card = redirected(tree["README.md"].content)
    tree["README.md"] = Blob(card, False)
    assert ising_bench.load("skewed_ferro", "test")["sample_id"][0] == expected
    found = json.loads(tree["manifest.json"].content)
    sha256 = hashlib.sha256(card).hexdigest()
    found["documents"] = [{"path": "README.md", "bytes": len(card), "sha256": sha256}]
    tree["manifest.json"] = Blob(json.dumps(found).encode(), False)
    done = cli("verify", f"hf://{DATASET_ID}@v1.1.0")
    assert done.returncode == 1
    assert "README.md: its header is wrong in configs" in done.stdout


def test_no_earlier_cache_has_a_say_either(copied: Path, monkeypatch, tmp_path: Path) -> None:
    """`datasets` caches a folder by its card: rows of a damaged one must not come back."""
    monkeypatch.chdir(copied.parent)
    wrong = (copied / PARQUET.replace("skewed", "periodic")).read_bytes()
    right = (copied / PARQUET).read_bytes()
    (copied / PARQUET).write_bytes(wrong)
    code = "from datasets import load_dataset; load_dataset('ising-bench', 'skewed_ferro')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    (copied / PARQUET).write_bytes(right)
    found = ising_bench.load("skewed_ferro", "test")
    assert found["sample_id"][0] == first_id("skewed_ferro", "test")


def test_load_in_a_folder_with_a_name_that_globs(built: Path, monkeypatch, tmp_path: Path) -> None:
    place = tmp_path / "a[x]::b"
    place.mkdir()
    (place / "ising-bench").symlink_to(built)
    monkeypatch.chdir(place)
    assert len(ising_bench.load("skewed_ferro", "test")) == 400


@pytest.mark.usefixtures("cached", "hub")
def test_the_error_names_the_config_to_build() -> None:
    with pytest.raises(IsingBenchError, match="ising-bench build skewed_ferro_equilibrium"):
        ising_bench.load("skewed_ferro_equilibrium")


def test_what_is_no_dataset_of_ours_is_not_downloaded(hub: HubServer, cli: Cli) -> None:
    repo = hub.repos["org/other"] = Repo()
    repo.commit({f"{i}.parquet": Blob(b"PAR1", True) for i in range(20)})
    line = only_line(cli("verify", "hf://org/other").stderr)
    assert "no dataset of ising-bench: it has no manifest.json" in line
    assert not any("/resolve/" in request for request in hub.requests)
    repo.commit(
        {f"{i}.parquet": Blob(b"", True) for i in range(600)}
        | {"manifest.json": Blob(b"{}", False)}
    )
    assert "nothing was downloaded" in only_line(cli("verify", "hf://org/other").stderr)


def test_what_a_stranger_wrote_cannot_draw_on_the_terminal(on_the_hub: Repo, cli: Cli) -> None:
    tree = on_the_hub.commits[on_the_hub.head]
    found = json.loads(tree["manifest.json"].content)
    evil = "\x1b[2J\nall checks passed"
    for changed in (found | {"release": evil}, found | {evil: 1}, found | {"configs": {evil: {}}}):
        tree["manifest.json"] = Blob(json.dumps(changed).encode(), False)
        done = cli("verify", f"hf://{DATASET_ID}@v1.1.0")
        assert done.returncode == 1
        assert "\x1b" not in done.stdout + done.stderr
        assert not any(x.startswith("all checks") for x in (done.stdout + done.stderr).splitlines())


def test_load_never_hands_out_what_is_not_the_release(on_the_hub: Repo, built: Path) -> None:
    tree = on_the_hub.commits[on_the_hub.head]
    other = (built / "skewed_ferro/train-00000-of-00001.parquet").read_bytes()
    tree[PARQUET] = Blob(other, True)
    with pytest.raises(VerificationError, match="ising-bench build"):
        ising_bench.load("skewed_ferro")
    tree[PARQUET] = Blob((built / PARQUET).read_bytes(), True)
    assert len(ising_bench.load("skewed_ferro", "test")) == 400  # mended there, mended here


def test_a_copy_that_was_damaged_is_fetched_again(on_the_hub: Repo, cached: Path) -> None:
    assert on_the_hub.tags
    ising_bench.load("skewed_ferro")
    victim = next(cached.rglob(PARQUET))
    victim.write_bytes(victim.read_bytes()[:1000])
    assert len(ising_bench.load("skewed_ferro", "test")) == 400


def test_verify_names_what_is_wrong_on_the_hub(on_the_hub: Repo, cli: Cli, tmp_path: Path) -> None:
    done = cli("verify", f"hf://{DATASET_ID}@v1.1.0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "configs: 4, files: 12, rows: 5200: all checks passed" in done.stdout
    tree = on_the_hub.commits[on_the_hub.head]
    tree[PARQUET] = Blob(tree[PARQUET].content[:-9] + b"?" * 9, True)
    done = cli("verify", f"hf://datasets/{DATASET_ID}")
    assert done.returncode == 1
    assert f"{PARQUET}: sha256 is" in done.stdout
    assert "does not verify:" in only_line(done.stderr)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("on_the_hub")
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("hf://nobody/nothing", "no such repository"),
        (f"hf://{DATASET_ID}@v9", "no such revision"),
        ("hf://ising-bench", "names no dataset on the Hub"),
        ("hf://a/b/c/d", "names no dataset on the Hub"),
        ("hf://a/b@..", "names no dataset on the Hub"),
    ],
)
def test_verify_of_what_is_not_there_is_one_line(place: str, said: str, cli: Cli) -> None:
    done = cli("verify", place)
    assert done.returncode == 1
    assert said in only_line(done.stderr)


@pytest.mark.usefixtures("on_the_hub")
def test_a_baseline_takes_its_data_from_the_hub(cli: Cli, tmp_path: Path) -> None:
    configs = ("--config", "skewed_ferro", "--config", "periodic_ferro")
    command = ("baseline", "energy_threshold", *configs)
    done = cli(*command, "--data", f"{DATASET_ID}@v1.1.0", "--out", "run")
    assert done.returncode == 0, done.stderr
    here = cli(*command, "--out", "simulated")
    assert here.returncode == 0
    for name in ("skewed_ferro.csv", "periodic_ferro.csv"):
        assert (tmp_path / "run" / name).read_bytes() == (
            tmp_path / "simulated" / name
        ).read_bytes()


@pytest.mark.parametrize("status", [500, None])
def test_a_download_that_breaks_off_is_one_line_and_goes_on(
    status: int | None, single: Path, hub: HubServer, tmp_path: Path, monkeypatch
) -> None:
    repo = hub.repos[DATASET_ID] = Repo()
    repo.commit(tree_of(single))
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the client waits between its attempts
    hub_module.download(DATASET_ID, tmp_path / "whole")
    for number in range(0, len(hub.requests), 3):
        out = tmp_path / f"broken-{number}"
        hub.break_after(number, status)
        with pytest.raises(IsingBenchError, match="ising-bench build") as caught:
            hub_module.download(DATASET_ID, out)
        assert len(str(caught.value).splitlines()) == 1
        hub.mend()
        hub_module.download(DATASET_ID, out)
        assert verify(out)[1] == []


@pytest.mark.usefixtures("cached")
def test_without_a_network_an_earlier_copy_serves(
    on_the_hub: Repo, hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert on_the_hub.tags
    folder = hub_module.folder_of(f"{DATASET_ID}@v1.1.0")
    hub.repos.clear()
    assert hub_module.folder_of(f"{DATASET_ID}@v1.1.0") == folder
    assert "going on with the copy" in capsys.readouterr().err
    shutil.rmtree(folder)
    with pytest.raises(IsingBenchError, match="ising-bench build"):
        hub_module.folder_of(f"{DATASET_ID}@v1.1.0")


def test_the_formats_give_int8_spins_where_they_are_asked_to(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As README and docstring say; left alone, `datasets` makes int64 of them."""
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(built.parent)
    rows = ising_bench.load("skewed_ferro", "test")
    assert rows.with_format("torch")[0]["spins"].dtype is torch.int64
    spins = rows.with_format("torch", columns=["spins"], dtype=torch.int8)[:]["spins"]
    assert spins.dtype is torch.int8
    assert (spins.numpy() == ising_bench.arrays("skewed_ferro", "test")[0]).all()
