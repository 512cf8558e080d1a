"""What pyproject.toml declares, what the lockfiles pin, and what the code needs."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def versions(lines: list[str], sign: str) -> dict[str, str]:
    """Name and version of lines such as `numpy>=2.1`."""
    named = (re.fullmatch(rf"([\w.-]+){sign}([\w.]+)", line) for line in lines)
    return {found[1].lower().replace("_", "-"): found[2] for found in named if found}


def pinned(file: str) -> dict[str, str]:
    """The pins of a constraints file."""
    return versions((ROOT / file).read_text().splitlines(), "==")


FLOORS = versions([*PROJECT["dependencies"], *EXTRAS["baselines"]], ">=")


def test_the_lowest_versions_are_pinned_as_they_are_declared() -> None:
    tests = versions([need for need in EXTRAS["dev"] if need.startswith("pytest")], ">=")
    assert len(FLOORS) == len(PROJECT["dependencies"]) + len(EXTRAS["baselines"])
    assert pinned("constraints-lowest.txt") == FLOORS | tests


def test_no_lowest_version_is_above_what_is_installed_by_default() -> None:
    def number(version: str) -> tuple[int, ...]:
        return tuple(map(int, version.split(".")))

    tested = pinned("constraints.txt")
    for name, floor in FLOORS.items():
        assert number(floor) <= number(tested[name]), name
