"""Commands that make more data than a release holds."""

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ising_bench.cli.app import ReleaseOption, Threads, app
from ising_bench.progress import counted

if TYPE_CHECKING:
    from ising_bench.releases.manifest import Manifest


@app.command()
def generate(
    config: Annotated[str, typer.Argument(help="Config whose protocol to follow.")],
    out: Annotated[str, typer.Option(help="New folder, or a URL such as s3://BUCKET/NAME.")],
    per_class: Annotated[Optional[int], typer.Option(help="Lattices of each class.")] = None,
    temperatures: Annotated[
        Optional[str], typer.Option(help="Instead of classes: 2.2,2.25:2.35:0.01.")
    ] = None,
    fields: Annotated[Optional[str], typer.Option(help="The same of the quantum chain.")] = None,
    per_point: Annotated[Optional[int], typer.Option(help="Lattices at each of these.")] = None,
    size: Annotated[Optional[int], typer.Option(help="L, instead of the config's.")] = None,
    sweeps: Annotated[
        Optional[int], typer.Option(help="Before each image, instead of the config's.")
    ] = None,
    classes: Annotated[
        Optional[str], typer.Option(help="Edges between classes, instead of the config's: 1,2,3.")
    ] = None,
    no_images: Annotated[
        bool, typer.Option("--no-images", help="Spins alone: half the size.")
    ] = False,
    entropy: Annotated[
        Optional[str],
        typer.Option(help="64 hex digits; by default new ones, or those of what is resumed."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was interrupted there.")
    ] = False,
    shard: Annotated[
        Optional[str],
        typer.Option(help="I/N, such as 3/8: every N-th file alone, for ising-bench merge."),
    ] = None,
    scheduler: Annotated[
        Optional[str],
        typer.Option(help="Of a Dask cluster: tcp://HOST:8786, or its scheduler file."),
    ] = None,
    threads: Threads = None,
    release: ReleaseOption = None,
) -> None:
    """Make more lattices: ising-bench generate periodic_ferro --per-class 1000 --out more

    At temperatures of one's own: --temperatures 2.2,2.25:2.35:0.01 --per-point 100"""
    from ising_bench.dataset.cluster import executor_of
    from ising_bench.dataset.generate import generate as generate_set
    from ising_bench.dataset.generate import generate_share
    from ising_bench.dataset.order import ordered, share_of
    from ising_bench.dataset.stores import store_of
    from ising_bench.errors import IsingBenchError

    if shard is not None and scheduler is not None:
        raise IsingBenchError("--shard and --scheduler are two ways to share work out; choose one")
    store = store_of(out)
    share = share_of(shard, entropy) if shard is not None else None
    asked = {"temperature": temperatures, "field": fields}
    order = ordered(
        release, config, store, resume,
        per_class=per_class, per_point=per_point, texts=asked, size=size, sweeps=sweeps,
        classes=classes, images=not no_images, entropy=entropy,
    )  # fmt: skip
    if share is not None:
        made = counted(len(generate_share(order, share, store, threads)), "file")
        print(f"{out}: {made} of share {shard}; once all are there: ising-bench merge {out}")
        return
    with executor_of(scheduler) as executor:
        _print(generate_set(order, store, resume, threads, executor), out)


@app.command()
def merge(
    places: Annotated[list[str], typer.Argument(help="Folders or URLs with files of one set.")],
    out: Annotated[
        Optional[str], typer.Option(help="Where the set is to be; needed for several places.")
    ] = None,
) -> None:
    """Finish a set that was generated with --shard, for example: ising-bench merge more"""
    from ising_bench.dataset.merge import merge as merge_set
    from ising_bench.dataset.stores import store_of
    from ising_bench.errors import IsingBenchError

    if out is None and len(places) > 1:
        raise IsingBenchError("say with --out where the set is to be; it may be one of the places")
    place = out or places[0]
    _print(merge_set([store_of(name) for name in places], store_of(place)), place)


def _print(made: "Manifest", out: str) -> None:
    files = counted(len(made.files), "file")
    print(f"{out}: {made.rows} lattices in {files}, not release data")
    print(f"entropy {made.entropy}")
