"""Scores in the Hub's own formats, read back by the Hub's own types."""

from pathlib import Path

import yaml
from huggingface_hub import parse_eval_result_entries

from conftest import Cli, only_line
from ising_bench.identity import DATASET_ID
from ising_bench.leaderboard import new
from ising_bench.leaderboard.check import check
from ising_bench.leaderboard.export import eval_yaml
from ising_bench.releases.v1 import V1
from test_leaderboard_check import submit


def test_an_entry_is_exported_for_its_model_s_page(tmp_path: Path, cli: Cli) -> None:
    path = submit(tmp_path)
    done = cli("leaderboard", "export", "entries/mine")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / ".eval_results" / "ising-bench.yaml").read_text()
    (entry,) = parse_eval_result_entries(yaml.safe_load(text))
    (scored,) = check([path]).entries
    assert scored.scores is not None
    assert (entry.dataset_id, entry.task_id) == (DATASET_ID, "periodic_ferro")
    assert entry.value == round(scored.scores.macro_f1, 6)
    assert entry.dataset_revision == "v1.0.0"
    assert "is there already" in only_line(cli("leaderboard", "export", "entries/mine").stderr)
    new.quoted(tmp_path / "entries")
    quoted = cli("leaderboard", "export", "entries/paper-vit", "--out", "x.yaml")
    assert "no current, scored entry" in only_line(quoted.stderr)


def test_the_dataset_s_tasks_are_its_configs() -> None:
    found = yaml.safe_load(eval_yaml())
    assert [task["id"] for task in found["tasks"]] == V1.config_names
    assert {task["split"] for task in found["tasks"]} == {"test"}
    assert set(found) == {"name", "description", "evaluation_framework", "tasks"}
