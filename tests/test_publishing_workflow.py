"""The release workflow: what must hold before anything is uploaded."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ising_bench.identity import DATASET_ID, tag_of
from ising_bench.releases.known import newest

ROOT = Path(__file__).parent.parent
CHECK = ROOT / ".github" / "check_release.py"

PROJECT = '[project]\nname = "ising-bench"\nversion = "1.2.3"\n'
CITATION = "version: 1.2.3\ndate-released: 2026-12-01\n"
CHANGELOG = (
    "# Changelog\n\n## Package\n\n### 1.2.3 (2026-12-01)\n\n- All of it.\n\n## Data\n\n"
    "### 1.1.0 (2026-12-01)\n\n- All of it.\n"
)


def check(root: Path, tag: str) -> subprocess.CompletedProcess[str]:
    (root / ".github").mkdir(exist_ok=True)
    script = root / ".github" / CHECK.name
    script.write_text(CHECK.read_text())
    return subprocess.run([sys.executable, script, tag], capture_output=True, text=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "CITATION.cff").write_text(CITATION)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def test_a_release_in_order_passes(root: Path) -> None:
    done = check(root, "v1.2.3")
    assert (done.returncode, done.stdout) == (0, "v1.2.3 may be released\n"), done.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("pyproject.toml", "1.2.3", "1.2.4", "the tag is v1.2.3, pyproject.toml says 1.2.4"),
        ("CITATION.cff", "1.2.3", "1.2.2", "CITATION.cff says 1.2.2"),
        (
            "CHANGELOG.md",
            "1.2.3 (2026-12-01)",
            "Unreleased",
            "under '## Package'",
        ),
        ("CHANGELOG.md", "1.2.3 (2026-12-01)", "1.2.3 (2026-12-02)", "dates it 2026-12-02"),
        ("CHANGELOG.md", "1.1.0 (2026-12-01)", "1.1.0 (Unreleased)", "under '## Data'"),
        ("CHANGELOG.md", "1.1.0 (2026-12-01)", "0.9.0 (2026-12-01)", "under '## Data'"),
        ("CHANGELOG.md", "## Data", "## Else", "under '## Data'"),
        (
            "CITATION.cff",
            "2026-12-01",
            "2026-12-03",
            "CITATION.cff 2026-12-03",
        ),
    ],
)
def test_what_is_out_of_order_is_named(
    name: str, old: str, new: str, said: str, root: Path
) -> None:
    path = root / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    done = check(root, "v1.2.3")
    assert done.returncode == 1
    assert said in done.stdout


def test_the_files_of_this_repository_can_be_checked() -> None:
    done = subprocess.run([sys.executable, CHECK, "v0.0.0"], capture_output=True, text=True)
    assert "the tag is v0.0.0" in done.stdout
    assert done.stderr == ""


def test_every_upload_waits_for_the_checks_and_only_uploads_hold_secrets() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"]
    assert jobs["ci"] == {"uses": "./.github/workflows/ci.yml"}
    assert jobs["check"]["needs"] == "ci"
    checks = yaml.safe_dump(jobs["check"])
    for step in ("check_release.py", "make dist", "merge-base --is-ancestor"):
        assert step in checks
    assert "secrets" not in checks
    assert "permissions" not in jobs["check"]
    assert set(jobs) == {"ci", "check", "dataset", "package"}
    assert jobs["dataset"]["needs"] == "check"
    assert jobs["package"]["needs"] == ["check", "dataset"]
    assert jobs["package"]["permissions"] == {"id-token": "write"}
    assert text.count("secrets.") == 1
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert "workflow_call" in ci[True]
    assert {"lint", "test"} <= set(ci["jobs"])


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCK = ROOT / ".github" / "requirements.lock"
WITH_WHEEL = "python -m pip install --no-deps --no-index dist/*.whl"
WITH_HASHES = "python -m pip install --require-hashes -r .github/requirements.lock"


def steps(workflow: Path) -> dict[str, list[dict[str, Any]]]:
    """The steps of each job."""
    jobs = yaml.safe_load(workflow.read_text())["jobs"]
    return {
        name: [{"uses": job["uses"]}] if "uses" in job else job["steps"]
        for name, job in jobs.items()
    }


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_workflow_uses_is_pinned_by_commit(workflow: Path) -> None:
    """A tag or a branch of somebody else's can be moved."""
    used = [step["uses"] for job in steps(workflow).values() for step in job if "uses" in step]
    assert used
    for name in used:
        assert name.startswith("./") or re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name), name


def locked() -> dict[str, list[str]]:
    """Each requirement NAME==VERSION of the lock file with its hashes."""
    found: dict[str, list[str]] = {}
    for line in LOCK.read_text().splitlines():
        if line.startswith("    --hash="):
            found[list(found)[-1]].append(line.strip(" \\"))
        elif line and not line.startswith(("#", "--")):
            found[line.strip(" \\")] = []
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_file_is_what_was_tested_with_a_hash_for_each() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    tested = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {normal(name): version for name, version in tested.items()}
    assert "--only-binary :all:" in LOCK.read_text().splitlines()  # nothing of it is built here
    for requirement, hashes in locked().items():
        name, version = requirement.split("==")
        assert versions[normal(name)] == version, requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), requirement


def test_the_lock_file_has_all_that_the_package_names_and_no_tool_of_developers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {normal(re.split(r"[\[<>=]", text)[0]) for text in project["dependencies"]}
    held = {normal(requirement.split("==")[0]) for requirement in locked()}
    assert named <= held
    assert not held & {"torch", "transformers", "pytest", "ruff", "mypy", "hatchling"}


def test_jobs_that_hold_a_token_install_with_hashes_alone() -> None:
    """`package` installs nothing; the checks of a submission run on what strangers send."""
    release, entry = (
        steps(ROOT / ".github" / "workflows" / name) for name in ("release.yml", "entry.yml")
    )
    for job in (release["dataset"], release["package"], entry["check"]):
        installs = [step["run"] for step in job if "install" in step.get("run", "")]
        assert installs in ([], [WITH_HASHES], [WITH_HASHES, WITH_WHEEL])
    assert any(step.get("run") == WITH_WHEEL for step in release["dataset"])


def test_a_submission_is_checked_as_the_event_names_it() -> None:
    """Not as its branch is by then: that may be another commit than the one that was looked at."""
    text = (ROOT / ".github" / "workflows" / "entry.yml").read_text()
    assert "SUBMISSION: ${{ github.event.pull_request.head.sha }}" in text
    assert 'git fetch --no-tags origin "$SUBMISSION"' in text
    assert 'check-pull-request HEAD "$SUBMISSION"' in text
    assert "pull/" not in text


def test_the_tag_that_is_verified_is_the_one_that_is_pushed() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert re.findall("hf://.*", text) == [f"hf://{DATASET_ID}@{tag_of(newest().version)}"]
