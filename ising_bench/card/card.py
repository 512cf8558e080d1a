"""The card: the dataset folder's README.md, rendered from its manifest."""

import re
from string import Template

from ising_bench.card.citation import bibtex
from ising_bench.card.header import header
from ising_bench.card.kinds import words
from ising_bench.card.tables import all_tables
from ising_bench.identity import Home
from ising_bench.paper import choices_markdown
from ising_bench.regions import REGIONS, classes_text
from ising_bench.releases.manifest import Manifest
from ising_bench.resources import resource
from ising_bench.systems import SYSTEMS


def render(manifest: Manifest, home: Home | None = None) -> str:
    """The text of README.md: for a folder on this machine, or with figures for one at home on the
    Hub. It says nothing that is true of other kinds of folders only."""
    sections = re.split(r"^(?=## )", _filled(manifest, home), flags=re.MULTILINE)
    omitted = {f"## {title}" for title in words(manifest).omitted}
    text = "".join(part for part in sections if part.partition("\n")[0] not in omitted)
    if home is not None:
        return text
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("![")]
    return re.sub(r"\n{3,}", "\n\n", "".join(kept))  # a picture's paragraph is gone with it


def _filled(manifest: Manifest, home: Home | None) -> str:
    said = words(manifest)
    return Template(resource("dataset_card", "README.md.template")).substitute(
        header=header(manifest),
        kind=Template(said.kind).substitute(release=manifest.release),
        labels=said.labels,
        counted=said.counts,
        chains=said.chains,
        digests=said.digests,
        release=manifest.release,
        entropy=manifest.entropy,
        load=_load(manifest, home),
        regenerate=_regenerate(manifest),
        verify=_verify(manifest, home),
        first_config=next(iter(manifest.configs)),
        hamiltonian=HAMILTONIAN,
        systems=systems_table(),
        changelog=_changelog(),
        bibtex=bibtex(manifest),
        configs=_configs_table(manifest),
        counts=_counts_table(manifest),
        choices=choices_markdown(said.omitted_choices),
        classes=classes_text(),
        **all_tables(),
    )


HAMILTONIAN = """\
H = -sum over bonds J_ij s_i s_j, with s_i = +1 (up) or -1 (down), no field, and each bond of
neighbouring sites counted once: J = +1 makes neighbours alike, J = -1 makes them differ. |J| and
Boltzmann's constant are 1, so temperatures are in units of |J|/k_B; the paper writes K. The
critical temperature of the infinite lattice is 2 / ln(1 + sqrt 2) = 2.269."""


def systems_table() -> str:
    """Couplings and boundaries of the four systems."""
    lines = ["| system | J | columns | rows |", "|---|---|---|---|"]
    lines += [f"| `{s.name}` | {s.coupling:+d} | {' | '.join(s.boundaries)} |" for s in SYSTEMS]
    return "\n".join(lines)


def _changelog() -> str:
    """What CHANGELOG.md says of the data."""
    text = resource("", "CHANGELOG.md").split("\n## Data\n")[1].strip()
    # where a card is published, what it describes is released
    return text.replace("### ", "#### ").replace(" (unreleased)", "")


def _load(manifest: Manifest, home: Home | None) -> str:
    config, record = next(iter(manifest.configs.items()))
    split = next(iter(record.splits))
    if home is not None:
        return (
            f'ds = load_dataset("{home.repo}", "{config}", split="{split}", revision="{home.tag}")'
        )
    folder = _folder(manifest)
    where = f"run where the folder {folder}/ is"
    if manifest.kind != "release":
        where = f"run where this folder is, with its name for {folder}"
    return f'# {where}\nds = load_dataset("{folder}", "{config}", split="{split}")'


def _verify(manifest: Manifest, home: Home | None) -> str:
    place = f"hf://{home.repo}@{home.tag}" if home is not None else _folder(manifest)
    lines = [
        (f"ising-bench verify {place}", "# hashes, digests, every row against its spins"),
        (f"ising-bench verify {place} --physics", "# the lattices against the exact physics"),
    ]
    width = max(len(command) for command, _ in lines)
    return "\n".join(f"{command:{width}}  {comment}" for command, comment in lines)


def _folder(manifest: Manifest) -> str:
    return "ising-bench" if manifest.kind == "release" else "this-folder"


def _regenerate(manifest: Manifest) -> str:
    """The command that makes the same folder again."""
    if manifest.kind == "release":
        return "ising-bench build" + (" all" if len(manifest.configs) > len(SYSTEMS) else "")
    names = " ".join(manifest.configs)
    if manifest.kind == "fresh draw":
        return f"ising-bench build {names} --entropy {manifest.entropy} --out this-folder"
    per_class = next(iter(next(iter(manifest.configs.values())).splits.values())).class_counts[0]
    return (
        f"ising-bench generate {names} --per-class {per_class} --entropy {manifest.entropy} "
        "--out this-folder"
    )


def _configs_table(manifest: Manifest) -> str:
    lines = ["| config | content SHA-256 |", "|---|---|"]
    lines += [f"| `{name}` | `{c.content_digest}` |" for name, c in manifest.configs.items()]
    return "\n".join(lines)


def _counts_table(manifest: Manifest) -> str:
    """Images of each class in each split; once for all configs where they are alike."""
    counts = {
        config: [
            [split, *map(str, s.class_counts), str(s.rows)] for split, s in found.splits.items()
        ]
        for config, found in manifest.configs.items()
    }
    names = [region.name for region in REGIONS]
    lines = [
        "| config | split | " + " | ".join(names) + " | images |",
        "|---|---|" + "---|" * (len(names) + 1),
    ]
    shown = {f"`{config}`": rows for config, rows in counts.items()}
    if len(counts) > 1 and len({str(rows) for rows in counts.values()}) == 1:
        shown = {"each config": next(iter(counts.values()))}
    for name, rows in shown.items():
        lines += [f"| {name} | {' | '.join(cells)} |" for cells in rows]
    return "\n".join(lines)
