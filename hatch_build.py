"""Puts the top-level folders that the package reads into the wheel.

Only into a real wheel: in an editable install they are read where they stand.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FILES = ("CHANGELOG.md", "CITATION.cff")


class ResourcesHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            # what the board says, not the predictions behind it
            entries = Path(self.root).glob("leaderboard/entries/*/*.json")
            included = [path.relative_to(self.root).as_posix() for path in entries]
            for name in ("dataset_card/README.md.template", "baselines", *_FILES, *included):
                build_data["force_include"][name] = f"ising_bench/resources/{name}"
