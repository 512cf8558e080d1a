"""The command that judges samplers."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from ising_bench.cli.app import FLAGGED, Json, ReleaseOption, Threads, app, as_our_own, show_record
from ising_bench.terminal import fold, width

if TYPE_CHECKING:
    from ising_bench.scoring.sampler import Judgment


@app.command()
def judge(
    samples: Annotated[Path, typer.Argument(help="A .npy file: (n, L, L), spins as the data has.")],
    config: Annotated[str, typer.Option(help="Config whose system they are of.")],
    temperature: Annotated[str, typer.Option(help="At which they were drawn.")],
    log_prob: Annotated[
        Optional[Path], typer.Option(help="A .npy file: (n,), ln of each one's probability.")
    ] = None,
    ours: Annotated[
        int, typer.Option(help="Lattices of our own beside them.", min=2, max=100_000)
    ] = 1000,
    threads: Threads = None,
    json: Json = False,
    release: ReleaseOption = None,
) -> None:
    """Is a sampler exact? ising-bench judge samples.npy --config periodic_ferro --temperature 2.27

    Exit code 3 where the physics tells its lattices from exact ones."""
    from ising_bench.releases.known import release_of
    from ising_bench.scoring import sampler
    from ising_bench.scoring.importance_weights import weights
    from ising_bench.scoring.npy import lattices, numbers

    version = release_of(release)
    spins = lattices(samples, version.config(config).system.symbols)
    weighed: dict[str, Any] = {}
    with as_our_own():
        if log_prob is not None:  # first: what is wrong with it is found before minutes of work
            at = sampler.config_of(version, config, spins, temperature)
            weighed = asdict(weights(at, spins, numbers(log_prob)))
        judgment = sampler.judge(version, config, spins, temperature, ours, threads)
    record = {"config": config, "temperature": temperature} | asdict(judgment) | weighed
    if json:
        show_record(record, json)
    else:
        _show(record, judgment)
    if judgment.told_by:
        raise typer.Exit(FLAGGED)


def _show(record: dict[str, Any], judgment: "Judgment") -> None:
    from ising_bench.physics.evidence import smallest

    plain = {k: _with_error(v) for k, v in record.items() if k not in ("findings", "told_by")}
    low, high = judgment.honest_distance
    plain["honest_distance"] = f"{low:.6g}, in 95 % of cases below {high:.6g}"
    show_record(plain, json=False)
    print()
    for finding in sorted(judgment.findings, key=lambda finding: finding.p):
        print(fold(f"{finding.test:20} p {finding.p:<8.2g} {finding.seen}", width(), 32))
    print()
    tests = ", ".join(dict.fromkeys(finding.test for finding in judgment.told_by))
    verdict = f"told from exact lattices by: {tests}"
    if not judgment.told_by:
        verdict = f"not told from exact lattices; {smallest(judgment.findings)}"
    print(fold(verdict, width(), 0))


def _with_error(value: Any) -> Any:
    match value:
        case (float(mean), float(error)):
            return f"{mean:.8g} +- {error:.2g}"
    return value
