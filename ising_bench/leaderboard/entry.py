"""The record of a leaderboard entry: one model on one config, scored from its predictions.

`leaderboard/entries/<name>/<config>.json`, its predictions beside it as `<config>.csv`. Everything
in an entry is data: nothing of it is ever run, and its scores are claims until recomputed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from ising_bench.baselines.recipe import Recipe
from ising_bench.baselines.records import Environment, Run
from ising_bench.digits import shared_digits
from ising_bench.errors import IsingBenchError, VerificationError, problems_of
from ising_bench.fields import STRICT, Count, Line, Name, Sha256, Text, Track
from ising_bench.progress import counted
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import sha256
from ising_bench.scoring import predictions
from ising_bench.scoring.score import Scores, TrialScores, score_trials
from ising_bench.scoring.truth import sample_ids, truth

MAX_BYTES = 200_000
LEAST_SEEDS = 5

Url = Annotated[str, Field(max_length=500, pattern=r"^https://[^\s\"'<>\\]+$")]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


@dataclass(frozen=True)
class Benchmark:
    """What was predicted: the test split of a config of a release, pinned by its content."""

    __pydantic_config__ = STRICT

    release: Line
    config: Name
    content_digest: Sha256


@dataclass(frozen=True)
class Weights:
    """Pretrained weights that the model started from."""

    __pydantic_config__ = STRICT

    id: Line
    data: Line
    license: Line


@dataclass(frozen=True)
class Code:
    """Where the code is, at which commit."""

    __pydantic_config__ = STRICT

    url: Url
    commit: Commit


@dataclass(frozen=True)
class Model:
    """The model; parameters: None where it has no such number."""

    __pydantic_config__ = STRICT

    name: Line
    family: Line
    description: Text
    parameters: Count | None = None
    pretrained: Weights | None = None
    code: Code | None = None
    paper: Line | None = None


@dataclass(frozen=True)
class Author:
    """Who made the entry."""

    __pydantic_config__ = STRICT

    name: Line
    contact: Line | None = None


def _never(used: bool) -> bool:
    if used:
        raise ValueError("the test split must not have been used to select anything")
    return used


@dataclass(frozen=True)
class DataUse:
    """What the model learned from. validation: what the validation split served for. The test split
    never served to select anything: an entry cannot say otherwise."""

    __pydantic_config__ = STRICT

    training_images: Count
    generated_samples: Count
    validation: Text
    test_used_for_selection: Annotated[bool, AfterValidator(_never)]
    external_data: Text | None = None


@dataclass(frozen=True)
class Trial:
    """One trial: its seed (None where nothing is random) and the scores claimed for it."""

    __pydantic_config__ = STRICT

    seed: Count | None
    scores: TrialScores


@dataclass(frozen=True)
class Reported:
    """Scores quoted from a publication, made on other data: macro-F1, mean and deviation."""

    __pydantic_config__ = STRICT

    source: Line
    macro_f1: Annotated[float, Field(ge=0, le=1)]
    macro_f1_deviation: Annotated[float, Field(ge=0, le=1)]
    trials: Count


@dataclass(frozen=True)
class Entry:
    """kind `trained`: at least five trials with distinct seeds; `deterministic`: one trial, no
    deviation; `reported`: quoted, without predictions, in track `reference` only, never ranked.
    status: `withdrawn` or `superseded` entries stay, with the reason."""

    __pydantic_config__ = STRICT

    name: Name
    benchmark: Benchmark
    model: Model
    authors: Annotated[tuple[Author, ...], Field(min_length=1, max_length=50)]
    track: Track
    kind: Literal["trained", "deterministic", "reported"]
    license: Line
    data_use: DataUse | None = None
    trials: Annotated[tuple[Trial, ...], Field(max_length=predictions.MAX_TRIALS)] = ()
    predictions_sha256: Sha256 | None = None
    environment: Environment | None = None
    reported: Reported | None = None
    status: Literal["current", "withdrawn", "superseded"] = "current"
    reason: Text | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> "Entry":
        if problem := _wrong_kind(self):
            raise ValueError(problem)
        return self


def _wrong_kind(entry: Entry) -> str | None:
    """What does not go with the entry's kind or status."""
    if (entry.status == "current") != (entry.reason is None):
        return "a reason goes with status withdrawn or superseded, and only with those"
    if entry.kind == "reported":
        if entry.track != "reference":
            return "reported entries are in track reference only"
        if entry.reported is None:
            return "a reported entry needs what is reported"
        if entry.trials or entry.predictions_sha256 or entry.data_use or entry.environment:
            return "a reported entry has no trials, predictions, data use or environment"
        return None
    if entry.reported is not None:
        return "only a reported entry has reported scores"
    if entry.data_use is None or entry.predictions_sha256 is None:
        return "the entry needs data_use and predictions_sha256"
    seeds = [trial.seed for trial in entry.trials]
    if entry.kind == "deterministic" and len(seeds) != 1:
        return f"a deterministic entry has exactly one trial, not {len(seeds)}"
    if entry.kind == "trained" and (None in seeds or len(set(seeds)) != len(seeds)):
        return "every trial of a trained entry has a seed of its own"
    if entry.kind == "trained" and len(seeds) < LEAST_SEEDS:
        return f"a trained entry has at least {LEAST_SEEDS} trials, not {len(seeds)}"
    return None


