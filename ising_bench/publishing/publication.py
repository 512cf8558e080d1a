"""What is published: verified data, and beside them the documents that readers on the Hub need."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ising_bench.card import card, croissant
from ising_bench.dataset.verify import TOLERATED, verify
from ising_bench.errors import FolderError, VerificationError, reason
from ising_bench.figures.draw import draw_all
from ising_bench.folder import recover
from ising_bench.identity import Home, tag_of
from ising_bench.leaderboard.export import eval_yaml
from ising_bench.progress import say
from ising_bench.releases import manifest
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import Manifest
from ising_bench.scratch import scratch


@dataclass(frozen=True)
class Publication:
    """A folder as it goes to the Hub, and what its manifest says."""

    folder: Path
    manifest: Manifest

    @property
    def paths(self) -> list[str]:
        """Every file to upload, the largest part last."""
        listed = (*self.manifest.documents, *self.manifest.files)
        return [manifest.FILE_NAME, *(file.path for file in listed)]


def tag_for(folder: Path, tag: str | None) -> str:
    """The tag under which a folder may be published, if it is what it claims to be.

    Raises FolderError where it is not all of the release and no other tag is named.
    """
    recover(folder, say)
    claim = manifest.read(folder)
    release = release_of(claim.release)
    missing = [name for name in release.config_names if name not in claim.configs]
    if missing:
        raise FolderError(
            f"{folder} lacks {', '.join(missing)}; make all of the release with: "
            f"{claim.build_command('all', folder)}"
        )
    released = tag_of(release.version)
    if claim.kind != "release" and (tag is None or re.fullmatch(r"v\d.*", tag)):
        raise FolderError(
            f"{folder} is {claim.what}, not release {release.version}, and cannot be "
            f"{tag or released}; to publish it in a repository of its own name another --tag, such "
            "as fresh-1"
        )
    return tag or released


@contextmanager
def staged(folder: Path, repo: str, tag: str | None = None) -> Iterator[tuple[Publication, str]]:
    """A verified copy of the folder with card, figures, Croissant and eval.yaml for a place on the
    Hub, and the tag; it is gone after the block.

    Whatever happens to the folder meanwhile, what was verified is what is published. Raises as
    `tag_for`, VerificationError where the folder does not verify, and FolderError where there
    is no room for the copy.
    """
    chosen = tag_for(folder, tag)
    home = Home(repo, chosen)
    with scratch() as stage:
        try:
            ignored = shutil.ignore_patterns(*TOLERATED)
            shutil.copytree(folder, stage, ignore=ignored, dirs_exist_ok=True)
            claim, problems = verify(stage)
            if problems:
                raise VerificationError([*problems, f"{folder} does not verify; nothing was sent"])
            release = release_of(claim.release)
            figures = draw_all(release, stage / "figures")
            names = {path.stem for path in figures}
            documents: dict[str, str | bytes] = {
                manifest.CARD_NAME: card.render(claim, release, home, names),
                "croissant.json": croissant.render(claim, release, home),
                "eval.yaml": eval_yaml(release),
                **{f"figures/{path.name}": path.read_bytes() for path in figures},
            }
            complete = manifest.write(claim, documents, stage)
        except OSError as error:
            raise FolderError(
                f"cannot prepare {folder} in {tempfile.gettempdir()}: {reason(error)}; make "
                "room there, or name another place with TMPDIR"
            ) from None
        yield Publication(stage, complete), chosen
