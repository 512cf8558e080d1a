"""Commands for private test sets."""

from pathlib import Path
from typing import Annotated

import typer

from ising_bench.cli.app import Json, ReleaseOption, app, show_record
from ising_bench.terminal import width

fresh = typer.Typer(
    help="Private test sets: commit, hand out, score, reveal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(fresh, name="fresh")

Secret = Annotated[Path, typer.Option(help="File of the secret; keep it to yourself.")]
SECRET = Path("fresh-secret.json")


@fresh.command()
def commit(
    config: Annotated[str, typer.Argument(help="Config to draw anew.")],
    times: Annotated[int, typer.Option(help="Test splits' worth of images.", min=1, max=10)] = 1,
    secret: Secret = SECRET,
    release: ReleaseOption = None,
) -> None:
    """Draw a secret and print its commitment: ising-bench fresh commit periodic_ferro"""
    from ising_bench.leaderboard.fresh import commit as draw
    from ising_bench.progress import say
    from ising_bench.releases.known import release_of

    print(draw(release_of(release), config, times, secret).commitment)
    say(f"publish this line; {secret} holds the secret, keep it")


@fresh.command()
def build(
    out: Annotated[Path, typer.Option(help="New folder for submitters.")] = Path("fresh-images"),
    labels: Annotated[Path, typer.Option(help="CSV of ids and labels, for yourself.")] = Path(
        "fresh-labels.csv"
    ),
    secret: Secret = SECRET,
) -> None:
    """Write the images to hand out, and apart from them the labels: ising-bench fresh build"""
    from ising_bench.leaderboard import fresh as sets

    secret_here = sets.read(secret)
    with sets.labels(secret_here, labels):
        images = sets.build(secret_here, out)
    print(images)
    print(labels)


@fresh.command()
def score(
    file: Annotated[Path, typer.Argument(help="CSV: sample_id,trial,p0,p1,...")],
    secret: Secret = SECRET,
    json: Json = False,
) -> None:
    """Score predictions of the private set: ising-bench fresh score theirs.csv"""
    from ising_bench.leaderboard import fresh as sets
    from ising_bench.scoring.report import as_record, as_text

    secret_here = sets.read(secret)
    scores = sets.score(secret_here, file)
    if json:
        show_record(as_record(scores, secret_here.known_config), json)
    else:
        print(as_text(scores, secret_here.known_config, width()))


@fresh.command()
def reveal(
    commitment: Annotated[str, typer.Argument(help="The commitment that was published.")],
    images: Annotated[Path, typer.Option(help="The images that were handed out.")] = Path(
        "fresh-images/images.parquet"
    ),
    secret: Secret = SECRET,
) -> None:
    """Check a revealed secret against commitment and images: ising-bench fresh reveal 1a2b..."""
    from ising_bench.leaderboard import fresh as sets

    secret_here = sets.read(secret)
    number = sets.check_revealed(secret_here, commitment, images)
    print(f"commitment and {number} images are those of the secret, entropy {secret_here.entropy}")
