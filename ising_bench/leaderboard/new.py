"""Making an entry: from a run of a baseline, or from anybody's predictions and their details."""

import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from ising_bench.baselines import records
from ising_bench.errors import FolderError, IsingBenchError, first_problem
from ising_bench.fields import STRICT, Count, Line, Track
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard.entry import (
    Author,
    AuthorFields,
    Benchmark,
    DataUse,
    Entry,
    Model,
    Reported,
)
from ising_bench.paper import TABLE2
from ising_bench.releases.manifest import sha256
from ising_bench.releases.v1 import V1
from ising_bench.scoring import predictions
from ising_bench.scoring.score import score_trials
from ising_bench.scoring.truth import sample_ids, truth


@dataclass(frozen=True)
class Details:
    """What predictions alone do not say. seeds: one for each trial; none for a rule without
    randomness."""

    __pydantic_config__ = STRICT

    track: Track
    license: Line
    authors: Annotated[tuple[Author, ...], Field(min_length=1)]
    model: Model
    data_use: DataUse
    seeds: tuple[Count, ...] = ()


_DETAILS = TypeAdapter(Details)

DETAILS = """\
# What the leaderboard says of your entry; used by: ising-bench leaderboard new
# track: paper (learns from the 600 training images), open (any amount of generated data) or physics
# (features made by hand, such as the energy)
track = "open"
license = "CC-BY-4.0"     # of the predictions
seeds = [0, 1, 2, 3, 4]   # one for each trial, at least 5; [] for a rule without randomness

[[authors]]
name = "Your Name"

[model]
name = "my model"
family = "convolutional network"
description = "one or two sentences"
parameters = 12345
# paper = "arXiv 0000.00000"
# pretrained = { id = "org/weights", data = "ImageNet-1k", license = "Apache-2.0" }
# code = { url = "https://example.org/code", commit = "0000000000000000000000000000000000000000" }

[data_use]
training_images = 600
generated_samples = 0
# external_data = "what else it learned from"
validation = "the epoch that is kept"
test_used_for_selection = false
"""


def from_run(run: Path, root: Path, author: AuthorFields) -> list[Path]:
    """Entries of all configs of a run folder, written under `root`/<their name>.

    Raises IsingBenchError where there is no run, its trials are too few, or other entries of that
    name are there."""
    found = records.read(run)
    if found is None or not found.configs:
        raise FolderError(f"{run} holds no run; make one with: ising-bench baseline NAME")
    made = [
        (entries.of_run(found, config, run / f"{config}.csv", author), run / f"{config}.csv")
        for config in found.configs
    ]
    return _write(author.name, root, made)


def from_predictions(name: str, csv: Path, config: str, details: Path, root: Path) -> list[Path]:
    """The entry of a CSV of predictions. Raises as above, VerificationError for wrong
    predictions."""
    known = _details(details)
    scores = score_trials(truth(config), predictions.read(csv, sample_ids(config)))
    seeds: list[int | None] = list(known.seeds)
    if not seeds:
        seeds = [None] * len(scores.trials)
    if len(seeds) != len(scores.trials):
        raise IsingBenchError(
            f"{details}: {len(seeds)} seeds, {csv} has {len(scores.trials)} trials; a seed for "
            "each, or seeds = [] for one trial of a rule without randomness"
        )
    made = Entry(
        name=name,
        benchmark=Benchmark(V1.version, config, V1.digests[config]),
        model=known.model,
        authors=known.authors,
        track=known.track,
        kind="trained" if known.seeds else "deterministic",
        license=known.license,
        data_use=known.data_use,
        trials=entries.trials_of(scores, seeds),
        predictions_sha256=sha256(csv),
    )
    return _write(name, root, [(entries.checked(made), csv)])


def quoted(root: Path) -> list[Path]:
    """The paper's Table 2 as reported entries, rendered from its record; existing ones are written
    anew."""
    made = []
    for model, by_config in TABLE2.items():
        name = "paper-" + model.lower()
        for config, (mean, deviation) in by_config.items():
            entry = Entry(
                name=name,
                benchmark=Benchmark(V1.version, config, V1.digests[config]),
                model=Model(model, "quoted", "as the paper reports it, on its own data"),
                authors=(Author("Kara, Sehanobish, Corzo"),),
                track="reference",
                kind="reported",
                license="CC-BY-4.0",
                reported=Reported("arXiv 2109.13925, Table 2", mean, deviation, 5),
            )
            path = root / name / f"{config}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entries.dump(entries.checked(entry)))
            made.append(path)
    return made


def template(config: str, folder: Path) -> list[Path]:
    """A CSV to fill in, ids without labels and every class equally likely, and the details."""
    ids = sample_ids(config)
    paths = [folder / f"{config}.csv", folder / "details.toml"]
    for path in paths:
        if path.exists():
            raise FolderError(f"{path} is there already; choose another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{sample_id},0,0.25,0.25,0.25,0.25" for sample_id in ids]
    paths[0].write_text("\n".join([predictions.HEADER, *rows]) + "\n", encoding="ascii")
    paths[1].write_text(DETAILS, encoding="utf-8")
    return paths


def _details(path: Path) -> Details:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return _DETAILS.validate_json(json.dumps(found, default=str))  # as strict as an entry
    except FileNotFoundError:
        raise IsingBenchError(
            f"{path}: no such file; write one with: ising-bench leaderboard template CONFIG"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IsingBenchError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        where, problem = first_problem(error)
        raise IsingBenchError(f"{path}: {where}: {problem}") from None


def _write(name: str, root: Path, made: list[tuple[Entry, Path]]) -> list[Path]:
    """Entry and predictions of each config; a config that is there already stays as it is."""
    folder = root / name
    targets = [folder / f"{entry.benchmark.config}.json" for entry, _ in made]
    for path in targets:
        if path.exists():
            raise FolderError(f"{path} is there already; choose another NAME, or remove it first")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as part:
        staged = []
        for (entry, csv), path in zip(made, targets, strict=True):
            copy, text = Path(part) / f"{path.stem}.csv", Path(part) / path.name
            shutil.copyfile(csv, copy)
            text.write_bytes(entries.dump(entry))
            staged += [(copy, path.with_suffix(".csv")), (text, path)]
        for source, target in staged:
            source.replace(target)
    return targets
