"""Scores of a file of predictions, for a person and for scripts."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ising_bench.progress import counted
from ising_bench.releases.release import Config, Release
from ising_bench.scoring import predictions
from ising_bench.scoring.score import Scores, score_trials
from ising_bench.scoring.truth import sample_ids, truth
from ising_bench.terminal import fold

_INDENT = 27  # of values behind their names


def score_file(path: Path, release: Release, config: str) -> Scores:
    """Scores of a CSV of predictions, read as `predictions.read` does. Raises UnknownNameError,
    VerificationError."""
    classes = release.config(config).task.classes
    trials = predictions.read(path, sample_ids(release, config), classes)
    return score_trials(truth(release, config), trials)


def as_record(scores: Scores, config: Config) -> dict[str, Any]:
    """Scores for scripts. On the paper configs the ceiling is called a reference."""
    record = asdict(scores)
    trials = record.pop("trials")
    record["per_class_f1"] = dict(zip(config.task.names, scores.per_class_f1, strict=True))
    record["interval95"] = list(scores.interval95)
    kind = _name_of_best(config)
    record[kind] = record.pop("ceiling")
    record[f"share_of_{kind}"] = record.pop("share_of_ceiling")
    return (
        {"config": config.name, "trials": len(trials)}
        | record
        | {
            "macro_f1_of_trials": [trial["macro_f1"] for trial in trials],
            "confusion_of_trials": [trial["confusion"] for trial in trials],
        }
    )


def as_text(scores: Scores, config: Config, columns: int | None = None) -> str:
    """The same for a person, for a terminal of that width."""
    trials = scores.trials
    names = config.task.names
    spread = f" ± {scores.macro_f1_deviation:.4f}" if scores.macro_f1_deviation is not None else ""
    low, high = scores.interval95
    wide = max(8, *(len(name) + 2 for name in names))
    lines = [
        f"{config.name}, {counted(len(trials), 'trial')}",
        f"macro-F1                   {scores.macro_f1:.4f}{spread}, 95 % {low:.4f} to {high:.4f}",
        f"{_name_of_best(config).replace('_', ' '):27}{scores.ceiling:.4f}, "
        f"{100 * scores.share_of_ceiling:.1f} % of it reached",
        f"accuracy                   {scores.accuracy:.4f}",
        f"log-loss                   {scores.log_loss:.4f}, at best {scores.log_loss_floor:.4f}",
        f"KL to the exact posterior  {max(scores.mean_kl, 0):.4f}",
        "F1 of each class           "
        + ", ".join(f"{n} {f1:.4f}" for n, f1 in zip(names, scores.per_class_f1, strict=True)),
        "",
        f"{'true, all trials':17}" + "".join(f"{name:>{wide}}" for name in names) + "  predicted",
    ]
    counts = np.sum([trial.confusion for trial in trials], axis=0)
    for name, row in zip(names, counts, strict=True):
        lines.append(f"{name:17}" + "".join(f"{count:{wide}d}" for count in row))
    return "\n".join(fold(line, columns, _INDENT) for line in lines)


def _name_of_best(config: Config) -> str:
    if config.statistic.certainty == "upper bound":
        return "upper_bound"
    return "ceiling" if config.protocol.in_equilibrium else "equilibrium_reference"
