"""Errata: what moved is shown, nothing is lost."""

import json
from pathlib import Path

import pytest

from conftest import Cli, only_line
from ising_bench.leaderboard import new
from ising_bench.leaderboard.check import check
from ising_bench.leaderboard.rescore import mark, rescore
from ising_bench.releases.v1 import V1
from test_leaderboard_check import submit


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = submit(tmp_path)
    new.quoted(V1, tmp_path / "entries")
    assert check([tmp_path / "entries"]).problems == []
    assert path.exists()
    return tmp_path / "entries"


def test_scores_in_order_do_not_move(board: Path) -> None:
    assert rescore(board, write=True) == []


def test_what_moved_is_shown_and_written_only_when_asked(board: Path) -> None:
    path = board / "mine" / "periodic_ferro.json"
    good = path.read_bytes()
    entry = json.loads(good)
    true = entry["trials"][1]["scores"]["macro_f1"]
    entry["trials"][1]["scores"]["macro_f1"] = 0.5
    path.write_text(json.dumps(entry))
    (line,) = rescore(board, write=False)
    assert f"trials.1.macro_f1: 0.5 is now {true}" in line
    assert json.loads(path.read_text()) == entry
    assert len(rescore(board, write=True)) == 1
    assert path.read_bytes() == good


def test_a_marked_entry_stays_in_order(board: Path, tmp_path: Path, cli: Cli) -> None:
    path = board / "mine" / "periodic_ferro.json"
    mark(path, "superseded", "a longer run")
    (found,) = check([path]).entries
    assert (found.entry.status, found.entry.reason) == ("superseded", "a longer run")
    done = cli("leaderboard", "withdraw", str(path), "--reason", "wrong split")
    assert done.returncode == 0, done.stderr
    assert json.loads(path.read_text())["status"] == "withdrawn"
    assert check([board]).problems == []
    empty = cli("leaderboard", "withdraw", str(path), "--reason", "\x1b[31m")
    assert "reason" in only_line(empty.stderr)
    none = cli("leaderboard", "withdraw", "none.json", "--reason", "x")
    assert "no such file" in only_line(none.stderr)
    shown = cli("leaderboard", "rescore", "entries", cwd=tmp_path)
    assert shown.stdout.strip() == "0 scores moved"
