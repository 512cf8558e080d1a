"""Scores in the formats of the Hub: `.eval_results/*.yaml` for a model's repository, `eval.yaml`
for the dataset's. The Hub shows a dataset's leaderboard once its staff has put it on their list of
benchmarks, which is asked for by hand.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml

from ising_bench.errors import FolderError
from ising_bench.files import made_folder, write_new
from ising_bench.identity import DATASET_ID, NAME, tag_of
from ising_bench.leaderboard.board import Scored
from ising_bench.progress import counted
from ising_bench.releases.release import Release
from ising_bench.scoring.score import Scores

# The Hub shows one value for a task, so each metric is a task of its own.
_METRICS: dict[str, tuple[str, Callable[[Scores], float]]] = {
    "macro_f1": ("macro-F1", lambda scores: scores.macro_f1),
    "log_loss": ("log-loss in nats, lower is better", lambda scores: scores.log_loss),
    "kl": (
        "KL divergence from the exact posterior in nats, lower is better",
        lambda scores: max(scores.mean_kl, 0.0),  # where it is rounding below zero
    ),
}


def task_id(config: str, metric: str) -> str:
    """The task of a metric, `macro_f1`, `log_loss` or `kl`, on the test split of a config."""
    return f"{config}_{metric}"


def eval_results(entries: list[Scored]) -> str:
    """The text of `.eval_results/ising-bench.yaml`: each metric's mean over trials, config by
    config.

    Raises FolderError where there is nothing current to export.
    """
    results = []
    for scored in sorted(entries, key=lambda s: s.release.config_names.index(s.config)):
        scores, entry = scored.scores, scored.entry
        if scores is None or entry.status != "current":
            continue
        low, high = scores.interval95
        interval = f", 95 % {low:.3f} to {high:.3f}"
        for metric, (what, value) in _METRICS.items():
            results.append(
                EvalResultEntry(
                    dataset_id=DATASET_ID,
                    task_id=task_id(scored.config, metric),
                    value=round(value(scores), 6),
                    dataset_revision=tag_of(entry.benchmark.release),
                    notes=f"{what}; mean of {counted(len(scores.trials), 'trial')}"
                    f"{interval if metric == 'macro_f1' else ''}, track {entry.track}, "
                    f"leaderboard entry {entry.name}",
                )
            )
    if not results:
        raise FolderError("no current, scored entry to export")
    return yaml.safe_dump(eval_result_entries_to_yaml(results), sort_keys=False, width=100)


def eval_yaml(release: Release) -> str:
    """The text of `eval.yaml` of a repository with a release: a task for each metric of each
    config. No framework is named: the Hub refuses a file that names one which is not on its own
    list."""
    record: dict[str, Any] = {
        "name": NAME,
        "description": f"{release.description}: macro-F1, log-loss and KL divergence from the "
        "exact posterior on the test split, with the best score in equilibrium known exactly.",
        "tasks": [
            {"id": task_id(config.name, metric), "config": config.name, "split": "test"}
            for config in release.configs
            for metric in _METRICS
        ],
    }
    return yaml.safe_dump(record, sort_keys=False, width=100)


def write(entries: list[Scored], out: Path) -> Path:
    """Write `eval_results` to a new file. Raises FolderError where it is there already."""
    text = eval_results(entries)
    with made_folder(out.parent):
        write_new({out: text.encode("utf-8")}, "choose another with --out")
    return out
