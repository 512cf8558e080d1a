"""Commands of the leaderboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ising_bench.cli.annotations import no_commands, warn
from ising_bench.cli.app import FLAGGED, ReleaseOption, app, fail
from ising_bench.progress import counted, say

if TYPE_CHECKING:
    from ising_bench.leaderboard.check import Checked
    from ising_bench.leaderboard.entry import Code

board = typer.Typer(
    help="Make, check and rank leaderboard entries.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(board, name="leaderboard")

ROOT = Path("leaderboard")
Entries = Annotated[Path, typer.Option(help="Folder of all entries.")]


@board.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Entries, or folders of them.")],
    entries: Entries = ROOT / "entries",
) -> None:
    """Check entries as CI does: ising-bench leaderboard check leaderboard/entries/my-model

    Exit code 0: in order. 1: not in order. 3: in order, but flagged: a person has to look.
    """
    from ising_bench.leaderboard.check import check as check_entries

    _show(check_entries(paths, entries))


@board.command(name="check-pull-request")
def check_pull_request(
    base: Annotated[str, typer.Argument(help="Branch or commit that it is to go into.")],
    head: Annotated[str, typer.Argument(help="Branch or commit of the pull request.")],
    repository: Annotated[Path, typer.Option(help="The git repository.")] = Path(),
) -> None:
    """Check what a pull request changes, read as data: ... check-pull-request main my-entry

    Exit code 0: in order. 1: not in order. 3: in order, but flagged: a person has to look.
    """
    from ising_bench.leaderboard.pull_request import check_pull_request as check_changes

    _show(check_changes(repository, base, head))


def _show(checked: "Checked") -> None:
    flags = [(path, flag) for path, texts in checked.flags.items() for flag in texts]
    with no_commands():
        for problem in checked.problems:
            print(problem)
        for path, flag in flags:
            print(f"{path}: flag: {flag}")
    for path, flag in flags:
        warn(path, flag)
    if checked.problems:
        fail(counted(len(checked.problems), "problem"))
    number = counted(len(checked.entries), "entry", "entries")
    print(f"{number} in order, every score as recomputed")
    if checked.flags:
        print(f"{counted(len(checked.flags), 'entry', 'entries')} flagged: a person has to look")
        raise typer.Exit(FLAGGED)


@board.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the entry and its folder.")],
    run: Annotated[Optional[Path], typer.Option(help="Run folder of a baseline.")] = None,
    predictions: Annotated[Optional[Path], typer.Option(help="CSV of predictions.")] = None,
    config: Annotated[Optional[str], typer.Option(help="Config of the predictions.")] = None,
    details: Annotated[Path, typer.Option(help="TOML for --predictions; see template.")] = Path(
        "details.toml"
    ),
    author: Annotated[Optional[list[str]], typer.Option(help="Author of a --run.")] = None,
    code: Annotated[
        Optional[str], typer.Option(help="Where a --run's code is: https://...@COMMIT (40 digits).")
    ] = None,
    entries: Entries = ROOT / "entries",
    release: ReleaseOption = None,
) -> None:
    """Make an entry, for example: ising-bench leaderboard new my-vit --run runs/vit --author Ann"""
    from ising_bench.errors import IsingBenchError
    from ising_bench.leaderboard import new as making
    from ising_bench.leaderboard.entry import Author, AuthorFields
    from ising_bench.releases.known import release_of

    if (run is None) == (predictions is None):
        raise IsingBenchError("name either a --run or a file of --predictions")
    if run is not None:
        if not author:
            raise IsingBenchError("say who made it, with --author; repeat it for several")
        authors = tuple(Author(one) for one in author)
        fields = AuthorFields(name, authors, "CC-BY-4.0", _code(code))
        paths = making.from_run(run, entries, fields)
    else:
        if config is None or predictions is None:
            raise IsingBenchError("--predictions needs the --config that they are for")
        version = release_of(release)
        version.config(config)
        paths = making.from_predictions(name, predictions, version, config, details, entries)
    for path in paths:
        print(path)
    print(f"now look at them, and run: ising-bench leaderboard check {entries / name}")


def _code(place: Optional[str]) -> "Code | None":
    from ising_bench.leaderboard.entry import Code

    if place is None:
        return None
    url, _, commit = place.rpartition("@")
    return Code(url, commit)


@board.command()
def template(
    config: Annotated[str, typer.Argument(help="Config whose test images to list.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    release: ReleaseOption = None,
) -> None:
    """Write a CSV to fill in, and the details: ising-bench leaderboard template periodic_ferro"""
    from ising_bench.leaderboard.new import template as write_template
    from ising_bench.releases.known import release_of

    for path in write_template(release_of(release), config, out):
        print(path)


@board.command()
def render(
    root: Annotated[Path, typer.Argument(help="Folder of the leaderboard.")] = ROOT,
) -> None:
    """Write README.md, index.html and schema.json: ising-bench leaderboard render"""
    from ising_bench.leaderboard.board_files import write_board

    for path in write_board(root):
        print(path)


@board.command()
def rescore(
    entries: Annotated[Path, typer.Argument(help="Folder of all entries.")] = ROOT / "entries",
    write: Annotated[bool, typer.Option("--write", help="Also write the new scores.")] = False,
) -> None:
    """Recompute every stored entry and show what moved: ising-bench leaderboard rescore --write"""
    from ising_bench.leaderboard.rescore import rescore as rescore_entries

    moved = rescore_entries(entries, write)
    for line in moved:
        print(line)
    print(f"{counted(len(moved), 'score')} moved" + (", written" if write and moved else ""))


@board.command()
def withdraw(
    path: Annotated[Path, typer.Argument(help="The entry's JSON file.")],
    reason: Annotated[str, typer.Option(help="Why; it is shown on the board.")],
    superseded: Annotated[
        bool, typer.Option("--superseded", help="A better entry took its place.")
    ] = False,
) -> None:
    """Mark an entry withdrawn or superseded, with the reason; its predictions stay."""
    from ising_bench.leaderboard.rescore import mark

    mark(path, "superseded" if superseded else "withdrawn", reason)
    print(f"{path}: marked; now run: ising-bench leaderboard render")


@board.command()
def export(
    paths: Annotated[list[Path], typer.Argument(help="Entries of one model.")],
    out: Annotated[Path, typer.Option(help="File for the model's repository.")] = Path(
        ".eval_results/ising-bench.yaml"
    ),
    entries: Entries = ROOT / "entries",
) -> None:
    """Write scores for a model's page on the Hub: ... export leaderboard/entries/my-model"""
    from ising_bench.errors import VerificationError
    from ising_bench.leaderboard.check import check as check_entries
    from ising_bench.leaderboard.export import write

    checked = check_entries(paths, entries)
    if checked.problems:
        raise VerificationError(checked.problems)
    for path, flags in checked.flags.items():
        for flag in flags:
            say(f"{path}: flag: {flag}")
    print(write(checked.entries, out))
