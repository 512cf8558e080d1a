"""Lines that reach a reviewer: GitHub shows them on the pull request, not in a log alone."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_commands() -> Iterator[None]:
    """Where GitHub Actions runs us, what is printed in the block is text, and no command of a
    workflow, whatever a stranger has called a file."""
    token = secrets.token_hex(16)
    if _by_github():
        print(f"::stop-commands::{token}")
    yield
    if _by_github():
        print(f"::{token}::")


def _by_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def warn(path: str, text: str) -> None:
    """Where GitHub Actions runs us, an annotation of a file; nothing elsewhere."""
    if _by_github():
        print(f"::warning file={_property(path)},title=leaderboard flag::{_data(text)}")


def _data(text: str) -> str:
    """As workflow commands want it: a line end would begin a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
