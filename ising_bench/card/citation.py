"""How to cite, from CITATION.cff: nothing of it is typed again."""

from typing import Any

from ising_bench.releases.manifest import Manifest
from ising_bench.resources import resource
from ising_bench.texts import yaml_of


def citation() -> dict[str, Any]:
    """CITATION.cff as it is."""
    fields: dict[str, Any] = yaml_of(resource("", "CITATION.cff"), "CITATION.cff")
    return fields


def bibtex(manifest: Manifest) -> str:
    """Two BibTeX records: this dataset, and the paper whose experiment it rebuilds."""
    ours = citation()
    what = {
        "release": "Data release",
        "fresh draw": f"Fresh draw with entropy {manifest.entropy[:8]}, protocol of release",
        "generated": f"Generated with entropy {manifest.entropy[:8]}, protocol of release",
    }[manifest.kind]
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
                note=f"{what} {manifest.release}, package {ours['version']}",
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
