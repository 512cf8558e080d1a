"""What the card and the README say, against the records they are made from."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import yaml

from ising_bench.baselines import recipe as recipes
from ising_bench.card import tables
from ising_bench.card.card import render
from ising_bench.card.kinds import words
from ising_bench.dataset.build import build
from ising_bench.figures.draw import figures_of
from ising_bench.figures.scores import bars
from ising_bench.identity import DATASET_ID, Home, tag_of
from ising_bench.paper import TASK, choices_markdown
from ising_bench.releases import manifest
from ising_bench.releases.table import features
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1
from ising_bench.systems.ising import SYSTEMS
from sets import generated

ROOT = Path(__file__).parent.parent
HOME = Home(DATASET_ID, tag_of(V1_1.version))
FIGURES = list(figures_of(V1_1))


def test_the_card_shows_choices_counts_and_digests(built: Path) -> None:
    card = (built / "README.md").read_text()
    assert choices_markdown(V1_1.version) in card
    assert "$" not in card
    for split in TASK.splits:
        counts = " | ".join(str(count) for count in split.counts)
        assert f"| each config | {split.name} | {counts} | {split.rows} |" in card
    for name in V1.sets["paper"]:
        assert V1.digests[name] in card
    for region in TASK.regions:
        assert region.name in card


def test_the_header_carries_the_digest_in_each_description(built: Path) -> None:
    header = yaml.safe_load((built / "README.md").read_text().split("---\n")[1])
    assert [config["config_name"] for config in header["configs"]] == V1.sets["paper"]
    for config in header["configs"]:
        assert V1.digests[config["config_name"]] in config["description"]
        assert config["version"] == V1_1.version
    assert header["license"] == "cc-by-4.0"


def test_the_readme_shows_classes_and_systems_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text()
    assert TASK.intervals in readme
    for system in SYSTEMS:
        assert f"| `{system.name}` | {' | '.join(system.facts.values())} |" in readme


def test_the_card_shows_what_was_measured(built: Path) -> None:
    card = (built / "README.md").read_text()
    for text in tables.all_tables().values():
        assert text in card


SECTIONS = {
    "Columns": ["`sample_id`", "`energy`"],
    "The systems": ["H = -sum over bonds", "figures/boundaries.png"],
    "Images of each class": ["Table 1", "no two images share a chain"],
    "What the paper says, and what was chosen": ["the paper | ising-bench 1.1.0"],
    "How it was made": ["SHAKE-256", "SFC64", "figures/metropolis_sweep.png"],
    "The best possible score": ["best expected macro-F1", "`majority`", "figures/scores.png"],
    "Not exactly in equilibrium": ["figures/energy.png", "figures/autocorrelation.png"],
    "Repeats are physics": ["Bare ground states"],
    "Known shortcuts, and what not to use it for": ["critical exponents"],
    "Rendering and resizing": ["224", "nearest"],
    "Regenerate and verify": ["ising-bench verify hf://", "x86-64", "cores"],
    "Submit a score": ["ising-bench leaderboard template"],
    "Changelog, errata, policy": ["Errata", "1.0.0", "withdrawn"],
    "Citation": ["@article{kara2021isingvit", "@misc{ising_bench"],
    "Licence": ["CC-BY-4.0"],
}


def test_every_section_is_there(built: Path) -> None:
    card = render(manifest.read(built), V1_1, HOME, FIGURES)
    parts = re.split(r"^## (.*)$", card, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(found) == list(SECTIONS)
    for name, texts in SECTIONS.items():
        for text in texts:
            assert text in found[name], (name, text)
    one_line = f'load_dataset("{HOME.repo}", "periodic_ferro", split="train", revision="v1.1.0")'
    assert one_line in parts[0]


def test_the_header_has_what_the_hub_reads(built: Path) -> None:
    header = yaml.safe_load(render(manifest.read(built), V1_1, HOME, FIGURES).split("---\n")[1])
    assert header["arxiv"] == "2109.13925"
    assert "arxiv:2109.13925" in header["tags"]
    assert header["task_categories"] == ["image-classification"]
    assert header["size_categories"] == ["1K<n<10K"]
    for info in header["dataset_info"]:
        assert [split["num_examples"] for split in info["splits"]] == [600, 300, 400]
        assert {feature["name"] for feature in info["features"]} == set(features(V1.configs[0]))


def test_the_repository_shows_the_card_of_the_release(whole: Path) -> None:
    """`make card` writes it."""
    shown = (ROOT / "dataset_card" / "README.md").read_text()
    assert shown == render(manifest.read(whole), V1_1, HOME, FIGURES)


def test_a_fresh_draw_s_card_wears_neither_version_nor_name_of_the_release(tmp_path: Path) -> None:
    entropy = "ab" * 32
    fresh = build(V1.redrawn(entropy), ["periodic_ferro"], tmp_path / "fresh")
    more = generated(V1, "skewed_ferro", 2, tmp_path / "more", entropy)
    for made, command in (
        (fresh, f"ising-bench build periodic_ferro --entropy {entropy}"),
        (more, f"ising-bench generate skewed_ferro --per-class 2 --entropy {entropy}"),
    ):
        card = render(made, V1)
        header = yaml.safe_load(card.split("---\n")[1])
        assert "version" not in header["configs"][0]
        assert command in card
        assert 'load_dataset("ising-bench"' not in card


READMES = ["README.md", "CONTRIBUTING.md", "baselines/README.md", "leaderboard/README.md"]


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


def test_the_baselines_readme_lists_every_recipe_with_the_board_s_scores() -> None:
    text = (ROOT / "baselines" / "README.md").read_text()
    listed = dict(re.findall(r"^\| `([a-z0-9_]+)` \|.*\| ([^|]*) \|$", text, re.MULTILINE))
    assert sorted(listed) == recipes.names()
    on_the_board = {bar.name for bar in bars(V1)} & set(listed)
    assert len(on_the_board) >= 7
    for name in on_the_board:
        scores = {bar.config: f"{bar.mean:.3f}" for bar in bars(V1) if bar.name == name}
        assert listed[name] == " ".join(scores[config] for config in V1.sets["paper"])


OF_THE_RELEASE_ALONE = [
    "test split of\nthis release", "all splits together", "ising-bench leaderboard template",
    "Published data never change", "no two images of a\nconfig are equal",
]  # fmt: skip
OF_SPLITS = ["Table 1.", "Train, validation and test", "only honesty keeps test labels"]


def test_a_card_says_only_what_is_true_of_its_kind(built: Path, tmp_path: Path) -> None:
    released = manifest.read(built)
    drawn = render(replace(released, kind="fresh draw", entropy="ab" * 32), V1_1)
    made = render(generated(V1_1, "skewed_ferro", 1, tmp_path / "more", "ab" * 32), V1_1)
    for text in (*OF_THE_RELEASE_ALONE, *OF_SPLITS):
        assert text in render(released, V1_1), text
        assert (text in drawn) == (text in OF_SPLITS), text
        assert text not in made, text
    for card in (drawn, made):
        assert f"datasets/{DATASET_ID}" in card  # where the rest is said
        assert "The digests of the release came out the same" in card
    assert "Its maker chose the counts" in made
    assert "its Table 1" not in made
    assert "none shares one with the\nrelease" in made


def test_every_omitted_section_is_one_of_the_template(whole: Path) -> None:
    titles = re.findall(r"^## (.*)$", render(manifest.read(whole), V1_1), re.MULTILINE)
    for kind in get_args(get_type_hints(manifest.Manifest)["kind"]):
        assert set(words(replace(manifest.read(whole), kind=kind)).omitted) <= set(titles)
