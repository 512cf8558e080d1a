"""What a run leaves behind: `run.json`, strict records."""

import os
import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from ising_bench.baselines.recipe import Recipe
from ising_bench.errors import IsingBenchError, first_problem
from ising_bench.fields import CLOSED, STRICT, Line
from ising_bench.files import write_whole

FILE_NAME = "run.json"

_PACKAGES = ("ising-bench", "numpy", "torch", "transformers", "accelerate", "scikit-learn")


@dataclass(frozen=True)
class Epoch:
    """One point of a training curve; train_loss: None where it is no number."""

    __pydantic_config__ = CLOSED

    epoch: int
    train_loss: float | None
    validation_loss: float
    validation_macro_f1: float


@dataclass(frozen=True)
class Environment:
    """What else a result may depend on. deterministic: whether torch was told to be, where its
    operations can."""

    __pydantic_config__ = STRICT

    packages: Annotated[dict[Line, Line], Field(max_length=50)]
    python: Line
    platform: Line
    device: Line
    threads: Annotated[int, Field(ge=1, lt=2**31)]
    processes: Annotated[int, Field(ge=1, lt=2**31)]
    deterministic: bool


@dataclass(frozen=True)
class TrialRecord:
    """One finished trial; the fields of training are None where nothing was trained.

    data_wait_share: of the time of training steps, what passed in fetching batches.
    """

    __pydantic_config__ = CLOSED

    trial: int
    seed: int | None
    parameters: int | None
    seconds: float
    environment: Environment
    images_per_second: float | None = None
    data_wait_share: float | None = None
    best_epoch: int | None = None
    epochs: tuple[Epoch, ...] = ()


@dataclass(frozen=True)
class TrainedOn:
    """Images that trials learned from where they are not the release's: the content digest and the
    entropy of their set, and how many they are."""

    __pydantic_config__ = CLOSED

    content_digest: str
    entropy: str
    images: int


@dataclass(frozen=True)
class ConfigRun:
    """The trials of one config, the content digest of the data that they were tested on, and what
    they learned from where that is something else."""

    __pydantic_config__ = CLOSED

    content_digest: str
    trials: tuple[TrialRecord, ...] = ()
    trained_on: TrainedOn | None = None


@dataclass(frozen=True)
class Run:
    """A run of one recipe on some configs of a release; predictions stand beside it."""

    __pydantic_config__ = CLOSED

    recipe: Recipe
    release: str
    configs: dict[str, ConfigRun] = field(default_factory=dict)


_ADAPTER = TypeAdapter(Run)


def read(folder: Path) -> Run | None:
    """The run of a folder, None where there is none. Raises IsingBenchError where it is damaged."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except ValidationError as error:
        raise IsingBenchError(
            f"{path} is damaged ({first_problem(error)}); move {folder} away"
        ) from None


def finished(run: Run, config: str) -> set[int]:
    """The numbers of its trials."""
    return {t.trial for t in run.configs[config].trials} if config in run.configs else set()


def write(folder: Path, run: Run) -> None:
    """Write run.json whole or not at all."""
    write_whole(folder / FILE_NAME, _ADAPTER.dump_json(run, indent=1) + b"\n")


def environment(device: str, processes: int = 1) -> Environment:
    """This machine and its packages; torch's name of the GPU where there is one."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    threads, name, deterministic = os.cpu_count() or 1, device, True
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        threads = torch.get_num_threads()
        deterministic = (
            torch.are_deterministic_algorithms_enabled()
            and not torch.is_deterministic_algorithms_warn_only_enabled()
        )
        if device == "cuda":
            name = torch.cuda.get_device_name()
    return Environment(
        packages=versions,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        device=name,
        threads=threads,
        processes=processes,
        deterministic=deterministic,
    )
