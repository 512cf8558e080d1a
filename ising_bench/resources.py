"""Files that the package reads: beside it in a checkout, inside it once installed."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def resource(folder: str, name: str) -> str:
    """The text of a file in one of the top-level folders, such as `dataset_card`."""
    return (_place(folder) / name).read_text(encoding="utf-8")


def resource_names(folder: str) -> list[str]:
    """The files in one of the top-level folders."""
    return [entry.name for entry in _place(folder).iterdir() if entry.is_file()]


def resource_tree(folder: str, suffix: str) -> dict[str, str]:
    """The texts with this suffix in a folder two levels deep, by `<inner folder>/<name>`."""
    return {
        f"{inner.name}/{entry.name}": entry.read_text(encoding="utf-8")
        for inner in sorted(_place(folder).iterdir(), key=lambda place: place.name)
        if inner.is_dir()
        for entry in sorted(inner.iterdir(), key=lambda place: place.name)
        if entry.name.endswith(suffix)
    }


def _place(folder: str) -> Traversable:
    installed = files("ising_bench") / "resources" / folder
    return installed if installed.is_dir() else Path(__file__).parent.parent / folder
