"""The command line: each command parses, calls the library, prints."""

import io
import os
import signal
import sys

from ising_bench.cli import data, fresh, generate, judge, leaderboard, models, physics, publish
from ising_bench.cli.app import app

__all__ = [
    "app",
    "data",
    "fresh",
    "generate",
    "judge",
    "leaderboard",
    "main",
    "models",
    "physics",
    "publish",
]


def main() -> None:
    """Run the command line; what a user did wrong is one line on standard error and exit 1."""
    from ising_bench.errors import IsingBenchError, reason
    from ising_bench.home import home

    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # others keep what they freed
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # any path must be printable on any terminal
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, lambda number, _: sys.exit(128 + number))  # clear up, then go
    try:
        with home():
            app()
    except IsingBenchError as error:
        lines = str(error).splitlines()
        sys.exit("\n".join(f"ising-bench: {line}" for line in lines))
    except MemoryError:
        sys.exit("ising-bench: not enough memory")
    except OSError as error:
        sys.exit(f"ising-bench: {error.filename or 'input or output'}: {reason(error)}")
