"""Pull requests made as git branches: good ones pass, hostile ones are refused, none is run."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Cli, only_line
from ising_bench.errors import IsingBenchError
from ising_bench.leaderboard.check import check
from ising_bench.leaderboard.pull_request import check_pull_request
from ising_bench.leaderboard.rescore import mark
from test_leaderboard_check import CONFIG, submit

IDENTITY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(repository: Path, *args: str) -> str:
    environment = {**os.environ, **IDENTITY}
    done = subprocess.run(
        ["git", *args], cwd=repository, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a good entry."""
    return submit(tmp_path_factory.mktemp("good")).parent


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A base branch with a README and an empty board, on branch `submission`."""
    folder = tmp_path / "repository"
    (folder / "leaderboard" / "entries").mkdir(parents=True)
    (folder / "README.md").write_text("base\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "base")
    git(folder, "checkout", "-qb", "submission")
    return folder


def commit(repository: Path) -> None:
    """Commit what is there, and go back to main, so that nothing of it lies in the work tree."""
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "submission")
    git(repository, "checkout", "-q", "main")


def add(repository: Path, entry: Path) -> Path:
    return Path(shutil.copytree(entry, repository / "leaderboard" / "entries" / entry.name))


def test_a_good_submission_passes_without_being_checked_out(
    repository: Path, entry: Path, cli: Cli
) -> None:
    add(repository, entry)
    commit(repository)
    assert not (repository / "leaderboard" / "entries" / "mine").exists()
    found = check_pull_request(repository, "main", "submission")
    assert found.problems == []
    assert [s.entry.name for s in found.entries] == ["mine"]
    (repository / "below").mkdir()
    below = check_pull_request(repository / "below", "main", "submission")
    assert (below.problems, len(below.entries)) == ([], 1)
    done = cli("leaderboard", "check-pull-request", "main", "submission", cwd=repository)
    assert done.returncode == 0, done.stderr


def test_what_main_did_meanwhile_is_not_the_submission_s(repository: Path, entry: Path) -> None:
    add(repository, entry)
    commit(repository)
    (repository / "README.md").write_text("newer\n")
    git(repository, "commit", "-qam", "meanwhile")
    assert check_pull_request(repository, "main", "submission").problems == []


def code(folder: Path, _: Path) -> None:
    (folder / "ising_bench").mkdir()
    (folder / "ising_bench" / "__init__.py").write_text("raise SystemExit('run')")


def workflow(folder: Path, _: Path) -> None:
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "entry.yml").write_text("on: push")


def link(_: Path, entry: Path) -> None:
    (entry / f"{CONFIG}.csv").unlink()
    (entry / f"{CONFIG}.csv").symlink_to("/etc/passwd")


def executable(_: Path, entry: Path) -> None:
    (entry / f"{CONFIG}.json").chmod(0o755)


def second_entry(_: Path, entry: Path) -> None:
    shutil.copytree(entry, entry.parent / "other")


def deeper(_: Path, entry: Path) -> None:
    (entry / "more").mkdir()
    (entry / "more" / "skewed_ferro.json").write_text("{}")


def large(_: Path, entry: Path) -> None:
    (entry / f"{CONFIG}.csv").write_bytes(bytes(2_000_000))


def odd_name(_: Path, entry: Path) -> None:
    (entry / "a\nb\x1b[31m.json").write_text("{}")


def many(_: Path, entry: Path) -> None:
    for i in range(100):
        (entry / f"config{i}.json").write_text("{}")


def readme(folder: Path, _: Path) -> None:
    (folder / "README.md").unlink()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (code, "ising_bench/__init__.py"),
        (workflow, "entry.yml"),
        (link, "mode 120000"),
        (executable, "mode 100755"),
        (second_entry, "2 entries"),
        (deeper, "more/skewed_ferro.json"),
        (large, "2000000 bytes"),
        (odd_name, r"a\nb"),
        (many, "more than 64 files"),
        (readme, "README.md"),
    ],
)
def test_a_hostile_submission_is_refused(
    repository: Path, entry: Path, harm: Callable[[Path, Path], None], message: str
) -> None:
    harm(repository, add(repository, entry))
    commit(repository)
    problems = check_pull_request(repository, "main", "submission").problems
    assert any(message in problem for problem in problems), problems
    assert not any("\n" in problem or "\x1b" in problem for problem in problems)


def test_a_deleted_entry_is_refused(repository: Path, entry: Path) -> None:
    git(repository, "checkout", "-q", "main")
    add(repository, entry)
    commit(repository)
    git(repository, "checkout", "-qB", "submission")
    shutil.rmtree(repository / "leaderboard" / "entries" / "mine")
    commit(repository)
    problems = check_pull_request(repository, "main", "submission").problems
    assert any("is on the board already" in problem for problem in problems)


def test_an_entry_on_the_board_is_not_a_submitter_s_to_change(
    repository: Path, entry: Path
) -> None:
    git(repository, "checkout", "-q", "main")
    folder = add(repository, entry)
    commit(repository)
    git(repository, "checkout", "-qB", "submission")
    mark(folder / f"{CONFIG}.json", "withdrawn", "I say so")
    commit(repository)
    problems = check_pull_request(repository, "main", "submission").problems
    assert any("is on the board already" in problem for problem in problems)
    git(repository, "checkout", "-qB", "submission")
    shutil.copy(folder / f"{CONFIG}.json", folder / "skewed_ferro.json")
    commit(repository)
    problems = check_pull_request(repository, "main", "submission").problems
    assert any("there is an entry of that name" in problem for problem in problems)


def test_a_tree_of_very_many_paths_is_refused_in_bounded_memory(
    repository: Path, entry: Path
) -> None:
    """One folder of a thousand files, hung in a thousand places, takes little room in git."""
    add(repository, entry)
    commit(repository)

    def tree(lines: list[str]) -> str:
        done = subprocess.run(
            ["git", "mktree"], cwd=repository, input="\n".join(lines) + "\n", check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    empty = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=repository, input="", check=True,
        capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    leaves = tree([f"100644 blob {empty}\t{i:04d}" for i in range(1000)])
    top = tree([f"040000 tree {leaves}\t{i:04d}" for i in range(1000)])
    environment = {**os.environ, **IDENTITY}
    bomb = subprocess.run(
        ["git", "commit-tree", top, "-p", "main", "-m", "bomb"], cwd=repository, check=True,
        capture_output=True, text=True, env=environment,
    ).stdout.strip()  # fmt: skip
    assert any("more than 64" in p for p in check_pull_request(repository, "main", bomb).problems)


def test_wrong_contents_are_named_by_their_place_in_the_repository(
    repository: Path, entry: Path, cli: Cli
) -> None:
    folder = add(repository, entry)
    (folder / f"{CONFIG}.json").write_text('{"name": "mine"}')
    commit(repository)
    done = cli("leaderboard", "check-pull-request", "main", "submission", cwd=repository)
    assert done.returncode == 1
    assert f"leaderboard/entries/mine/{CONFIG}.json: license" in done.stdout
    assert "/tmp" not in done.stdout


def test_an_empty_request_and_an_unknown_branch(repository: Path, cli: Cli) -> None:
    assert check_pull_request(repository, "main", "submission").problems
    with pytest.raises(IsingBenchError, match="has no commit"):
        check_pull_request(repository, "main", "nowhere")
    line = only_line(
        cli("leaderboard", "check-pull-request", "main", "nowhere", cwd=repository).stderr
    )
    assert "nowhere" in line


def only_problem(repository: Path, base: str, head: str) -> str:
    (problem,) = check_pull_request(repository, base, head).problems
    return problem


def test_merges_across_are_refused(repository: Path, entry: Path) -> None:
    """Base and head have each merged the other's past. Merging the head, whose tree is that of an
    old base and an entry, would take a file of the base back; from one of the two places where it
    left the base it looks like an entry and no more."""
    git(repository, "checkout", "-q", "main")
    (repository / "more.md").write_text("more\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "m1")
    m1 = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-qb", "side", "HEAD~1")
    (repository / "reviewed.md").write_text("a file that the base gains\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "p2")
    p2 = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "main")
    git(repository, "merge", "-q", "--no-ff", "-m", "base", "side")
    git(repository, "checkout", "-q", "--detach", m1)
    add(repository, entry)
    git(repository, "add", "-A")
    tree = git(repository, "write-tree")
    head = git(repository, "commit-tree", tree, "-p", m1, "-p", p2, "-m", "an entry")
    git(repository, "checkout", "-qf", "main")
    assert sorted(git(repository, "merge-base", "--all", "main", head).split()) == sorted([m1, p2])
    assert "2 best common ancestors" in only_problem(repository, "main", head)
    git(repository, "merge", "-q", "-m", "what it would have done", head)
    assert not (repository / "reviewed.md").exists()


def test_a_head_that_holds_its_base_is_judged_by_what_it_adds(
    repository: Path, entry: Path
) -> None:
    git(repository, "checkout", "-q", "main")
    (repository / "more.md").write_text("more\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "meanwhile")
    git(repository, "checkout", "-q", "submission")
    add(repository, entry)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "an entry")
    git(repository, "merge", "-q", "-m", "up to date", "main")
    assert check_pull_request(repository, "main", "submission").problems == []
    tree = git(repository, "rev-parse", "submission~1^{tree}")  # without what main did meanwhile
    evil = git(repository, "commit-tree", tree, "-p", "submission~1", "-p", "main", "-m", "evil")
    assert "more.md" in only_problem(repository, "main", evil)


def test_a_history_of_its_own_is_refused(repository: Path, entry: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "alone")
    add(repository, entry)
    commit(repository)
    assert "no common ancestor" in only_problem(repository, "main", "alone")


def test_a_conflict_is_refused(repository: Path, entry: Path) -> None:
    """The base has put a file where the entry's folder is to be."""
    add(repository, entry)
    commit(repository)
    (repository / "leaderboard").mkdir(exist_ok=True)
    (repository / "leaderboard" / "entries").write_text("moved elsewhere\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "meanwhile")
    assert "conflicts with its base" in only_problem(repository, "main", "submission")


def test_a_shallow_clone_is_one_clear_line(
    repository: Path, entry: Path, tmp_path: Path, cli: Cli
) -> None:
    add(repository, entry)
    commit(repository)
    shallow = tmp_path / "shallow"
    git(
        tmp_path,
        "clone",
        "-q",
        "--depth",
        "1",
        "--no-single-branch",
        f"file://{repository}",
        "shallow",
    )
    done = cli("leaderboard", "check-pull-request", "main", "origin/submission", cwd=shallow)
    assert "git fetch --unshallow" in only_line(done.stderr)


@pytest.mark.parametrize("name", ["Mi-ne", "mi_ne"])
def test_a_twin_of_an_entry_on_the_board_is_refused(
    repository: Path, entry: Path, name: str
) -> None:
    """Beside the base's board, whatever lies in the work tree."""
    git(repository, "checkout", "-q", "main")
    folder = add(repository, entry)
    folder.rename(folder.with_name(name))
    commit(repository)
    git(repository, "checkout", "-qB", "submission")
    add(repository, entry)
    commit(repository)
    git(repository, "rm", "-rq", "--cached", "leaderboard")
    shutil.rmtree(repository / "leaderboard")
    assert f"leaderboard/entries/mine: differs from {name} only" in only_problem(
        repository, "main", "submission"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"track": "reference"}, "track reference is for the maintainers"),
        ({"status": "withdrawn", "reason": "no"}, "status withdrawn is for the maintainers"),
        (
            {
                "kind": "reported",
                "track": "reference",
                "reported": {
                    "source": "a paper",
                    "macro_f1": 0.99,
                    "macro_f1_deviation": 0.0,
                    "trials": 5,
                },
                "trials": [],
                "predictions_sha256": None,
                "data_use": None,
            },
            "kind reported is for the maintainers",
        ),
    ],
)
def test_rows_that_only_maintainers_add_are_refused(
    repository: Path, entry: Path, change: dict[str, object], said: str
) -> None:
    path = add(repository, entry) / f"{CONFIG}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    if "trials" in change:
        path.with_suffix(".csv").unlink()
    assert check([path]).problems == []  # a maintainer may
    commit(repository)
    problems = check_pull_request(repository, "main", "submission").problems
    assert any(said in problem for problem in problems), problems
