"""How to cite, from CITATION.cff: nothing of it is typed again."""

from typing import Any

import yaml

from ising_bench.resources import resource


def citation() -> dict[str, Any]:
    """CITATION.cff as it is."""
    found: dict[str, Any] = yaml.safe_load(resource("", "CITATION.cff"))
    return found


def bibtex(release: str) -> str:
    """Two BibTeX records: this dataset at a release, and the paper whose experiment it rebuilds."""
    ours = citation()
    paper = ours["references"][0]
    number = paper["identifiers"][0]["value"].removeprefix("arXiv:")
    return "\n\n".join(
        [
            _record(
                "misc",
                "ising_bench",
                title=ours["title"],
                author=_authors(ours),
                year=ours["date-released"].year,
                note=f"Data release {release}, package {ours['version']}",
            ),
            _record(
                "article",
                "kara2021isingvit",
                title=paper["title"],
                author=_authors(paper),
                year=paper["year"],
                journal=f"arXiv preprint arXiv:{number}",
            ),
        ]
    )


def _authors(work: dict[str, Any]) -> str:
    names = (
        author.get("name") or f"{author['family-names']}, {author['given-names']}"
        for author in work["authors"]
    )
    return " and ".join(f"{{{name}}}" if ", " not in name else name for name in names)


def _record(kind: str, key: str, **fields: object) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])
