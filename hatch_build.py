"""Puts the top-level folders that the package reads into the wheel.

Only into a real wheel: in an editable install they are read where they stand.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"]["dataset_card"] = "ising_bench/resources/dataset_card"
