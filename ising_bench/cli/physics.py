"""Commands for the exact physics and what was measured against it."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from ising_bench.cli.app import Json, ReleaseOption, app, as_our_own, show_record
from ising_bench.errors import IsingBenchError


@app.command()
def exact(
    config: Annotated[str, typer.Argument(help="Config whose lattice to take.")],
    temperature: Annotated[
        Optional[float], typer.Option(help="In units of |J|/k_B, 0 or more.")
    ] = None,
    field: Annotated[
        Optional[float], typer.Option(help="Of the quantum chain, in units of J, 0 or more.")
    ] = None,
    size: Annotated[Optional[int], typer.Option(help="L, instead of the config's.")] = None,
    json: Json = False,
    release: ReleaseOption = None,
) -> None:
    """ln Z, energy and its fluctuations: ising-bench exact periodic_ferro --temperature 2.2

    Of the quantum chain at a --field, also the mean number of kinks and its deviation."""
    from ising_bench.releases.known import release_of
    from ising_bench.systems import public

    chosen = release_of(release).config(config)
    lattice = chosen.size if size is None else size
    with as_our_own():
        record = asdict(public.exact(chosen.system, temperature, lattice, field=field))
    if not json and record.get("certainty") == "exact":
        record = {name: value for name, value in record.items() if not name.endswith("_error")}
    show_record(record, json)


@app.command()
def ceiling(
    config: Annotated[str, typer.Argument(help="Config to give the best possible score of.")],
    size: Annotated[Optional[int], typer.Option(help="L, instead of the config's.")] = None,
    classes: Annotated[
        Optional[str], typer.Option(help="Edges between classes, instead of the config's: 1,2,3.")
    ] = None,
    counts: Annotated[
        Optional[str],
        typer.Option(help="Images of each class in a test set: 150,50,70,130."),
    ] = None,
    regression: Annotated[
        bool, typer.Option("--regression", help="Of estimates of the temperature: least RMSE.")
    ] = False,
    uniform: Annotated[
        bool,
        typer.Option(
            "--uniform", help="All temperatures alike, not the test split's (regression)."
        ),
    ] = False,
    json: Json = False,
    release: ReleaseOption = None,
) -> None:
    """The best score that any one-image rule can expect: ising-bench ceiling periodic_ferro

    Of a task of your own: ising-bench ceiling periodic_ferro --size 64 --classes 2.1,2.2,2.3,2.4"""
    from ising_bench.releases.known import release_of
    from ising_bench.releases.variant import decimals, varied
    from ising_bench.scoring.realised import report
    from ising_bench.scoring.regression import report as regression_report

    version = release_of(release)
    edges = None if classes is None else decimals(classes)
    chosen = varied(version.config(config), size, classes=edges)
    if regression and counts is not None:
        raise IsingBenchError(
            "--regression takes no --counts: the test split's shares, or --uniform"
        )
    if uniform and not regression:
        raise IsingBenchError("--uniform is an option of --regression; classes have --counts")
    with as_our_own():
        if regression:
            show_record(regression_report(chosen, uniform), json)
        else:
            show_record(report(version, chosen, _counts(counts)), json)


def _counts(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,6}(,\d{1,6})*", text, re.ASCII):
        raise IsingBenchError(f"--counts {text!r} is not made of whole numbers such as 150,50,70")
    return tuple(map(int, text.split(",")))


@app.command()
def density(
    tables: Annotated[
        Optional[list[str]], typer.Argument(help="Such as ising/log_density_100; default: all.")
    ] = None,
    out: Annotated[
        Optional[Path], typer.Option(help="Folder for the tables; none: only compare.")
    ] = None,
) -> None:
    """Recompute the tables that the package ships (ten minutes), and compare."""
    from ising_bench.systems import shipped_tables
    from ising_bench.systems.recompute import recompute

    print("\n".join(recompute(shipped_tables(), tables or [], out)))


@app.command()
def measure(
    parts: Annotated[Optional[list[str]], typer.Argument(help="Parts; default: all.")] = None,
    out: Annotated[Path, typer.Option(help="JSON file; other parts in it stay.")] = Path(
        "measured.json"
    ),
    effort: Annotated[
        float, typer.Option(help="Share of the full effort.", min=0.001, max=100)
    ] = 1.0,
    system: Annotated[
        Optional[list[str]],
        typer.Option(help="Only configs of this system; others in the file stay."),
    ] = None,
    release: ReleaseOption = None,
) -> None:
    """Measure protocols against the physics (half an hour): ising-bench measure ceilings

    Of the configs that the release was the first to have."""
    from ising_bench.measurements.effort import Effort
    from ising_bench.measurements.measure import measure as measure_parts
    from ising_bench.releases.known import added, release_of

    measure_parts(
        added(release_of(release)),
        parts or [],
        out,
        Effort().scaled(effort),
        lambda part: print(f"{out}: {part}"),
        system or [],
    )
