"""Commands that make, check and show data."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from ising_bench.cli.app import FOLDER, Json, ReleaseOption, Threads, app, fail
from ising_bench.progress import counted, say
from ising_bench.terminal import table, width


@app.command()
def build(
    configs: Annotated[
        Optional[list[str]], typer.Argument(help="Configs or sets of them; default: the first set.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder; other configs in it stay.")] = FOLDER,
    threads: Threads = None,
    entropy: Annotated[
        Optional[str],
        typer.Option(help="64 hex digits, or 'new': a fresh draw instead of the release."),
    ] = None,
    release: ReleaseOption = None,
) -> None:
    """Build the dataset folder, for example: ising-bench build periodic_ferro"""
    from ising_bench.dataset.build import build as build_folder
    from ising_bench.keys import fresh_entropy, parse_entropy
    from ising_bench.releases.known import release_of

    chosen = release_of(release)
    if entropy is not None:
        chosen = chosen.redrawn(fresh_entropy() if entropy == "new" else parse_entropy(entropy))
    names = chosen.expanded(configs or [chosen.default_set])
    result = build_folder(chosen, names, out, threads)
    rows = [
        [name, f"{c.rows} images", f"sha256 {c.content_digest}"]
        for name, c in result.configs.items()
    ]
    print(table(rows, width()))
    if result.kind == "release":
        print(f"{out}: release {result.release}, every digest as released")
    else:
        print(f"{out}: fresh draw of release {result.release}, entropy {result.entropy}")


@app.command()
def verify(
    folder: Annotated[str, typer.Argument(help="Dataset folder, or hf://ORG/NAME@REVISION.")] = str(
        FOLDER
    ),
    physics: Annotated[
        bool, typer.Option("--physics", help="Also test the data against the exact physics.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="With --physics: list every test.")
    ] = False,
) -> None:
    """Check every file and row of a dataset folder, for example: ising-bench verify ising-bench"""
    from ising_bench.dataset import hub
    from ising_bench.scratch import scratch

    if not folder.startswith(hub.SCHEME):
        _verify(Path(folder), folder, physics, verbose)
        return
    with scratch() as place:
        commit = hub.download(folder, place)
        _verify(place, f"{folder} (commit {commit})", physics, verbose)


def _verify(path: Path, folder: str, physics: bool, verbose: bool) -> None:
    from ising_bench.dataset.report import as_text, physics_text
    from ising_bench.dataset.verify import verify as verify_folder
    from ising_bench.folder import recover

    recover(path, say)
    manifest, problems = verify_folder(path)
    if problems:
        for problem in problems:
            print(problem)
        fail(f"{folder} does not verify: {counted(len(problems), 'problem')}")
    print(as_text(manifest, folder))
    if physics:
        from ising_bench.dataset.verify_physics import verify_physics

        report = verify_physics(path, manifest)
        print(physics_text(report, verbose, width()))
        if report.rejected:
            number = counted(len(report.rejected), "test")
            fail(f"{folder} is not in equilibrium: {number} rejected")


@app.command()
def show(
    config: Annotated[str, typer.Argument(help="Config to show.")],
    split: Annotated[
        Optional[str], typer.Option(help="train, validation or test; default: the first.")
    ] = None,
    folder: Annotated[
        Optional[Path], typer.Option("--dir", help="Folder to read, instead of the release.")
    ] = None,
    number: Annotated[int, typer.Option("-n", help="Lattices of each class.", min=1)] = 6,
    out: Annotated[Optional[Path], typer.Option(help="PNG file to write.")] = None,
    release: ReleaseOption = None,
) -> None:
    """Draw lattices of each class into a PNG, for example: ising-bench show skewed_ferro -n 4"""
    from ising_bench.dataset.samples import first_split, samples
    from ising_bench.figures.lattices import panel
    from ising_bench.releases.known import release_of

    version = release_of(release)
    chosen = split or first_split(version, config, folder)
    path = out or Path(f"{config}-{chosen}.png")
    rows = samples(version, config, chosen, folder)
    legend = rows.system.column_words(rows.size)["image"].rpartition("; ")[2]
    print(panel(rows, number, f"{config}, {chosen}: {legend}", path))


@app.command()
def info(json: Json = False) -> None:
    """Print systems, counts, digests and versions, for example: ising-bench info --json"""
    from ising_bench.dataset.info import as_json, as_text

    print(as_json() if json else as_text(width()))