_ADAPTER = TypeAdapter(Entry)


@dataclass(frozen=True)
class AuthorFields:
    """What a run does not know and its author adds."""

    name: str
    authors: tuple[Author, ...]
    license: str
    code: Code | None = None


def of_run(run: Run, config: str, csv: Path, author: AuthorFields) -> Entry:
    """The entry of one config of a run: follows from the run, its predictions and its author's
    fields, and from nothing else. Raises IsingBenchError where an entry cannot be made of it."""
    recipe, config_run = run.recipe, run.configs[config]
    if any(trial.environment != config_run.trials[0].environment for trial in config_run.trials):
        raise IsingBenchError(
            f"the trials of {config} were made in different environments (packages, device or "
            "threads), and an entry states one; run them anew in a folder of their own"
        )
    release = release_of(run.release)
    task, ids = release.config(config).task, sample_ids(release, config)
    written = predictions.read(csv, ids, task.classes)
    numbers = [trial.trial for trial in config_run.trials]
    if numbers != list(range(len(written))):
        raise IsingBenchError(
            f"{csv.name} holds {counted(len(written), 'trial')}, the run's record trials "
            f"{numbers}; run the same baseline command again"
        )
    scores = score_trials(truth(release, config), written)
    pretraining = recipe.model.pretraining if recipe.model else None
    generated = config_run.trained_on.images if config_run.trained_on else 0
    released = task.split("train").rows
    entry = Entry(
        name=author.name,
        benchmark=Benchmark(run.release, config, config_run.content_digest),
        model=Model(
            name=recipe.name,
            family=recipe.family,
            description=recipe.description,
            parameters=config_run.trials[0].parameters,
            pretrained=Weights(recipe.model.checkpoint or "", pretraining.data, pretraining.license)
            if recipe.model and pretraining
            else None,
            code=author.code,
            paper=recipe.model.paper if recipe.model else None,
        ),
        authors=author.authors,
        track="open" if generated and recipe.track == "paper" else recipe.track,
        kind="trained" if recipe.is_trained else "deterministic",
        license=author.license,
        data_use=DataUse(
            training_images=0 if generated or recipe.method == "bayes" else released,
            generated_samples=generated,
            external_data=f"pretraining: {pretraining.data}" if pretraining else None,
            validation=_validation(recipe),
            test_used_for_selection=False,
        ),
        trials=trials_of(scores, [trial.seed for trial in config_run.trials]),
        predictions_sha256=sha256(csv),
        environment=config_run.trials[0].environment,
    )
    return checked(entry)


def _validation(recipe: Recipe) -> str:
    if not recipe.is_trained:
        return "nothing"
    chosen = recipe.settings_chosen_on
    return "the epoch that is kept" + (f"; settings chosen on {chosen}" if chosen else "")


def checked(entry: Entry) -> Entry:
    """The entry, if it is one: a plain dataclass checks nothing. Raises IsingBenchError."""
    try:
        return _ADAPTER.validate_python(entry)
    except ValidationError as error:
        raise IsingBenchError("; ".join(problems_of(error))) from None


def trials_of(scores: Scores, seeds: list[int | None]) -> tuple[Trial, ...]:
    """Scores as an entry claims them, trial by trial: the same on all machines."""
    claims = (TrialScores(**shared_digits(vars(trial))) for trial in scores.trials)
    return tuple(Trial(seed, claim) for seed, claim in zip(seeds, claims, strict=True))


def dump(entry: Entry) -> bytes:
    """The entry as the JSON that stands in the repository."""
    return _ADAPTER.dump_json(entry, indent=1) + b"\n"


def parse(text: bytes, where: str) -> Entry:
    """An entry from its JSON. Raises VerificationError with every problem, each with its place."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise VerificationError([f"{where}: {problem}" for problem in problems_of(error)]) from None


def schema() -> dict[str, object]:
    """The JSON Schema of an entry."""
    return _ADAPTER.json_schema()
