"""What the commands share: the application, common options, how results and faults are shown."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, Optional

import typer

from ising_bench.digits import shared_digits
from ising_bench.terminal import fold, width

app = typer.Typer(
    help="Ising lattices as a reproducible benchmark dataset.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"ising-bench {version('ising-bench')}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print and exit.")
    ] = False,
) -> None:
    """Ising lattices as a reproducible benchmark dataset."""


Threads = Annotated[Optional[int], typer.Option(help="Threads; by default one per processor.")]
ReleaseOption = Annotated[
    Optional[str], typer.Option("--release", help="Version of the data; default: the newest.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
FOLDER = Path("ising-bench")
FLAGGED = 3  # exit code of what is in order, but flagged


def show_record(record: Mapping[str, object], json: bool) -> None:
    """A record as JSON, or for a person a line for each entry; numbers to 12 digits."""
    if json:
        import json as library

        print(library.dumps(shared_digits(dict(record)), indent=2, allow_nan=False))
        return
    longest = max(len(name) for name in record)
    for name, value in record.items():
        print(fold(f"{name:{longest}}  {_shown(value)}", width(), longest + 2))


def _shown(value: object) -> str:
    match value:
        case float():
            return f"{value:.12g}"
        case [int(), *_]:
            return ", ".join(map(str, value))
        case list():
            return " to ".join(f"{x:.4f}" for x in value)
        case dict():
            return ", ".join(f"{name} {x:.4f}" for name, x in value.items())
    return str(value)


@contextmanager
def as_our_own() -> Iterator[None]:
    """What cannot be computed of a size or a task that somebody typed is one line."""
    try:
        yield
    except ValueError as error:
        from ising_bench.errors import IsingBenchError

        raise IsingBenchError(str(error)) from None


def fail(message: str) -> NoReturn:
    print(f"ising-bench: {message}", file=sys.stderr)
    raise typer.Exit(1)
