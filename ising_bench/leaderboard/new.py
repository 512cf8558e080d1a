"""Making an entry: from a run of a baseline, or from anybody's predictions and their details."""

from pathlib import Path

from ising_bench.baselines import records
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.files import made_folder, write_new, write_whole
from ising_bench.leaderboard import details
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard.arrival import arriving
from ising_bench.leaderboard.entry import (
    Author,
    AuthorFields,
    Benchmark,
    Entry,
    Model,
    Reported,
)
from ising_bench.ndarrays import Array
from ising_bench.paper import TABLE2
from ising_bench.progress import counted
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import sha256
from ising_bench.releases.release import Release
from ising_bench.scoring import predictions
from ising_bench.scoring.score import score_trials
from ising_bench.scoring.truth import sample_ids, truth


def from_run(run: Path, root: Path, author: AuthorFields) -> list[Path]:
    """Entries of all configs of a run folder, written under `root`/<their name>.

    Raises IsingBenchError where there is no run, its trials are too few, or other entries of that
    name are there."""
    record = records.read(run)
    if record is None or not record.configs:
        raise FolderError(f"{run} holds no run; make one with: ising-bench baseline NAME")
    with arriving(author.name, root) as folder:
        release = release_of(record.release)
        for config in record.configs:
            csv = _canonical(run / f"{config}.csv", release, config, folder)
            _add(entries.of_run(record, config, csv, author), folder, "--author or --code")
    return [root / author.name / f"{config}.json" for config in record.configs]


def from_predictions(
    name: str, csv: Path, release: Release, config: str, toml: Path, root: Path
) -> list[Path]:
    """The entry of a CSV of predictions for a config of a release, with the details of a TOML file.
    Raises as above, VerificationError for wrong predictions."""
    statement = details.read(toml)
    with arriving(name, root) as folder:
        canonical = _canonical(csv, release, config, folder)
        scores = score_trials(truth(release, config), _read(canonical, release, config))
        seeds: list[int | None] = list(statement.seeds)
        if not seeds:
            seeds = [None] * len(scores.trials)
        if len(seeds) != len(scores.trials):
            raise IsingBenchError(
                f"{toml}: {counted(len(seeds), 'seed')}, {csv} has "
                f"{counted(len(scores.trials), 'trial')}; a seed for "
                "each, or seeds = [] for one trial of a rule without randomness"
            )
        entry = Entry(
            name=name,
            benchmark=Benchmark(release.version, config, release.digests[config]),
            model=statement.model,
            authors=statement.authors,
            track=statement.track,
            kind="trained" if statement.seeds else "deterministic",
            license=statement.license,
            data_use=statement.data_use,
            trials=entries.trials_of(scores, seeds),
            predictions_sha256=sha256(canonical),
        )
        _add(entries.checked(entry), folder, str(toml))
    return [root / name / f"{config}.json"]


def _read(csv: Path, release: Release, config: str) -> Array:
    classes = release.config(config).task.classes
    return predictions.read(csv, sample_ids(release, config), classes)


def _canonical(csv: Path, release: Release, config: str, folder: Path) -> Path:
    """The predictions as they stand on the board, whatever the order of rows, the ends of lines and
    the spelling of numbers were: these bytes are hashed, and these numbers scored."""
    path, trials = folder / f"{config}.csv", _read(csv, release, config)
    predictions.write(path, sample_ids(release, config), dict(enumerate(trials)))
    return path


def _add(entry: Entry, folder: Path, source: str) -> None:
    """Write the record beside its predictions. source: where its texts are from."""
    if left := details.placeholders(entry):
        raise IsingBenchError("\n".join(f"{source}: {line}" for line in left))
    (folder / f"{entry.benchmark.config}.json").write_bytes(entries.dump(entry))


def quoted(release: Release, root: Path) -> list[Path]:
    """The paper's Table 2 as reported entries, rendered from its record; existing ones are written
    anew."""
    paths = []
    for model, by_config in TABLE2.items():
        name = "paper-" + model.lower()
        for config, (mean, deviation) in by_config.items():
            entry = Entry(
                name=name,
                benchmark=Benchmark(release.version, config, release.digests[config]),
                model=Model(model, "quoted", "as the paper reports it, on its own data"),
                authors=(Author("Kara, Sehanobish, Corzo"),),
                track="reference",
                kind="reported",
                license="CC-BY-4.0",
                reported=Reported("arXiv 2109.13925, Table 2", mean, deviation, 5),
            )
            path = root / name / f"{config}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, entries.dump(entries.checked(entry)))
            paths.append(path)
    return paths


def template(release: Release, config: str, folder: Path) -> list[Path]:
    """A CSV to fill in, ids without labels and every class equally likely, and the details."""
    task, ids = release.config(config).task, sample_ids(release, config)
    equal = ",".join([f"{1 / task.classes:.7g}"] * task.classes)
    rows = [f"{sample_id},0,{equal}" for sample_id in ids]
    texts = {
        folder / f"{config}.csv": "\n".join([predictions.header(task.classes), *rows]) + "\n",
        folder / "details.toml": details.template(task.split("train").rows),
    }
    with made_folder(folder):
        contents = {path: text.encode("utf-8") for path, text in texts.items()}
        write_new(contents, "choose another folder with --out")
    return list(texts)
