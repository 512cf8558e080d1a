"""The lines of a predictions file: `sample_id,trial,p0,p1,...`, a p for each class, one image in
one trial each.

Numbers are read as Python's float reads them, in decimal notation and finite, so `1.0E-5`, `.25`,
`1.` and `-0.0` are taken, and `0.0` for a trial; so are spaces around a field, the line ends of any
system, and a blank last line. What is refused is named: its line, its field and how it is spelt.
"""

import re
from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

import numpy as np

from ising_bench.progress import counted
from ising_bench.scoring.probabilities import clipped, wrong_values

MAX_TRIALS = 50

_ID = re.compile(r"[0-9a-f]{16}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def columns(classes: int) -> list[str]:
    """Of a file for a config with so many classes."""
    return ["sample_id", "trial", *(f"p{k}" for k in range(classes))]


def header(classes: int) -> str:
    """The first line of such a file."""
    return ",".join(columns(classes))


class Row(NamedTuple):
    """One image in one trial, and the line that says so."""

    line: int
    sample_id: str
    trial: int
    probabilities: list[float]


def rows_of(text: str, classes: int) -> Iterator[Row | str]:
    """Each line after the header as a row, or as where and how it is wrong: `line 7: p2 is 'x',
    ...`. Of a file with another header nothing else is said."""
    lines = re.split("\r\n|\n|\r", text)
    for _ in range(2):  # what follows the last line end, and a blank last line
        if len(lines) > 1 and not lines[-1].strip():
            lines.pop()
    names = columns(classes)
    if wrong := _wrong_header(lines[0], names):
        yield f"line 1: {wrong}"
        return
    for number, line in enumerate(lines[1:], 2):
        row = _row(number, line, names)
        yield f"line {number}: {row}" if isinstance(row, str) else row


def _wrong_header(line: str, names: list[str]) -> str | None:
    fields = _fields(line)
    if fields == names:
        return None
    if fields[1:] == names:
        return (
            f"a column {_shown(fields[0])} stands before {names[0]}, as pandas writes its index; "
            "write without it: to_csv(..., index=False)"
        )
    return f"{_shown(line)}, the header must be {','.join(names)}"


def _row(number: int, line: str, names: list[str]) -> Row | str:
    fields = _fields(line)
    if len(fields) != len(names):
        number_of = counted(len(fields), "field")
        return f"{_shown(line)} has {number_of}, not the {len(names)} of {','.join(names)}"
    named = dict(zip(names, fields, strict=True))
    sample_id = named.pop(names[0])
    if not _ID.fullmatch(sample_id):
        return f"{names[0]} is {_shown(sample_id)}, not 16 hexadecimal digits in lower case"
    for name, spelling in named.items():
        if not _NUMBER.fullmatch(spelling):
            return (
                f"{name} is {_shown(spelling)}, not a decimal number "
                "(nan, inf, underscores and hexadecimal digits are none)"
            )
        if not isfinite(float(spelling)):
            return f"{name} is {_shown(spelling)}, not a finite number"
    trial = float(named[names[1]])
    if not (trial.is_integer() and 0 <= trial < MAX_TRIALS):
        return (
            f"{names[1]} is {_shown(named[names[1]])}, not a whole number, at least 0 and at "
            f"most {MAX_TRIALS - 1}"
        )
    probabilities = clipped(np.array([float(named[name]) for name in names[2:]]))
    for name, p in zip(names[2:], probabilities, strict=True):
        if not 0 <= p <= 1:
            return f"{name} is {_shown(named[name])}, not between 0 and 1"
    if wrong := wrong_values(probabilities):
        return f"probabilities {wrong}"
    return Row(number, sample_id, int(trial), probabilities.tolist())


def _fields(line: str) -> list[str]:
    return [field.strip(" \t") for field in line.split(",")]


def _shown(spelling: str, most: int = 60) -> str:
    return repr(spelling) if len(spelling) <= most else f"{spelling[:most]!r}..."
