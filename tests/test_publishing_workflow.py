"""The release workflow: what must hold before anything is uploaded."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
CHECK = ROOT / ".github" / "check_release.py"

PROJECT = '[project]\nname = "ising-bench"\nversion = "1.2.3"\n'
CITATION = "version: 1.2.3\ndate-released: 2026-12-01\n"
CHANGELOG = (
    "# Changelog\n\n## Package\n\n### 1.2.3 (2026-12-01)\n\n- All of it.\n\n## Data\n\n"
    "### 1.0.0 (2026-12-01)\n\n- All of it.\n"
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
        ("CHANGELOG.md", "1.0.0 (2026-12-01)", "1.0.0 (Unreleased)", "under '## Data'"),
        ("CHANGELOG.md", "1.0.0 (2026-12-01)", "0.9.0 (2026-12-01)", "under '## Data'"),
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
