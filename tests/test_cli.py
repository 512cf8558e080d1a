"""The command line as a person uses it: what it prints, and how it fails."""

import json
from importlib.metadata import version
from pathlib import Path

import mpmath
import pytest
from finite_lattice import partition
from PIL import Image

from conftest import Cli, only_line
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.systems.ising import PERIODIC_FERRO


def test_help_names_every_command_with_an_example(cli: Cli) -> None:
    done = cli("--help")
    assert done.returncode == 0
    for command in ("build", "verify", "generate", "show", "info"):
        assert command in done.stdout
        assert "ising-bench" in cli(command, "--help").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["build", "potts"], "unknown config or set of configs 'potts': choose from paper"),
        (["build", "periodic_ferro", "--threads", "0"], "threads is 0"),
        (["build", "--entropy", "abc"], "64 hexadecimal digits"),
        (["verify", "nowhere"], "ising-bench build --out nowhere"),
        (["generate", "potts", "--per-class", "1", "--out", "x"], "unknown config 'potts'"),
        (["generate", "periodic_ferro", "--per-class", "-1", "--out", "x"], "--per-class is -1"),
        (["show", "potts"], "unknown config 'potts'"),
        (["exact", "potts", "--temperature", "2"], "unknown config 'potts'"),
        (["exact", "skewed_ferro", "--temperature", "-1"], "not a finite number"),
        (["exact", "skewed_ferro", "--temperature", "nan"], "not a finite number"),
        (["show", "periodic_ferro", "--split", "dev"], "unknown split 'dev'"),
        (["show", "periodic_ferro", "--out", "no/such/folder/x.png"], "No such file or directory"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_a_mistake_is_one_line_and_exit_1(
    cli: Cli, tmp_path: Path, args: list[str], said: str
) -> None:
    done = cli(*args)
    assert done.returncode == 1
    assert said in only_line(done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args", [["paint"], ["build", "--treads", "2"], ["build", "--threads", "two"], ["generate"]]
)
def test_wrong_usage_is_exit_2(cli: Cli, args: list[str]) -> None:
    done = cli(*args)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_info_prints_systems_counts_release_and_digests(cli: Cli) -> None:
    text = cli("info").stdout
    record = json.loads(cli("info", "--json").stdout)
    assert record["newest"] == V1_1.version
    assert list(record["releases"]) == ["1.0.0", "1.1.0"]
    found = record["releases"][V1.version]
    for config in V1.configs:
        assert config.name in text
        assert found["configs"][config.name]["content_digest"] == V1.digests[config.name]
        assert V1.digests[config.name][:16] in text
    assert found["tasks"]["paper"]["splits"]["train"] == [220, 80, 90, 210]


def test_exact_prints_the_finite_lattice(cli: Cli) -> None:
    record = json.loads(cli("exact", "periodic_ferro", "--temperature", "2.20", "--json").stdout)
    assert record["energy_per_site"] == pytest.approx(-1.54649, abs=5e-6)
    log_z = float(mpmath.log(partition(PERIODIC_FERRO, 100, mpmath.mpf(5) / 11)))
    assert record["log_partition_per_site"] == pytest.approx(log_z / 10_000, rel=1e-11)
    assert record["heat_capacity_per_site"] == pytest.approx(1.4143, abs=1e-4)
    assert "heat_capacity_per_site" in cli("exact", "skewed_ferro", "--temperature", "0.5").stdout
    cold = json.loads(cli("exact", "skewed_ferro", "--temperature", "0", "--json").stdout)
    assert cold["log_partition_per_site"] is None
    assert cold["energy_per_site"] == -1.97


def test_show_writes_a_panel_and_prints_its_path(cli: Cli, tmp_path: Path) -> None:
    done = cli("show", "skewed_ferro", "--split", "test", "-n", "3")
    assert done.stdout.strip() == "skewed_ferro-test.png"
    with Image.open(tmp_path / "skewed_ferro-test.png") as picture:
        assert picture.width > 500
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1_000_000)}
    assert {(38, 70, 160), (250, 214, 60)} <= colours


def test_show_says_when_a_class_is_too_small(cli: Cli) -> None:
    done = cli("show", "skewed_ferro", "--split", "test", "-n", "51")
    assert done.returncode == 1
    assert "-n is 51, but the split has 50 lattices of SbCR" in only_line(done.stderr)


def test_a_new_entropy_is_printed_and_gives_the_same_folder_again(cli: Cli, tmp_path: Path) -> None:
    first = cli("build", "periodic_ferro", "--entropy", "new", "--out", "a")
    assert "fresh draw of release 1.1.0" in first.stdout
    entropy = first.stdout.split("entropy ")[1].strip()
    cli("build", "periodic_ferro", "--entropy", entropy.upper(), "--out", "b")
    assert (tmp_path / "a/manifest.json").read_bytes() == (
        tmp_path / "b/manifest.json"
    ).read_bytes()
    shown = cli("verify", "b").stdout
    assert "not the release itself" in shown
    assert entropy in shown


def test_verify_says_what_it_checked(cli: Cli, built: Path) -> None:
    done = cli("verify", str(built))
    assert done.returncode == 0
    assert "release 1.1.0" in done.stdout
    assert "configs: 4, files: 12, rows: 5200: all checks passed" in done.stdout


def test_the_version_is_printed(cli: Cli) -> None:
    done = cli("--version")
    assert (done.returncode, done.stdout) == (0, f"ising-bench {version('ising-bench')}\n")


def test_a_checkout_is_no_dataset_and_no_place_for_one(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ising-bench").mkdir()
    (tmp_path / "ising-bench" / "pyproject.toml").write_text("")
    assert "holds other files; make one elsewhere" in only_line(cli("verify").stderr)
