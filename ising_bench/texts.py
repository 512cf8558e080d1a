"""Texts that strangers write: UTF-8, TOML, JSON and YAML read into plain values.

Whatever is wrong with one is an IsingBenchError of one line that begins with its name, also what
the parsers themselves let through or answer with an error of another kind: too deep a nesting,
numbers of thousands of digits, days that no month has.
"""

import json
import tomllib
from math import isfinite
from typing import Any

from ising_bench.errors import IsingBenchError, first_line

_DEEPEST = 50  # lists and tables in one another
_INTEGERS = range(-(2**63), 2**63)  # what TOML calls an integer


def text_of(content: bytes, name: str) -> str:
    """UTF-8 as text, without a byte order mark, with line feeds at the ends of lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IsingBenchError(f"{name} is not UTF-8: see byte {error.start}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def toml_of(content: bytes, name: str) -> dict[str, Any]:
    """A TOML file as what JSON knows too: tables, lists, texts, finite numbers, true and false."""
    text = text_of(content, name)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise IsingBenchError(f"{name} is not TOML that can be read: nested too deeply") from None
    except ValueError as error:
        raise IsingBenchError(f"{name} is not TOML: {first_line(error)}") from None
    if problem := _unplain(table):
        raise IsingBenchError(f"{name}: {problem}")
    return table


def _unplain(value: Any, depth: int = 0) -> str | None:
    """What is in a value of TOML that no record of ours has a use for."""
    if depth > _DEEPEST:
        return "nested too deeply"
    match value:
        case dict() | list():
            inside = value.values() if isinstance(value, dict) else value
            return next((said for one in inside if (said := _unplain(one, depth + 1))), None)
        case str() | bool():
            return None
        case int():
            return None if value in _INTEGERS else "an integer has more than 64 bits"
        case float():
            return None if isfinite(value) else f"{value} is not a finite number"
    return f"{value} is a date or time; write it as a text, in quotes"


def json_of(content: bytes, name: str) -> Any:
    """One JSON value: no key twice, no NaN."""
    text = text_of(content, name)
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise IsingBenchError(f"{name} is not JSON that can be read: nested too deeply") from None
    except ValueError as error:
        raise IsingBenchError(f"{name} is not JSON: {first_line(error)}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"key {key[:60]!a} stands twice")
        members[key] = value
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def yaml_of(text: str, name: str) -> Any:
    """One YAML document."""
    import yaml

    try:
        return yaml.safe_load(text)
    except RecursionError:
        raise IsingBenchError(f"{name} is not YAML that can be read: nested too deeply") from None
    except Exception as error:  # the loader lets out whatever a value's constructor meets
        raise IsingBenchError(f"{name} is not YAML: {first_line(error)}") from None
