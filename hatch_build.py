"""Puts the top-level folders that the package reads into the wheel.

Only into a real wheel: in an editable install they are read where they stand.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            for folder in ("dataset_card", "baselines"):
                build_data["force_include"][folder] = f"ising_bench/resources/{folder}"
