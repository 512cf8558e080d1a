"""Whether a git tag may be released: it names this package's version, and the notes are written.

python .github/check_release.py v0.1.0
"""

import re
import sys
import tomllib
from pathlib import Path

import yaml

from ising_bench.releases.known import newest

ROOT = Path(__file__).parent.parent


def problems(tag: str, root: Path = ROOT) -> list[str]:
    """What speaks against releasing, a line each."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    version = project["version"]
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, pyproject.toml says {version}")
    if citation["version"] != version:
        found.append(f"CITATION.cff says {citation['version']}, pyproject.toml {version}")
    sections = re.split(r"^## (.*)$", changelog, flags=re.MULTILINE)
    by_name = dict(zip(sections[1::2], sections[2::2], strict=True))
    for name, number in (("Package", version), ("Data", newest().version)):
        heading = rf"^### {re.escape(number)} \((\d{{4}}-\d{{2}}-\d{{2}})\)$"
        written = re.search(heading, by_name.get(name, ""), re.MULTILINE)
        if written is None:
            found.append(f"CHANGELOG.md has no '### {number} (YYYY-MM-DD)' under '## {name}'")
        elif name == "Package" and written[1] != str(citation["date-released"]):
            dated = citation["date-released"]
            found.append(f"CHANGELOG.md dates it {written[1]}, CITATION.cff {dated}")
    return found


if __name__ == "__main__":
    found = problems(sys.argv[1])
    print("\n".join(found) or f"{sys.argv[1]} may be released")
    sys.exit(bool(found))
