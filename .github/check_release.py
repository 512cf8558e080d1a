"""Whether a git tag may be released: it names this package's version, and the notes are written.

python .github/check_release.py v0.1.0
"""

import re
import sys
import tomllib
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
DATED = r"\((\d{4}-\d{2}-\d{2})\)"


def problems(tag: str, root: Path = ROOT) -> list[str]:
    """What speaks against releasing, a line each."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    package, data = (root / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## Data\n")
    version = project["version"]
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, pyproject.toml says {version}")
    if citation["version"] != version:
        found.append(f"CITATION.cff says {citation['version']}, pyproject.toml {version}")
    written = re.search(rf"^### {re.escape(version)} {DATED}$", package, re.MULTILINE)
    if written is None:
        found.append(f"CHANGELOG.md has no section '### {version} (YYYY-MM-DD)' of the package")
    elif date.fromisoformat(written[1]) != citation["date-released"]:
        found.append(
            f"CHANGELOG.md dates it {written[1]}, CITATION.cff {citation['date-released']}"
        )
    if re.search(r"^### .*\(unreleased\)$", data, re.MULTILINE):
        found.append("CHANGELOG.md calls the data unreleased")
    return found


if __name__ == "__main__":
    found = problems(sys.argv[1])
    print("\n".join(found) or f"{sys.argv[1]} may be released")
    sys.exit(bool(found))
