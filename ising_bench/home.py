"""A home folder for the libraries that keep caches in one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ising_bench.errors import FolderError
from ising_bench.scratch import scratch


@contextmanager
def home() -> Iterator[None]:
    """Run a block with a home folder that can be written: a temporary one where the user has none,
    since several libraries then complain, break, or make a folder called `~` where they are."""
    given = os.path.expanduser("~")
    if os.path.isabs(given) and os.path.isdir(given) and os.access(given, os.W_OK | os.X_OK):
        yield
        return
    token = Path(given, ".cache", "huggingface", "token")
    if token.is_file():  # a home that can only be read
        os.environ.setdefault("HF_TOKEN_PATH", str(token))
    with ExitStack() as stack:
        try:
            place = stack.enter_context(scratch())
        except FolderError:
            place = Path(os.devnull)  # where nothing can be kept, nothing is
        os.environ["HOME"] = str(place)
        yield
