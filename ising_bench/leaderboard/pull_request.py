"""A pull request that adds an entry, checked as data: its files are read out of git by base-branch
code, and nothing of it is checked out, installed or run."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ising_bench.errors import IsingBenchError
from ising_bench.fields import NAME
from ising_bench.leaderboard import entry
from ising_bench.leaderboard.board import ENTRIES
from ising_bench.leaderboard.check import Checked, check
from ising_bench.scoring import predictions

_PATH = re.compile(rf"leaderboard/entries/({NAME})/([a-z0-9_]{{1,64}})\.(json|csv)")
_LIMITS = {"json": entry.MAX_BYTES, "csv": predictions.MAX_BYTES}
_MOST_FILES = 64
_MOST_BYTES = 2_000_000  # of one answer of git; the largest file is half of it
_PLAIN_FILE = "100644"


@dataclass(frozen=True)
class _Change:
    """One path that the pull request changes: A added, M modified, D deleted, T type changed."""

    kind: str
    mode: str
    blob: str
    path: str


def check_pull_request(repository: Path, base: str, head: str) -> Checked:
    """Check what `head` changes since it left `base`: files of one entry's folder only, plain ones,
    of bounded size; then everything that `check` checks.

    Raises IsingBenchError where git cannot tell.
    """
    base, head = _commit(repository, base), _commit(repository, head)
    changes = _changes(repository, base, head)
    problems = _path_problems(repository, base, changes)
    if problems:
        return Checked([], problems, {})
    with tempfile.TemporaryDirectory() as scratch:
        name = changes[0].path.split("/")[2]
        folder = Path(scratch) / ENTRIES / name
        folder.mkdir(parents=True)
        # the folder as the pull request leaves it, also what it does not touch
        for blob, path in _files(repository, head, f"{ENTRIES.as_posix()}/{name}"):
            (folder / Path(path).name).write_bytes(_git(repository, "cat-file", "blob", blob))
        found = check([folder], repository / ENTRIES)
    here = f"{scratch}/"
    return Checked(
        found.entries,
        [problem.replace(here, "") for problem in found.problems],
        {path.replace(here, ""): flags for path, flags in found.flags.items()},
    )


def _commit(repository: Path, name: str) -> str:
    """The hash of a branch or commit, so that no name can be taken for an option."""
    try:
        found = _git(repository, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except IsingBenchError:
        raise IsingBenchError(f"{repository} has no commit {name!r}; fetch it first") from None
    return found.decode("ascii").split()[-1]


def _changes(repository: Path, base: str, head: str) -> list[_Change]:
    """Raw differences from where head left base; no rename is guessed."""
    raw = _git(repository, "diff", "--raw", "-z", "--no-renames", "--abbrev=64", f"{base}...{head}")
    parts = raw.decode("utf-8", "backslashreplace").split("\0")
    found = []
    for meta, path in zip(parts[0:-1:2], parts[1::2], strict=False):
        _, mode, _, blob, kind = meta.split(" ")
        found.append(_Change(kind, mode, blob, path))
    return found


def _path_problems(repository: Path, base: str, changes: list[_Change]) -> list[str]:
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
        elif change.mode != _PLAIN_FILE:
            problems.append(f"{shown}: mode {change.mode}, it must be a plain file")
        elif (size := _size(repository, change.blob)) > _LIMITS[match[3]]:
            problems.append(f"{shown}: {size} bytes, more than {_LIMITS[match[3]]}")
    for name in names:
        if _git(repository, "ls-tree", base, f"{ENTRIES.as_posix()}/{name}"):
            problems.append(f"{name}: there is an entry of that name; choose another")
    if len(names) > 1:
        problems.append(f"the pull request changes {len(names)} entries; send one at a time")
    return problems


def _files(repository: Path, head: str, folder: str) -> list[tuple[str, str]]:
    """Blob and path of the plain files directly in a folder."""
    raw = _git(repository, "ls-tree", "-z", head, f"{folder}/").decode("utf-8", "replace")
    found = []
    for line in raw.split("\0")[:-1]:
        meta, path = line.split("\t", 1)
        mode, _, blob = meta.split(" ")
        if mode == _PLAIN_FILE and _PATH.fullmatch(path):
            found.append((blob, path))
    return found


def _size(repository: Path, blob: str) -> int:
    return int(_git(repository, "cat-file", "-s", blob))


def _git(repository: Path, *args: str) -> bytes:
    """What git prints, as far as it is looked at: a tree may name millions of paths."""
    command = ["git", "-C", str(repository), *args]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as child,
    ):
        assert child.stdout is not None
        found = child.stdout.read(_MOST_BYTES)
        if len(found) == _MOST_BYTES:
            child.kill()
            return found
        if child.wait():
            errors.seek(0)
            reason = errors.read(500).decode(errors="replace").strip()
            raise IsingBenchError(f"git {args[0]}: {reason}")
        return found
