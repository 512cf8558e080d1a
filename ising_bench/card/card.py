"""The card: the dataset folder's README.md, rendered from its manifest."""

import re
from collections.abc import Collection
from string import Template
from textwrap import fill

from ising_bench.card import outlook
from ising_bench.card.citation import bibtex
from ising_bench.card.columns import columns_table
from ising_bench.card.header import header
from ising_bench.card.kinds import omitted_sections, words
from ising_bench.card.tables import all_tables
from ising_bench.identity import Home
from ising_bench.paper import choices_markdown
from ising_bench.releases.known import option
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Config, Release
from ising_bench.releases.v1 import V1
from ising_bench.resources import resource
from ising_bench.tasks import Task

_PICTURE = re.compile(r"!\[.*\]\(figures/(\w+)\.png\)$")


def render(
    manifest: Manifest,
    release: Release,
    home: Home | None = None,
    figures: Collection[str] = (),
) -> str:
    """The text of README.md, given the release that its manifest names: for a folder on this
    machine, or for one at home on the Hub. It says nothing that is true of other kinds of folders,
    or of other releases, only, and shows the figures of these names, which stand beside it."""
    sections = re.split(r"^(?=## )", _filled(manifest, release, home), flags=re.MULTILINE)
    configs = [manifest.config_of(name, release) for name in manifest.configs]
    omitted = {f"## {title}" for title in omitted_sections(manifest, configs)}
    text = "".join(part for part in sections if part.partition("\n")[0] not in omitted)
    lines = text.splitlines(keepends=True)
    kept = [
        line for line in lines if (shown := _PICTURE.match(line)) is None or shown[1] in figures
    ]
    return re.sub(r"\n{3,}", "\n\n", "".join(kept))  # a picture's paragraph is gone with it


def _filled(manifest: Manifest, release: Release, home: Home | None) -> str:
    configs = [manifest.config_of(name, release) for name in manifest.configs]
    tasks = dict.fromkeys(config.task for config in configs)
    released = [release.config(name) for name in manifest.configs]
    said = words(manifest, configs)
    systems = dict.fromkeys(config.system for config in configs)
    return Template(resource("dataset_card", "README.md.template")).substitute(
        header=header(manifest, release),
        description=fill(_description(manifest, release, configs), 95),
        origin=_origin(released),
        columns=columns_table(configs),
        fixed=_fixed(configs),
        lattice="image" if configs[0].images else "spins",
        input="`image` (or `spins`)" if configs[0].images else "`spins`",
        answers=_answers(released),
        parameters=" or the ".join(dict.fromkeys(task.grid.parameter for task in tasks)),
        kind=Template(said.kind).substitute(release=manifest.release),
        labels=said.labels,
        counted=said.counts,
        chains=said.chains,
        digests=said.digests,
        cost=said.cost,
        release=manifest.release,
        entropy=manifest.entropy,
        load=_load(manifest, home),
        regenerate=_regenerate(manifest, release),
        verify=_verify(manifest, home),
        first_config=next(iter(manifest.configs)),
        hamiltonian="\n\n".join(dict.fromkeys(system.card.rstrip() for system in systems)),
        systems=systems_table(release),
        changelog=_changelog(release.version),
        bibtex=bibtex(manifest),
        digests_table=_digests_table(manifest),
        counts=_counts_table(manifest, configs),
        choices=choices_markdown(release.version, said.omitted_choices),
        classes=_classes(tasks, configs),
        **all_tables(),
        **outlook.all_tables(),
    )


def _description(manifest: Manifest, release: Release, configs: list[Config]) -> str:
    """What the images are, in a clause without a full stop."""
    if manifest.kind != "generated":
        return release.description
    shown = [f"{c.size} x {c.size} images of {c.system.name}" for c in configs]
    parameters = dict.fromkeys(c.task.grid.parameter for c in configs)
    return f"{' and '.join(shown)}, each with its {' or '.join(parameters)} and its class"


def _fixed(configs: list[Config]) -> str:
    """A sentence on the systems that have fixed sites, if there are any."""
    systems = dict.fromkeys(c.system.name for c in configs if c.system.fixed(c.size) is not None)
    if not systems:
        return ""
    return f"All sums include the\nfixed rows of {', '.join(f'`{name}`' for name in systems)}. "


def _answers(configs: list[Config]) -> str:
    """What to keep from a model."""
    told = {c.task.grid.parameter: c.statistic.quantity for c in configs}
    (first, quantity), *others = told.items()
    said = f"the {first} is the\nanswer, and `{quantity}` nearly tells it"
    for parameter, quantity in others:
        said += f"; of others the {parameter}\nis, and `{quantity}` nearly tells it"
    return f"{said}."


