"""Running a recipe: config by config, trial by trial, into a run folder that survives being killed.

A trial counts as finished once run.json names it; its predictions are in the CSV by then. The same
command continues where a killed one stopped.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ising_bench import locks
from ising_bench.baselines import classical, models, records
from ising_bench.baselines.checkpoints import PREPROCESSOR
from ising_bench.baselines.material import Material
from ising_bench.baselines.recipe import Recipe
from ising_bench.baselines.records import ConfigRun, Run, TrialRecord
from ising_bench.errors import FolderError
from ising_bench.extras import needs
from ising_bench.files import made_folder
from ising_bench.folder import remove
from ising_bench.ndarrays import Array
from ising_bench.progress import bar, counted, say
from ising_bench.releases.release import Release
from ising_bench.rows import Rows
from ising_bench.scoring import predictions
from ising_bench.scoring.truth import sample_ids
from ising_bench.terminal import fold, width

MODEL = "model"  # the folder, within that of the config, of the first trial's best weights


Trials = Iterator[tuple[TrialRecord, Array]]


@dataclass(frozen=True)
class _Job:
    """What all trials of a run share."""

    recipe: Recipe
    material: Material
    out: Path
    device: str
    is_first: bool

    @property
    def release(self) -> Release:
        return self.material.release


def run(
    recipe: Recipe,
    release: Release,
    configs: list[str],
    out: Path,
    trials: int = 5,
    data: Path | None = None,
    device: str = "auto",
    train_data: Path | None = None,
) -> Run:
    """Run what is missing of these configs of a release and trials into the folder `out`.

    data, train_data: folders, as `Material` has them. Raises IsingBenchError where the folder holds
    another run, the data are not the release's, a checkpoint is not to be had, or another process
    is at work in the folder.
    """
    material = Material(release, data, train_data)
    material.check(configs)
    number = trials if recipe.is_trained else 1
    if recipe.is_trained and not _is_complete(records.read(out), configs, number):
        needs("torch", "transformers", "accelerate", "evaluate")
        models.files_of(recipe)  # an absent checkpoint shows before anything is made
    job = _Job(recipe, material, out, device, is_first_process())
    with _sole_user(out) if job.is_first else nullcontext():
        done = _begin(recipe, material, out)
        for config in configs:
            missing = [i for i in range(number) if i not in records.finished(done, config)]
            if missing:
                done = _run_config(job, config, missing, done)
    return done


def is_first_process() -> bool:
    """Of the processes that torchrun or accelerate started: it alone writes and prints."""
    return int(os.environ.get("RANK", "0")) == 0


def _is_complete(record: Run | None, configs: list[str], number: int) -> bool:
    return record is not None and all(
        set(range(number)) <= records.finished(record, config) for config in configs
    )


def _run_config(job: _Job, config: str, missing: list[int], done: Run) -> Run:
    make = _networks if job.recipe.is_trained else _classical
    for record, probabilities in make(job, config, missing):
        before = done.configs.get(config) or _without_trials(job.material, config)
        if job.is_first and before.trials:
            _notice_another_environment(job.out, before.trials[0], record)
        added = sorted([*before.trials, record], key=lambda trial: trial.trial)
        after = replace(before, trials=tuple(added))
        done = replace(done, configs=done.configs | {config: after})
        if job.is_first:
            _add_predictions(job, config, before, record.trial, probabilities)
            records.write(job.out, done)
    return done


def _without_trials(material: Material, config: str) -> ConfigRun:
    digest = material.release.digests[config]
    return ConfigRun(digest, trained_on=material.trained_on(config))


def _notice_another_environment(out: Path, before: TrialRecord, now: TrialRecord) -> None:
    if before.environment != now.environment:
        say(
            f"trial {now.trial} was made in another environment than the trials that {out} "
            "held already (packages, device or threads): together they are not one run, and no "
            "leaderboard entry can be made of them; for one, begin again with another --out"
        )


def _classical(job: _Job, config: str, missing: list[int]) -> Trials:
    begun = time.perf_counter()
    train, test = (job.material.rows(config, name) for name in ("train", "test"))
    fitted = classical.fit(job.recipe.method, job.release.config(config), train)
    probabilities = fitted(test.spins)
    seconds = round(time.perf_counter() - begun, 3)
    for trial in missing:
        yield TrialRecord(trial, None, None, seconds, records.environment("cpu")), probabilities


def _networks(job: _Job, config: str, missing: list[int]) -> Trials:
    recipe = job.recipe
    files = models.files_of(recipe)
    from ising_bench.baselines.determinism import repeatable
    from ising_bench.baselines.training import Prepared, steps_in_all, train

    def prepared(rows: Rows) -> Prepared:
        symbols = rows.system.symbols
        pixels = models.seen(partial(models.pixels, recipe, symbols, files=files), rows.spins)
        return Prepared(pixels, rows.labels, models.exchange(symbols))

    data = job.release.config(config)
    splits = {
        split.name: prepared(job.material.rows(config, split.name)) for split in data.task.splits
    }
    for trial in missing:
        title = f"{recipe.name} {config} trial {trial}"
        scratch = job.out / config
        steps = steps_in_all(recipe, len(splits["train"].labels))
        with bar(title, steps, "steps") if job.is_first else nullcontext(_untold) as advance:
            trained = repeatable(
                recipe.name,
                partial(train, recipe, data, splits, files, trial, job.device, scratch, advance),
            )
        record = trained.record
        if job.is_first:
            if trial == 0:
                _save(trained.model, files, scratch / MODEL)
            say(fold(f"{title}: {_summary(record)}", width(sys.stderr), 2))
        yield record, trained.probabilities


def _untold(_: int) -> None:
    """Progress of a process that is not the first."""


def _save(model: Any, files: Path | None, folder: Path) -> None:
    """All that is needed to look at the model later, without the checkpoint that it came from.

    One that is there already is of a trial that was killed before run.json named it."""
    part = folder.with_name(f"{MODEL}.part")
    remove(part)
    try:
        model.save_pretrained(part)
        if files is not None and (files / PREPROCESSOR).is_file():
            shutil.copyfile(files / PREPROCESSOR, part / PREPROCESSOR)
        remove(folder)
        part.rename(folder)
    finally:
        remove(part)


def _summary(record: TrialRecord) -> str:
    best = next(epoch for epoch in record.epochs if epoch.epoch == record.best_epoch)
    return (
        f"{counted(len(record.epochs), 'epoch')}, best {best.epoch} (validation macro-F1 "
        f"{best.validation_macro_f1:.3f}), {record.seconds:.0f} s, {record.images_per_second:.0f} "
        f"images/s, {100 * (record.data_wait_share or 0):.1f} % of step time waiting for data"
    )


def _add_predictions(
    job: _Job, config: str, before: ConfigRun, trial: int, probabilities: Array
) -> None:
    """Rewrite the CSV with one trial more; rows that run.json does not know of are dropped."""
    path, ids = job.out / f"{config}.csv", sample_ids(job.release, config)
    classes = job.release.config(config).task.classes
    written = predictions.read_trials(path, ids, classes) if before.trials else {}
    kept = {t.trial: written[t.trial] for t in before.trials} | {trial: probabilities}
    predictions.write(path, ids, kept)


def _begin(recipe: Recipe, material: Material, out: Path) -> Run:
    record, release = records.read(out), material.release
    if record is None or not record.configs:
        record = Run(recipe, release.version)
        if is_first_process():
            records.write(out, record)  # from now on the folder is known to be a run's
        return record
    if record.recipe != recipe or record.release != release.version:
        raise FolderError(
            f"{out} holds another run (recipe {record.recipe.name}, release {record.release}, or "
            "its settings were others); choose another folder with --out, or move it away"
        )
    for config, config_run in record.configs.items():
        _check_kept(out, material, config, config_run)
    return record


def _check_kept(out: Path, material: Material, config: str, config_run: ConfigRun) -> None:
    """Raise FolderError where finished trials cannot be gone on from, before any work is lost."""
    release = material.release
    classes = release.config(config).task.classes
    if replace(config_run, trials=()) != _without_trials(material, config):
        raise FolderError(f"{out} holds trials of {config} on other data; choose another --out")
    path = out / f"{config}.csv"
    written = {}
    if path.is_file():
        written = predictions.read_trials(path, sample_ids(release, config), classes)
    lost = sorted({trial.trial for trial in config_run.trials} - set(written))
    if lost:
        raise FolderError(
            f"{path} lacks the predictions of trial {lost[0]}, which run.json calls finished; move "
            f"{out} away, or take {config} out of its run.json, and run this again"
        )


def _is_of_a_beginning(name: str) -> bool:
    """What a run that was killed at once may have left."""
    return name == ".lock" or name.startswith(f".{records.FILE_NAME}.")


@contextmanager
def _sole_user(out: Path) -> Iterator[None]:
    """Make the folder, and keep other processes from running into it."""
    if out.exists() and not out.is_dir():
        raise FolderError(f"{out} is a file; choose another folder with --out")
    names = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if records.FILE_NAME not in names and not all(map(_is_of_a_beginning, names)):
        raise FolderError(f"{out} holds other files; choose another folder with --out")
    with made_folder(out):
        lock = locks.acquire(out / ".lock", out)
        if lock is None:
            raise FolderError(
                f"another process is running into {out}; wait for it, or choose another folder "
                "with --out"
            )
        try:
            yield
        finally:
            (out / ".lock").unlink(missing_ok=True)
            os.close(lock)
