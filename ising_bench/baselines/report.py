"""Scores of a run as a person reads them."""

from pathlib import Path

from ising_bench.baselines.records import Run
from ising_bench.releases.known import release_of
from ising_bench.scoring.report import score_file
from ising_bench.terminal import table


def run_table(run: Run, folder: Path, columns: int | None = None) -> str:
    """Scores of every config of a run, for a terminal of that width."""
    rows, release = [], release_of(run.release)
    for config in run.configs:
        scores = score_file(folder / f"{config}.csv", release, config)
        deviation = scores.macro_f1_deviation
        value = f"{scores.macro_f1:.4f}" + (f" ± {deviation:.4f}" if deviation is not None else "")
        low, high = scores.interval95
        numbers = [
            f"{scores.ceiling:.4f}",
            f"{max(scores.mean_kl, 0):.4f}",
            str(len(scores.trials)),
        ]
        rows.append([config, value, f"{low:.3f} to {high:.3f}", *numbers])
    head = ["config", "macro-F1", "95 % interval", "expected", "KL", "trials"]
    return table(rows, columns, head, right=[1, 3, 4, 5])
