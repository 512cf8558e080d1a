"""Pushing a publication to the Hub: one commit, looked at before it is tagged, the tag last.

A tag is therefore a promise that everything arrived. A push that broke off leaves at most an
untagged commit, which the next push finishes.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ising_bench.dataset.hub import faults, parse, quiet
from ising_bench.errors import FolderError, IsingBenchError, one_line
from ising_bench.progress import bar, counted, say
from ising_bench.publishing.publication import Publication
from ising_bench.releases import manifest
from ising_bench.releases.manifest import FileRecord, Manifest
from ising_bench.scratch import scratch

if TYPE_CHECKING:
    from huggingface_hub import HfApi, RepoFile

_DATASET = "dataset"
_AT_ONCE = 12  # files between two steps of the progress
_ATTRIBUTES = ".gitattributes"  # the Hub's own, in every repository


@dataclass(frozen=True)
class Pushed:
    """Where a publication is; was_there: the tag already held the same content."""

    repo: str
    tag: str
    commit: str
    was_there: bool


def checked_names(repo: str, tag: str | None) -> None:
    """Raise IsingBenchError for what cannot be a repository or a tag."""
    try:
        is_repository = parse(repo) == (repo, None)
    except IsingBenchError:
        is_repository = False
    if not is_repository:
        raise IsingBenchError(f"{one_line(repo)} is no repository; write it as ORG/NAME")
    shape = r"(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9](?:[\w.-]{0,60}\w)?"
    taken = r"(?i:main|head|[0-9a-f]{7,40})"  # branches and what reads as a commit
    if tag is not None and (
        not re.fullmatch(shape, tag, re.ASCII) or re.fullmatch(taken, tag, re.ASCII)
    ):
        raise IsingBenchError(
            f"--tag is {tag!r}: letters, digits, dots, dashes and underscores make a tag, such as "
            "fresh-1, but no branch or commit"
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
        releases = sorted(name for name in tags if re.fullmatch(r"v\d.*", name))
        if releases and publication.manifest.kind != "release":
            raise FolderError(
                f"{repo} holds releases ({', '.join(releases)}), and who names no revision must go "
                f"on reading those; push {publication.manifest.what} to a repository of its own"
            )
        commit = _committed(api, repo, tag, publication)
        api.create_tag(repo, tag=tag, revision=commit, repo_type=_DATASET)
    return Pushed(repo, tag, commit, was_there=False)


def _same_or_refused(api: "HfApi", repo: str, tag: str, ours: Manifest) -> None:
    """Whether a tag holds the same: by what its manifest claims, and by the hashes of its files."""
    theirs = _manifest_at(api, repo, tag)
    if theirs is None or _content(theirs) != _content(ours):
        raise FolderError(
            f"{repo} has a tag {tag} with other content, and what is published stays as it is; "
            "push to another repository, or under another --tag"
        )
    present = _files(api, repo, tag)
    broken = [file.path for file in theirs.files if not _is_whole(present.get(file.path), file)]
    if broken:
        raise FolderError(
            f"{repo} has a tag {tag} whose files are not those of its manifest ({broken[0]}); "
            "delete the tag there, then push again"
        )


def _is_whole(there: "RepoFile | None", file: FileRecord) -> bool:
    """Parquet files are large files, of which the Hub tells the SHA-256."""
    return there is not None and there.lfs is not None and there.lfs.sha256 == file.sha256


def _content(claim: Manifest) -> dict[str, str]:
    """What two publications must share to be the same: parquet bytes may differ with the writer."""
    return {name: config.content_digest for name, config in claim.configs.items()}


def _committed(api: "HfApi", repo: str, tag: str, publication: Publication) -> str:
    """The commit that holds the publication and nothing else: that of a push which broke off, or a
    new one."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    head = api.dataset_info(repo).sha
    assert head is not None  # only missing from listings
    present = _files(api, repo, head)
    outdated = _outdated(api, repo, head, present, publication)
    if not outdated and not _wrong(present, publication):
        return head
    additions = [CommitOperationAdd(path, publication.folder / path) for path in publication.paths]
    size = sum(file.upload_info.size for file in additions)
    say(f"uploading {counted(len(additions), 'file')}, {size / 1e6:.1f} MB, to {repo}")
    with quiet(), bar("uploading", size, "bytes") as advance:
        for first in range(0, len(additions), _AT_ONCE):
            some = additions[first : first + _AT_ONCE]
            api.preupload_lfs_files(repo, some, repo_type=_DATASET)
            advance(sum(file.upload_info.size for file in some))
        commit = api.create_commit(
            repo,
            [*map(CommitOperationDelete, outdated), *additions],
            commit_message=f"ising-bench {tag}",
            repo_type=_DATASET,
            parent_commit=head,  # refused where somebody else has pushed meanwhile
        )
    wrong = _wrong(_files(api, repo, commit.oid), publication)
    if wrong:
        raise IsingBenchError(
            f"{repo} holds other bytes than were sent in {', '.join(wrong)}; nothing was tagged: "
            "run the same command again"
        )
    return commit.oid


def _files(api: "HfApi", repo: str, commit: str) -> "dict[str, RepoFile]":
    from huggingface_hub import RepoFile

    tree = api.list_repo_tree(repo, recursive=True, revision=commit, repo_type=_DATASET)
    return {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}


def _outdated(
    api: "HfApi", repo: str, head: str, present: "dict[str, RepoFile]", publication: Publication
) -> list[str]:
    """Files of an earlier publication that this one has not. Raises FolderError where there are
    files that no publication of ours wrote."""
    before = _manifest_at(api, repo, head)
    earlier = {_ATTRIBUTES}
    if before is not None:
        earlier |= {manifest.FILE_NAME, *(f.path for f in (*before.files, *before.documents))}
    elif any(_is_whole(present.get(file.path), file) for file in publication.manifest.files):
        earlier |= set(publication.paths)  # a push of this data, whose manifest arrived broken
    elif _has_stub(api, repo, head, present):
        earlier.add(manifest.CARD_NAME)
    if foreign := sorted(set(present) - earlier):
        more = f" and {len(foreign) - 5} more" if len(foreign) > 5 else ""
        names = ", ".join(one_line(name) for name in foreign[:5])
        raise FolderError(
            f"{repo} holds files that ising-bench did not publish: {names}{more}; "
            "delete them there, or push to another repository"
        )
    return sorted(set(present) - set(publication.paths) - {_ATTRIBUTES})


def _has_stub(api: "HfApi", repo: str, head: str, present: "dict[str, RepoFile]") -> bool:
    """Whether the README is what the Hub itself puts into a new repository: a header, no text."""
    if manifest.CARD_NAME not in present:
        return False
    with scratch() as place:
        text = _fetched(api, repo, manifest.CARD_NAME, head, place).read_text(errors="replace")
    parts = text.split("---\n")
    return len(parts) == 3 and not parts[0].strip() and not parts[2].strip()


def _fetched(api: "HfApi", repo: str, name: str, revision: str, place: Path) -> Path:
    return Path(
        api.hf_hub_download(repo, name, repo_type=_DATASET, revision=revision, local_dir=place)
    )


def _manifest_at(api: "HfApi", repo: str, revision: str) -> Manifest | None:
    """The manifest that was published there; None where there is none that can be read."""
    from huggingface_hub.errors import EntryNotFoundError

    with scratch() as place:
        try:
            _fetched(api, repo, manifest.FILE_NAME, revision, place)
            return manifest.read(place)
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
