"""Lines that reach a reviewer: GitHub shows them on the pull request, not in a log alone."""

import os


def warn(path: str, text: str) -> None:
    """Where GitHub Actions runs us, an annotation of a file; nothing elsewhere."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        print(f"::warning file={_property(path)},title=leaderboard flag::{_data(text)}")


def _data(text: str) -> str:
    """As workflow commands want it: a line end would begin a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
