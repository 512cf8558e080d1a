"""A pull request that adds an entry, checked as data: its files are read out of git by base-branch
code, and nothing of it is checked out, installed or run.

What is judged is what merging it would do to the base, not what its branch looks like from where it
left: with several best common ancestors a branch that seems to add an entry can take back what the
base has gained since.
"""

import re
from pathlib import Path

from ising_bench.errors import VerificationError
from ising_bench.fields import NAME
from ising_bench.leaderboard import entry, git
from ising_bench.leaderboard.board import ENTRIES, Scored
from ising_bench.leaderboard.check import Checked, check
from ising_bench.leaderboard.git import Change
from ising_bench.scoring import predictions
from ising_bench.scratch import scratch

_PATH = re.compile(rf"leaderboard/entries/({NAME})/([a-z0-9_]{{1,64}})\.(json|csv)")
_ON_THE_BOARD = re.compile(r"leaderboard/entries/[\w-]+/\w+\.(json|csv)", re.ASCII)
_LIMITS = {"json": entry.MAX_BYTES, "csv": predictions.MAX_BYTES}
_MOST_FILES = 64


def check_pull_request(repository: Path, base: str, head: str) -> Checked:
    """Check what merging `head` changes in `base`: it adds files of one entry's folder only, plain
    ones, of bounded size, that a submitter may add; then everything that `check` checks, beside the
    entries of `base`.

    Raises IsingBenchError where git cannot tell.
    """
    base, head = git.commit(repository, base), git.commit(repository, head)
    try:
        changes, tree = _merge(repository, base, head)
    except VerificationError as error:
        return Checked([], error.problems, {})
    with scratch() as place:
        for blob, path in git.files(repository, tree, ENTRIES.as_posix()):
            if _ON_THE_BOARD.fullmatch(path):
                target = place / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(git.content(repository, blob))
        folder = (place / changes[0].path).parent
        checked = check([folder], place / ENTRIES)
    here = f"{place}/"
    return Checked(
        checked.entries,
        [
            problem.replace(here, "")
            for problem in [*checked.problems, *_maintainers_problems(checked.entries)]
        ],
        {path.replace(here, ""): flags for path, flags in checked.flags.items()},
    )


def _merge(repository: Path, base: str, head: str) -> tuple[list[Change], str]:
    """What a merge changes in the base, and the tree that it gives. Raises VerificationError where
    that is not to be had, or is more than an entry."""
    left_at = git.merge_bases(repository, base, head)
    if len(left_at) != 1:
        what = "no common ancestor" if not left_at else f"{len(left_at)} best common ancestors"
        raise VerificationError(
            [
                f"the pull request and its base have {what}, so what a merge would take back "
                "cannot be told; send the entry as one commit on top of the base"
            ]
        )
    # its own changes first: to merge what names millions of paths would take long
    _refuse_others(repository, base, git.changes(repository, left_at[0], head))
    tree = git.merged(repository, base, head)
    if tree is None:
        raise VerificationError(
            ["the pull request conflicts with its base; send the entry on top of the base"]
        )
    changes = git.changes(repository, base, tree)
    _refuse_others(repository, base, changes)
    return changes, tree


def _maintainers_problems(entries: list[Scored]) -> list[str]:
    """Entries that only the maintainers add."""
    return [
        f"{scored.path}: {said} is for the maintainers to add; a submission has predictions, is "
        "current, and is in track paper, open or physics"
        for scored in entries
        for said, is_so in (
            ("kind reported", scored.entry.kind == "reported"),
            ("track reference", scored.entry.track == "reference"),
            (f"status {scored.entry.status}", scored.entry.status != "current"),
        )
        if is_so
    ]


def _refuse_others(repository: Path, base: str, changes: list[Change]) -> None:
    """Raise VerificationError for changes that are not those of a submission."""
    if problems := _path_problems(repository, base, changes):
        raise VerificationError(problems)


def _path_problems(repository: Path, base: str, changes: list[Change]) -> list[str]:
    if not changes:
        return ["the pull request changes nothing"]
    if len(changes) > _MOST_FILES:
        return [f"the pull request changes more than {_MOST_FILES} files; an entry has a few"]
    problems, names = [], set()
    for change in changes:
        match = _PATH.fullmatch(change.path)
        shown = repr(change.path)[1:-1][:200]
        if match is None:
            problems.append(
                f"{shown}: a submission changes leaderboard/entries/NAME/CONFIG.json and "
                "CONFIG.csv only"
            )
            continue
        names.add(match[1])
        if change.kind != "A":
            problems.append(
                f"{shown}: is on the board already; a submission adds an entry under a new name, "
                "and errata are made by the maintainers"
            )
        elif change.mode != git.PLAIN_FILE:
            problems.append(f"{shown}: mode {change.mode}, it must be a plain file")
        elif (size := git.size(repository, change.blob)) > _LIMITS[match[3]]:
            problems.append(f"{shown}: {size} bytes, more than {_LIMITS[match[3]]}")
    for name in names:
        if git.is_there(repository, base, f"{ENTRIES.as_posix()}/{name}"):
            problems.append(f"{name}: there is an entry of that name; choose another")
    if len(names) > 1:
        problems.append(f"the pull request changes {len(names)} entries; send one at a time")
    return problems
