"""Scores of a run as a person reads them."""

from pathlib import Path

from ising_bench.baselines.records import Run
from ising_bench.scoring.report import score_file


def run_table(run: Run, folder: Path) -> str:
    """Scores of every config of a run, a line each."""
    lines = [
        f"{'config':31}{'macro-F1':>17}  {'95 % interval':15}{'expected':>10}{'KL':>8}  trials"
    ]
    for config in run.configs:
        scores = score_file(folder / f"{config}.csv", config)
        deviation = scores.macro_f1_deviation
        value = f"{scores.macro_f1:.4f}" + (f" ± {deviation:.4f}" if deviation is not None else "")
        low, high = scores.interval95
        lines.append(
            f"{config:31}{value:>17}  {low:.3f} to {high:.3f} {scores.ceiling:10.4f}"
            f"{scores.mean_kl:8.4f}  {len(scores.trials)}"
        )
    return "\n".join(lines)
