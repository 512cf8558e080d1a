"""What predictions alone do not say: details.toml, its template, and what of the template must not
stay in an entry."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ising_bench.errors import IsingBenchError, problems_of
from ising_bench.fields import STRICT, Count, Line, Track
from ising_bench.leaderboard.entry import Author, DataUse, Entry, Model
from ising_bench.texts import toml_of


@dataclass(frozen=True)
class Details:
    """seeds: one for each trial; none for a rule without randomness."""

    __pydantic_config__ = STRICT

    track: Track
    license: Line
    authors: Annotated[tuple[Author, ...], Field(min_length=1)]
    model: Model
    data_use: DataUse
    seeds: tuple[Count, ...] = ()


_DETAILS = TypeAdapter(Details)
Place = tuple[str | int, ...]  # of a text in a record

DETAILS = """\
# What the leaderboard says of your entry; used by: ising-bench leaderboard new
# track: paper (learns from the training images of the release), open (any amount of generated data)
# or physics (features made by hand, such as the energy)
track = "open"
license = "CC-BY-4.0"     # of the predictions
# seeds: one for each trial, at least 5 (the CSV has the rows of trial 0; repeat them with trial 1,
# 2, ...); [] for a rule without randomness
seeds = [0, 1, 2, 3, 4]

[[authors]]
name = "Your Name"

[model]
name = "my model"
family = "kind of model, such as convolutional network"
description = "one or two sentences"
# parameters = 12345
# paper = "arXiv 0000.00000"
# pretrained = { id = "org/weights", data = "ImageNet-1k", license = "Apache-2.0" }
# code = { url = "https://example.org/code", commit = "0000000000000000000000000000000000000000" }

[data_use]
training_images = 0
generated_samples = 0
# external_data = "what else it learned from"
validation = "what it served for, such as choosing the epoch that is kept"
test_used_for_selection = false
"""


def template(training_images: int) -> str:
    """details.toml to fill in, for a config with so many training images."""
    return DETAILS.replace("training_images = 0", f"training_images = {training_images}")


# Of the template's texts these are as good an answer as any; the others are to be replaced.
_ANSWERS = {"track", "license", "model.pretrained.data", "model.pretrained.license"}


def read(path: Path) -> Details:
    """The details of a file. Raises IsingBenchError where it is none, or is not filled in."""
    try:
        table = toml_of(path.read_bytes(), str(path))
        return _DETAILS.validate_json(json.dumps(table))  # as strict as an entry
    except FileNotFoundError:
        raise IsingBenchError(
            f"{path}: no such file; name yours with --details, or write one to fill in with: "
            "ising-bench leaderboard template CONFIG"
        ) from None
    except ValidationError as error:
        problems = [f"{path}: {problem}" for problem in problems_of(error)]
        raise IsingBenchError("\n".join(problems)) from None


def placeholders(entry: Entry) -> list[str]:
    """A line for each field that still says what the template says."""
    return [
        f"{'.'.join(map(str, place))}: is still the template's {text!r}; write your own"
        for place, text in _texts(asdict(entry))
        if _key(text) == _of_template().get(_field(place))
    ]


def _texts(record: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text of a record, with its place."""
    if isinstance(record, str):
        yield place, record
    elif isinstance(record, dict):
        for key, value in record.items():
            yield from _texts(value, (*place, key))
    elif isinstance(record, list | tuple):
        for i, value in enumerate(record):
            yield from _texts(value, (*place, i))


def _field(place: Place) -> str:
    """The same for every item of a list."""
    return ".".join(part for part in place if isinstance(part, str))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _of_template() -> dict[str, str]:
    """What is to be replaced, by field, also where it is commented out."""
    whole = re.sub(r"^# (\w+ = )", r"\1", DETAILS, flags=re.MULTILINE)
    keys = {_field(place): _key(text) for place, text in _texts(tomllib.loads(whole))}
    return {field: text for field, text in keys.items() if field not in _ANSWERS}
