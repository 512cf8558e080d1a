"""Pushing a publication to the Hub: one commit, looked at before it is tagged, the tag last.

A tag is therefore a promise that everything arrived. A push that broke off leaves at most an
untagged commit, which the next push finishes.
"""

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ising_bench import manifest
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.hub import faults, parse, quiet
from ising_bench.manifest import Manifest
from ising_bench.progress import say
from ising_bench.publication import Publication

if TYPE_CHECKING:
    from huggingface_hub import HfApi, RepoFile

_DATASET = "dataset"
_THE_HUBS_OWN = {".gitattributes", manifest.CARD_NAME}  # what a new repository may hold


@dataclass(frozen=True)
class Pushed:
    """Where a publication is; was_there: the tag already held the same content."""

    repo: str
    tag: str
    commit: str
    was_there: bool


def checked_names(repo: str, tag: str | None) -> None:
    """Raise IsingBenchError for what cannot be a repository or a tag."""
    if parse(repo) != (repo, None):
        raise IsingBenchError(f"{repo} is no repository; write it as ORG/NAME")
    if tag is not None and not re.fullmatch(r"[A-Za-z0-9](?:[\w.-]*\w)?", tag, re.ASCII):
        raise IsingBenchError(
            f"--tag is {tag!r}: letters, digits, dots, dashes and underscores make a tag"
        )


def push(publication: Publication, repo: str, tag: str, private: bool = False) -> Pushed:
    """Upload in one commit, compare what arrived with what was sent, then tag it.

    The same content under the same tag makes no commit. Raises FolderError where the tag, or the
    repository, holds something else, and IsingBenchError where the Hub refuses or breaks off.
    """
    from huggingface_hub import HfApi

    checked_names(repo, tag)
    api = HfApi()
    again = "the tag comes last, so nothing half is published; run the same command again"
    with faults(f"{repo} was not pushed", again):
        api.create_repo(repo, repo_type=_DATASET, private=private, exist_ok=True)
        refs = api.list_repo_refs(repo, repo_type=_DATASET)
        tags = {ref.name: ref.target_commit for ref in refs.tags}
        if tag in tags:
            _same_or_refused(api, repo, tag, publication.manifest)
            return Pushed(repo, tag, tags[tag], was_there=True)
        commit = _committed(api, repo, tag, publication)
        api.create_tag(repo, tag=tag, revision=commit, repo_type=_DATASET)
    return Pushed(repo, tag, commit, was_there=False)


def _same_or_refused(api: "HfApi", repo: str, tag: str, ours: Manifest) -> None:
    theirs = _manifest_at(api, repo, tag)
    if theirs is None or _content(theirs) != _content(ours):
        raise FolderError(
            f"{repo} has a tag {tag} with other content, and what is published stays as it is; "
            "push to another repository, or under another --tag"
        )


def _content(found: Manifest) -> dict[str, str]:
    """What two publications must share to be the same: parquet bytes may differ with the writer."""
    return {name: config.content_digest for name, config in found.configs.items()}


def _committed(api: "HfApi", repo: str, tag: str, publication: Publication) -> str:
    """The commit that holds the publication and nothing else: that of a push which broke off, or a
    new one."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    head = api.dataset_info(repo).sha
    assert head is not None  # only missing from listings
    present = _files(api, repo, head)
    outdated = _outdated(api, repo, head, set(present), publication)
    if not outdated and not _wrong(present, publication):
        return head
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationDelete(path) for path in outdated),
        *(CommitOperationAdd(path, publication.folder / path) for path in publication.paths),
    ]
    size = sum((publication.folder / path).stat().st_size for path in publication.paths)
    say(f"uploading {len(publication.paths)} files, {size / 1e6:.1f} MB, to {repo}")
    with quiet():
        made = api.create_commit(
            repo,
            operations,
            commit_message=f"ising-bench {tag}",
            repo_type=_DATASET,
            parent_commit=head,  # refused where somebody else has pushed meanwhile
        )
    wrong = _wrong(_files(api, repo, made.oid), publication)
    if wrong:
        raise IsingBenchError(
            f"{repo} holds other bytes than were sent in {', '.join(wrong)}; nothing was tagged: "
            "run the same command again"
        )
    return made.oid


def _files(api: "HfApi", repo: str, commit: str) -> "dict[str, RepoFile]":
    from huggingface_hub import RepoFile

    tree = api.list_repo_tree(repo, recursive=True, revision=commit, repo_type=_DATASET)
    return {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}


def _outdated(
    api: "HfApi", repo: str, head: str, present: set[str], publication: Publication
) -> list[str]:
    """Files of an earlier publication that this one has not. Raises FolderError where there are
    files that no publication of ours wrote."""
    ours = set(publication.paths) | _THE_HUBS_OWN
    left = present - ours
    if not left:
        return []
    before = _manifest_at(api, repo, head)
    earlier = {file.path for file in (*before.files, *before.documents)} if before else set()
    if foreign := sorted(left - earlier):
        more = f" and {len(foreign) - 5} more" if len(foreign) > 5 else ""
        raise FolderError(
            f"{repo} holds files that ising-bench did not publish: {', '.join(foreign[:5])}{more}; "
            "delete them there, or push to another repository"
        )
    return sorted(left)


def _manifest_at(api: "HfApi", repo: str, revision: str) -> Manifest | None:
    """The manifest that was published there; None where there is none that can be read."""
    from huggingface_hub.errors import EntryNotFoundError

    with tempfile.TemporaryDirectory(prefix="ising-bench-") as scratch:
        try:
            api.hf_hub_download(
                repo,
                manifest.FILE_NAME,
                repo_type=_DATASET,
                revision=revision,
                local_dir=scratch,
            )
            return manifest.read(Path(scratch))
        except (EntryNotFoundError, FolderError):
            return None


def _wrong(present: "dict[str, RepoFile]", publication: Publication) -> list[str]:
    """Paths whose bytes on the Hub are not ours."""
    return [
        path
        for path in publication.paths
        if path not in present or not _equals(present[path], publication.folder / path)
    ]


def _equals(there: "RepoFile", here: Path) -> bool:
    """By SHA-256 where the Hub keeps a file as a large one, else by git's own hash."""
    if there.lfs is not None:
        return bool(there.lfs.sha256 == manifest.sha256(here))
    content = here.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return bool(there.blob_id == blob.hexdigest())
