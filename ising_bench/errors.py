"""What can go wrong that the user can mend: each error is one line that says what to do next."""

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


class IsingBenchError(Exception):
    """The root of every error that ising-bench raises on purpose."""


class UnknownNameError(IsingBenchError):
    """A config, split or release that does not exist; the message lists those that do."""


class FolderError(IsingBenchError):
    """A dataset folder that cannot be read, written or replaced."""


class VerificationError(IsingBenchError):
    """Data that are not what they claim to be; `problems` holds one line for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[list[str]]]:
        return type(self), (self.problems,)  # as it comes from another process


def problems_of(error: "ValidationError") -> list[str]:
    """What is wrong with a record, and where if not with all of it: a line for each of the first 20
    problems. A key may be anything, so it is shown quoted and cut."""
    return [_problem(details) for details in error.errors()[:20]]


def first_problem(error: "ValidationError") -> str:
    """The first of them."""
    return _problem(error.errors()[0])


_IN_WORDS = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is no field of this record",
    "dataclass_type": "must be a record of named fields",
}


def _problem(details: "ErrorDetails") -> str:
    if details["type"] == "value_error":  # raised by a check of ours, in whole words
        text = str(details["ctx"]["error"])
    else:
        own = details["msg"]
        text = _IN_WORDS.get(details["type"], own[:1].lower() + own[1:])
    where = ".".join(ascii(str(part))[1:-1][:60] for part in details["loc"])
    return one_line(f"{where}: {text}" if where else text)


def first_line(error: BaseException | str) -> str:
    """The first line of somebody else's error that says anything, else its type."""
    lines = (line.strip() for line in str(error).splitlines())
    return one_line(next((line for line in lines if line), type(error).__name__))


def reason(error: OSError) -> str:
    """Why the system refused, without numbers; shutil's own error is a list of others."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        return one_line(str(error.args[0][0][-1]))
    return error.strerror or first_line(error)


def one_line(text: str, most: int = 300) -> str:
    """A text from elsewhere as one line that a terminal can be shown, cut where it is long."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: most + 1])
    return shown if len(text) <= most else f"{shown[:most]}..."


def one_of(kind: str, name: str, known: list[str]) -> str:
    """Return `name` if it is known, else raise UnknownNameError that lists the known ones."""
    if name in known:
        return name
    raise UnknownNameError(f"unknown {kind} {name!r}: choose from {', '.join(known)}")
