"""Scores in the Hub's own formats, read back by the Hub's own types."""

from pathlib import Path

import yaml
from huggingface_hub import parse_eval_result_entries

from conftest import Cli, only_line
from hub_server import fault_of_eval
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
    results = parse_eval_result_entries(yaml.safe_load(text))
    (scored,) = check([path]).entries
    assert scored.scores is not None
    assert {entry.task_id: entry.value for entry in results} == {
        "periodic_ferro_macro_f1": round(scored.scores.macro_f1, 6),
        "periodic_ferro_log_loss": round(scored.scores.log_loss, 6),
        "periodic_ferro_kl": round(scored.scores.mean_kl, 6),
    }
    assert {entry.task_id for entry in results} < {
        task["id"] for task in yaml.safe_load(eval_yaml(V1))["tasks"]
    }
    assert {(entry.dataset_id, entry.dataset_revision) for entry in results} == {
        (DATASET_ID, "v1.0.0")
    }
    assert all("lower is better" in entry.notes for entry in results[1:])
    assert "is there already" in only_line(cli("leaderboard", "export", "entries/mine").stderr)
    new.quoted(V1, tmp_path / "entries")
    quoted = cli("leaderboard", "export", "entries/paper-vit", "--out", "x.yaml")
    assert "no current, scored entry" in only_line(quoted.stderr)


def test_the_dataset_s_tasks_are_three_metrics_of_each_config() -> None:
    found = yaml.safe_load(eval_yaml(V1))
    thrice = [name for name in V1.config_names for _ in range(3)]
    assert [task["config"] for task in found["tasks"]] == thrice
    assert len({task["id"] for task in found["tasks"]}) == len(found["tasks"])
    assert {task["split"] for task in found["tasks"]} == {"test"}
    assert set(found) == {"name", "description", "tasks"}


def test_the_hub_of_the_tests_refuses_what_the_real_one_refuses() -> None:
    assert fault_of_eval(eval_yaml(V1).encode()) is None
    found = yaml.safe_load(eval_yaml(V1))
    for change, fault in (
        ({"evaluation_framework": "ising-bench"}, "unknown evaluation_framework 'ising-bench'"),
        ({"tasks": [found["tasks"][0]] * 2}, "an id of its own"),
        ({"tasks": None}, "not the YAML of a benchmark"),
    ):
        assert fault in (fault_of_eval(yaml.safe_dump(found | change).encode()) or "")