def systems_table(release: Release) -> str:
    """What sets the systems of a release apart, a table for each family."""
    tables: dict[tuple[str, ...], list[str]] = {}
    for system in dict.fromkeys(config.system for config in release.configs):
        rows = tables.setdefault(tuple(system.facts), [])
        rows.append(f"| `{system.name}` | {' | '.join(system.facts.values())} |")
    return "\n\n".join(
        "\n".join([f"| system | {' | '.join(head)} |", "|---" * (1 + len(head)) + "|", *rows])
        for head, rows in tables.items()
    )


def _origin(configs: list[Config]) -> str:
    """How these configs come from the paper."""
    is_paper = [config in V1.configs for config in configs]
    paper = "[arXiv 2109.13925](https://arxiv.org/abs/2109.13925)"
    made = f"made to the description in the paper\n{paper}, whose own images were never published"
    if all(is_paper):
        return f"data {made}, and\nreproducible bit for bit."
    named = f"models that the outlook of the paper\n{paper} names, with its counts"
    if not any(is_paper):
        return f"{named}.\nReproducible bit for bit."
    others = "the others are models that its outlook names. Reproducible bit for bit."
    return f"the Ising ones {made};\n{others}"


def _classes(tasks: Collection[Task], configs: list[Config]) -> str:
    """The classes of each task; by the systems that have it where there are several."""
    if len(tasks) == 1:
        return f"{next(iter(tasks)).intervals}."
    lines = []
    for task in tasks:
        systems = dict.fromkeys(f"`{c.system.name}`" for c in configs if c.task == task)
        lines.append(f"\n- {', '.join(systems)}: {task.intervals}")
    return "\n" + "".join(lines) + "\n\n"


def _changelog(newest: str) -> str:
    """What CHANGELOG.md says of the data, up to a release."""
    text = resource("", "CHANGELOG.md").split("\n## Data\n")[1].strip()
    text = text[text.index(f"### {newest}") :] if f"### {newest}" in text else text
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


def _regenerate(manifest: Manifest, release: Release) -> str:
    """The command that makes the same folder again."""
    of = option(release.version)
    names = " ".join(manifest.configs)
    if manifest.kind == "release":
        by_set = {tuple(configs): name for name, configs in release.sets.items()}
        named = by_set.get(tuple(manifest.configs), names)
        return "ising-bench build" + (f" {named}" if named != release.default_set else "") + of
    if manifest.kind == "fresh draw":
        return f"ising-bench build {names} --entropy {manifest.entropy} --out this-folder{of}"
    return f"ising-bench generate {generate_arguments(manifest, release)} --out this-folder{of}"


def generate_arguments(manifest: Manifest, release: Release) -> str:
    """Of the command that makes a generated set: its config, what it varies and its entropy."""
    (name, record), *_ = manifest.configs.items()
    if record.values is None:
        per_class = next(iter(record.splits.values())).class_counts[0]
        parts = [name, f"--per-class {per_class}"]
    else:
        values = f"--{release.config(name).task.grid.parameter}s {','.join(record.values)}"
        parts = [name, values, f"--per-point {record.rows // len(record.values)}"]
    if record.size not in (None, release.config(name).size):
        parts.append(f"--size {record.size}")
    if record.sweeps is not None:
        parts.append(f"--sweeps {record.sweeps}")
    if record.classes is not None:
        parts.append(f"--classes {','.join(record.classes)}")
    if record.images is not None:
        parts.append("--no-images")
    return " ".join([*parts, f"--entropy {manifest.entropy}"])


def _digests_table(manifest: Manifest) -> str:
    lines = ["| config | content SHA-256 |", "|---|---|"]
    lines += [f"| `{name}` | `{c.content_digest}` |" for name, c in manifest.configs.items()]
    return "\n".join(lines)


def _counts_table(manifest: Manifest, configs: list[Config]) -> str:
    """Images of each class in each split: a table for the tasks with the same classes, and in it
    once for all configs where they are alike."""
    tables = []
    for names in dict.fromkeys(tuple(config.task.names) for config in configs):
        counts = {
            config.name: [
                [split, *map(str, s.class_counts), str(s.rows)]
                for split, s in manifest.configs[config.name].splits.items()
            ]
            for config in configs
            if tuple(config.task.names) == names
        }
        lines = [
            "| config | split | " + " | ".join(names) + " | images |",
            "|---|---|" + "---|" * (len(names) + 1),
        ]
        shown = {f"`{name}`": rows for name, rows in counts.items()}
        if len(configs) == len(counts) > 1 and len({str(rows) for rows in counts.values()}) == 1:
            shown = {"each config": next(iter(counts.values()))}
        for name, rows in shown.items():
            lines += [f"| {name} | {' | '.join(cells)} |" for cells in rows]
        tables.append("\n".join(lines))
    return "\n\n".join(tables)
