"""Where the packaged templates are: beside the package in a checkout, inside it once installed."""

from importlib.resources import files
from pathlib import Path


def resource(folder: str, name: str) -> str:
    """The text of a file in one of the top-level folders, such as `dataset_card`."""
    installed = files("ising_bench") / "resources" / folder
    place = installed if installed.is_dir() else Path(__file__).parent.parent / folder
    return (place / name).read_text(encoding="utf-8")
