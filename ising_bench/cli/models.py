"""Commands that run models and score predictions."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from ising_bench.cli.app import Json, ReleaseOption, app, show_record
from ising_bench.terminal import fold, width


@app.command()
def baseline(
    name: Annotated[Optional[str], typer.Argument(help="Recipe; none: list them.")] = None,
    config: Annotated[
        Optional[list[str]],
        typer.Option(
            help="Config or set of them; repeat for several; default: the first set of the release."
        ),
    ] = None,
    data: Annotated[
        Optional[str],
        typer.Option(
            help="Dataset folder, or ORG/NAME@REVISION on the Hub; default: ./ising-bench where it "
            "verifies, else simulated."
        ),
    ] = None,
    train_data: Annotated[
        Optional[Path],
        typer.Option(
            help="Folder of a generated set to train on, instead of the release's training images: "
            "what may enter the track open."
        ),
    ] = None,
    trials: Annotated[int, typer.Option(help="Trials, each with its own seed.", min=1, max=50)] = 5,
    out: Annotated[Optional[Path], typer.Option(help="Run folder; default: runs/NAME.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    recipe: Annotated[
        Optional[Path], typer.Option(help="A recipe of your own, a TOML file.")
    ] = None,
    release: ReleaseOption = None,
    scores: Annotated[
        bool,
        typer.Option(help="Print test scores at the end; not while settings are being chosen."),
    ] = True,
) -> None:
    """Train and score a baseline, for example: ising-bench baseline lattice_cnn"""
    from ising_bench.baselines import recipe as recipes
    from ising_bench.baselines.report import run_table
    from ising_bench.baselines.run import is_first_process, run
    from ising_bench.dataset.hub import folder_of
    from ising_bench.errors import IsingBenchError, one_of
    from ising_bench.releases.known import release_of

    one_of("device", device, ["auto", "cpu", "cuda"])
    if name is None and recipe is None:
        for recipe_name in recipes.names():
            description = recipes.packaged(recipe_name).description
            print(fold(f"{recipe_name:18} {description}", width(), 19))
        return
    if name is not None and recipe is not None:
        raise IsingBenchError("name either a baseline or a --recipe, not both")
    chosen = recipes.packaged(name) if name is not None else recipes.load(recipe or Path())
    version = release_of(release)
    configs = version.expanded(config or [version.default_set])
    folder = out or Path("runs") / chosen.name
    source = folder_of(data) if data is not None else None
    done = run(chosen, version, configs, folder, trials, source, device, train_data)
    if is_first_process():
        if scores:
            print(run_table(done, folder, width()))
        print(f"{folder}: run.json and the predictions")


@app.command()
def score(
    file: Annotated[
        Path, typer.Argument(help="CSV: sample_id,trial,p0,p1,...; - for standard input.")
    ],
    config: Annotated[str, typer.Option(help="Config whose test split was predicted.")],
    regression: Annotated[
        bool,
        typer.Option("--regression", help="Of estimates: CSV sample_id,temperature[,low,high]."),
    ] = False,
    level: Annotated[float, typer.Option(help="That intervals low to high claim to have.")] = 0.9,
    json: Json = False,
    release: ReleaseOption = None,
) -> None:
    """Score your own predictions: ising-bench score mine.csv --config periodic_ferro"""
    from ising_bench.releases.known import release_of
    from ising_bench.scoring import estimates
    from ising_bench.scoring.report import as_record, as_text, score_file

    version = release_of(release)
    if regression:
        show_record(estimates.score(version, config, file, level), json)
        return
    scores, chosen = score_file(file, version, config), version.config(config)
    if json:
        show_record(as_record(scores, chosen), json)
    else:
        print(as_text(scores, chosen, width()))


@app.command()
def attention(
    run: Annotated[Path, typer.Argument(help="Run folder of a vision transformer.")],
    config: Annotated[
        Optional[str], typer.Option(help="Config whose model to take; default: the run's first.")
    ] = None,
    images: Annotated[int, typer.Option(help="Test images of each class.", min=1, max=20)] = 1,
    out: Annotated[Optional[Path], typer.Option(help="PNG file to write.")] = None,
) -> None:
    """Draw what a trained ViT attends to: ising-bench attention runs/lattice_vit --images 2"""
    from ising_bench.baselines.attention import attention_maps
    from ising_bench.figures.attention import attention as draw

    maps = attention_maps(run, config, images)
    print(draw(maps, out or Path(f"{run.name}-{maps.images.config}-attention.png")))
