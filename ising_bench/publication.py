"""What is published: verified data, and beside them the documents that readers on the Hub need."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ising_bench import card, croissant, manifest
from ising_bench.errors import FolderError, VerificationError
from ising_bench.figures.draw import draw_all
from ising_bench.folder import link_files, recover
from ising_bench.identity import Home, tag_of
from ising_bench.leaderboard.export import eval_yaml
from ising_bench.manifest import Manifest
from ising_bench.progress import say
from ising_bench.v1 import V1
from ising_bench.verify import verify


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


def release_of(folder: Path, tag: str | None) -> tuple[Manifest, str]:
    """The manifest of a folder that may be published, and the tag to publish it under.

    Raises FolderError where it is not all of the release and no other tag is named, and
    VerificationError where it does not verify.
    """
    recover(folder, say)
    found = manifest.read(folder)
    missing = [name for name in V1.config_names if name not in found.configs]
    if missing:
        raise FolderError(
            f"{folder} lacks {', '.join(missing)}; make all of the release with: "
            f"ising-bench build all --out {folder}"
        )
    released = tag_of(V1.version)
    if found.kind != "release" and tag in (None, released):
        raise FolderError(
            f"{folder} is a {found.kind}, not release {V1.version}, and cannot be {released}; to "
            "publish it beside the release name another tag with --tag"
        )
    found, problems = verify(folder)
    if problems:
        raise VerificationError([*problems, f"{folder} does not verify; nothing was published"])
    return found, tag or released


@contextmanager
def staged(folder: Path, repo: str, tag: str | None = None) -> Iterator[tuple[Publication, str]]:
    """The folder with card, figures, Croissant and eval.yaml for a place on the Hub, and the tag;
    it is gone after the block. Raises as `release_of`."""
    found, chosen = release_of(folder, tag)
    with tempfile.TemporaryDirectory(prefix="ising-bench-") as scratch:
        stage = Path(scratch)
        link_files((file.path for file in found.files), folder, stage)
        figures = draw_all(stage / "figures")
        home = Home(repo, chosen)
        documents: dict[str, str | bytes] = {
            manifest.CARD_NAME: card.render(found, home),
            "croissant.json": croissant.render(found, home),
            "eval.yaml": eval_yaml(),
            **{f"figures/{path.name}": path.read_bytes() for path in figures},
        }
        yield Publication(stage, manifest.write(found, documents, stage)), chosen
