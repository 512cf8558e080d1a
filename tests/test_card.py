"""What the card and the README say, against the records they are made from."""

import re
from pathlib import Path

import yaml

from ising_bench.paper import CHOICES, choices_markdown
from ising_bench.regions import REGIONS
from ising_bench.release import V1

ROOT = Path(__file__).parent.parent


def test_the_card_shows_choices_counts_and_digests(built: Path) -> None:
    card = (built / "README.md").read_text()
    assert choices_markdown() in card
    assert "$" not in card
    for split in V1.splits:
        counts = " | ".join(str(count) for count in split.counts)
        assert f"| `skewed_ferro` | {split.name} | {counts} | {split.rows} |" in card
    for digest in V1.digests.values():
        assert digest in card
    for region in REGIONS:
        assert region.name in card


def test_the_header_carries_the_digest_in_each_description(built: Path) -> None:
    header = yaml.safe_load((built / "README.md").read_text().split("---\n")[1])
    assert [config["config_name"] for config in header["configs"]] == V1.config_names
    for config in header["configs"]:
        assert V1.digests[config["config_name"]] in config["description"]
        assert config["version"] == V1.version
    assert header["license"] == "cc-by-4.0"


def test_the_readme_shows_the_same_choices() -> None:
    readme = (ROOT / "README.md").read_text()
    assert choices_markdown() in readme
    assert len(CHOICES) > 5


def test_every_command_in_the_readme_exists() -> None:
    """Each `ising-bench COMMAND` line names a command, and only options that it has."""
    import typer.main

    from ising_bench.cli import app

    group = typer.main.get_command(app)
    lines = re.findall(r"^ising-bench (.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert lines
    for line in lines:
        name, *rest = line.split("#")[0].split()
        command = group.commands[name]  # type: ignore[attr-defined]
        options = {option for p in command.params for option in p.opts}
        assert {word for word in rest if word.startswith("-")} <= options, line
