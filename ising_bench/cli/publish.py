"""Commands for what is published: figures, and the push to the Hub."""

import shutil
from pathlib import Path
from typing import Annotated, Optional

import typer

from ising_bench.cli.app import FOLDER, ReleaseOption, app, fail

_OUT = "--out wants --dry-run, and a folder that is not there yet"


@app.command()
def push(
    repo: Annotated[str, typer.Argument(metavar="REPO_ID", help="Dataset repository, ORG/NAME.")],
    folder: Annotated[Path, typer.Option("--dir", help="Dataset folder.")] = FOLDER,
    private: Annotated[
        bool, typer.Option("--private", help="Make the repository private if it is new.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Verify, list files and sizes, send nothing.")
    ] = False,
    out: Annotated[
        Optional[Path], typer.Option(help="With --dry-run: a new folder for what would be sent.")
    ] = None,
    tag: Annotated[
        Optional[str], typer.Option(help="For a fresh draw; the release has its own.")
    ] = None,
) -> None:
    """Verify a folder and publish it in one tagged commit: ising-bench push ORG/ising-bench"""
    from ising_bench.publishing.publication import staged
    from ising_bench.publishing.push import checked_names
    from ising_bench.publishing.push import push as push_to_hub

    checked_names(repo, tag)
    if out is not None:
        _check_new(out)
        if not dry_run:
            fail(_OUT)
    with staged(folder, repo, tag) as (publication, chosen):
        if dry_run:
            if out is not None:
                _keep(publication.folder, out)
            sizes = {path: (publication.folder / path).stat().st_size for path in publication.paths}
            for path, size in sizes.items():
                print(f"{size:>10}  {path}")
            print(f"{sum(sizes.values()):>10}  bytes in {len(sizes)} files")
            print(f"would be pushed to {repo} as {chosen}; nothing was sent")
            return
        done = push_to_hub(publication, repo, chosen, private)
    what = "is there already, with the same content" if done.was_there else "is published"
    print(f"{done.repo} {done.tag} {what}: commit {done.commit}")
    print(f"anyone can check it: ising-bench verify hf://{done.repo}@{done.tag}")


def _keep(stage: Path, out: Path) -> None:
    from ising_bench.folder import replacing
    from ising_bench.progress import say

    with replacing(out, _check_new, say) as new:
        shutil.copytree(stage, new, dirs_exist_ok=True)


def _check_new(out: Path) -> None:
    from ising_bench.errors import FolderError

    if out.exists():
        raise FolderError(_OUT)


@app.command()
def figures(
    out: Annotated[Path, typer.Option(help="Folder for the PNGs.")] = Path("dataset_card/figures"),
    release: ReleaseOption = None,
) -> None:
    """Draw the card's figures, for example: ising-bench figures --out pictures"""
    from ising_bench.figures.draw import draw_all
    from ising_bench.releases.known import release_of

    for path in draw_all(release_of(release), out):
        print(path)
