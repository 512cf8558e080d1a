"""What is in a git repository, read as data: nothing is checked out, and no name can be taken for
an option."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ising_bench.errors import IsingBenchError, first_line

PLAIN_FILE = "100644"

_MOST_BYTES = 2_000_000  # of one answer of git; the largest file of an entry is half of it


@dataclass(frozen=True)
class Change:
    """One path that differs: A added, M modified, D deleted, T type changed; mode and blob as they
    are afterwards."""

    kind: str
    mode: str
    blob: str
    path: str


def commit(repository: Path, name: str) -> str:
    """The hash of a branch or commit. Raises IsingBenchError where it is not there."""
    try:
        output = _git(repository, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except IsingBenchError:
        raise IsingBenchError(f"{repository} has no commit {name!r}; fetch it first") from None
    return output.decode("ascii").split()[-1]


def merge_bases(repository: Path, base: str, head: str) -> list[str]:
    """The best common ancestors of two commits: one, as a rule; none where their histories have
    nothing in common, several after merges across. Raises IsingBenchError in a shallow clone, where
    ancestors are missing."""
    if _git(repository, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise IsingBenchError(
            f"{repository} is a shallow clone, which lacks the history that a merge is made from; "
            "run first: git fetch --unshallow"
        )
    output = _git(repository, "merge-base", "--all", base, head, may_fail=True)
    return output.decode("ascii").split()


def merged(repository: Path, base: str, head: str) -> str | None:
    """The tree that merging two commits gives; None where they conflict."""
    command = ("merge-tree", "--write-tree", "--no-messages", base, head)
    lines = _git(repository, *command, may_fail=True).decode("ascii", "replace").split("\n")
    return lines[0] if len(lines) == 2 else None  # a conflict lists its files behind the tree


def changes(repository: Path, before: str, after: str) -> list[Change]:
    """Differences between two trees; no rename is guessed."""
    everything = ("--no-relative", "--no-renames", "--ignore-submodules=none")
    raw = _git(repository, "diff", "--raw", "-z", "--abbrev=64", *everything, before, after)
    parts = raw.decode("utf-8", "backslashreplace").split("\0")
    differences = []
    for meta, path in zip(parts[0:-1:2], parts[1::2], strict=False):
        _, mode, _, blob, kind = meta.split(" ")
        differences.append(Change(kind, mode, blob, path))
    return differences


def files(repository: Path, tree: str, folder: str) -> list[tuple[str, str]]:
    """Blob and path of the plain files under a folder, at any depth."""
    raw = _git(repository, "ls-tree", "--full-tree", "-r", "-z", tree, f"{folder}/").decode(
        "utf-8", "replace"
    )
    plain_files = []
    for line in raw.split("\0")[:-1]:
        meta, path = line.split("\t", 1)
        mode, _, blob = meta.split(" ")
        if mode == PLAIN_FILE:
            plain_files.append((blob, path))
    return plain_files


def is_there(repository: Path, tree: str, path: str) -> bool:
    """Whether a tree has a file or folder of that path."""
    return bool(_git(repository, "ls-tree", "--full-tree", tree, path))


def size(repository: Path, blob: str) -> int:
    """In bytes."""
    return int(_git(repository, "cat-file", "-s", blob))


def content(repository: Path, blob: str) -> bytes:
    """As far as it is looked at."""
    return _git(repository, "cat-file", "blob", blob)


def _git(repository: Path, *args: str, may_fail: bool = False) -> bytes:
    """What git prints, as far as it is looked at: a tree may name millions of paths. may_fail: an
    exit status of 1 is an answer."""
    command = ["git", "-C", str(repository), *args]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as child,
    ):
        assert child.stdout is not None
        output = child.stdout.read(_MOST_BYTES)
        if len(output) == _MOST_BYTES:
            child.kill()
            return output
        if child.wait() > may_fail:
            errors.seek(0)
            said = first_line(errors.read(500).decode(errors="replace"))
            raise IsingBenchError(f"git {args[0]}: {said}")
        return output
