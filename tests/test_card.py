"""What the card and the README say, against the records they are made from."""

import re
from pathlib import Path

import pytest
import yaml

from ising_bench.baselines import recipe as recipes
from ising_bench.build import build
from ising_bench.card import render
from ising_bench.generate import generate
from ising_bench.measurements import tables
from ising_bench.measurements.records import shipped
from ising_bench.paper import CHOICES, choices_markdown
from ising_bench.regions import REGIONS, classes_text
from ising_bench.systems import SYSTEMS
from ising_bench.v1 import CONFIG_SETS, V1

ROOT = Path(__file__).parent.parent


def test_the_card_shows_choices_counts_and_digests(built: Path) -> None:
    card = (built / "README.md").read_text()
    assert choices_markdown() in card
    assert "$" not in card
    for split in V1.splits:
        counts = " | ".join(str(count) for count in split.counts)
        assert f"| `skewed_ferro` | {split.name} | {counts} | {split.rows} |" in card
    for name in CONFIG_SETS["paper"]:
        assert V1.digests[name] in card
    for region in REGIONS:
        assert region.name in card


def test_the_header_carries_the_digest_in_each_description(built: Path) -> None:
    header = yaml.safe_load((built / "README.md").read_text().split("---\n")[1])
    assert [config["config_name"] for config in header["configs"]] == CONFIG_SETS["paper"]
    for config in header["configs"]:
        assert V1.digests[config["config_name"]] in config["description"]
        assert config["version"] == V1.version
    assert header["license"] == "cc-by-4.0"


def test_the_readme_shows_the_same_choices() -> None:
    readme = (ROOT / "README.md").read_text()
    assert choices_markdown() in readme
    assert len(CHOICES) > 5


def test_the_readme_shows_classes_and_systems_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text()
    assert classes_text() in readme
    wraps = {1: "periodic", -1: "antiperiodic", 0: "top row fixed up, bottom row fixed down"}
    for system in SYSTEMS:
        columns, rows = wraps[system.column_wrap], wraps[system.row_wrap]
        assert f"| `{system.name}` | {system.coupling:+d} | {columns} | {rows} |" in readme


def test_readme_and_card_show_what_was_measured(built: Path) -> None:
    readme, card = (ROOT / "README.md").read_text(), (built / "README.md").read_text()
    for table in (tables.ceilings, tables.scores, tables.classes):
        assert table(shipped()) in readme
    for text in tables.all_tables().values():
        assert text in card


def test_a_fresh_draw_s_card_wears_neither_version_nor_name_of_the_release(tmp_path: Path) -> None:
    entropy = "ab" * 32
    fresh = build(["periodic_ferro"], tmp_path / "fresh", V1.redrawn(entropy))
    more = generate("skewed_ferro", 2, tmp_path / "more", entropy)
    for manifest, command in (
        (fresh, f"ising-bench build periodic_ferro --entropy {entropy}"),
        (more, f"ising-bench generate skewed_ferro --per-class 2 --entropy {entropy}"),
    ):
        card = render(manifest)
        header = yaml.safe_load(card.split("---\n")[1])
        assert "version" not in header["configs"][0]
        assert command in card
        assert 'load_dataset("ising-bench"' not in card


READMES = ["README.md", "baselines/README.md", "leaderboard/README.md"]


@pytest.mark.parametrize("name", READMES)
def test_every_command_in_a_readme_exists(name: str) -> None:
    """Each `ising-bench COMMAND`, alone on a line or in backquotes, names a command and only
    options that it has."""
    import typer.main

    from ising_bench.cli import app

    text = (ROOT / name).read_text()
    quoted = re.findall(r"`ising-bench ([^`]*)`", text)
    lines = re.findall(r"^ising-bench (.*)$", text, re.MULTILINE) + quoted
    assert lines
    for line in lines:
        words = line.split("#")[0].split()
        command = typer.main.get_command(app)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        options = {option for p in command.params for option in p.opts}
        assert {word for word in words if word.startswith("-")} <= options, line


def test_the_baselines_readme_lists_every_recipe() -> None:
    text = (ROOT / "baselines" / "README.md").read_text()
    listed = re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.MULTILINE)
    assert sorted(listed) == recipes.names()
