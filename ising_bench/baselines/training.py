"""One trial of a network: the standard Trainer, the best epoch kept, test probabilities out."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments, set_seed

from ising_bench.baselines import models
from ising_bench.baselines.macro_f1 import MacroF1
from ising_bench.baselines.recipe import Recipe
from ising_bench.baselines.records import Epoch, TrialRecord, environment
from ising_bench.baselines.symmetries import augment
from ising_bench.errors import IsingBenchError
from ising_bench.progress import Advance

Array = NDArray[np.floating]

_EVAL_BATCH = 64


@dataclass(frozen=True)
class Prepared:
    """Pixels of a split, made once, and its labels."""

    pixels: models.Pixels
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """The model of the best epoch, its probabilities of the test images (n, 4), and the record."""

    model: Any
    probabilities: Array
    record: TrialRecord


class Batches(torch.utils.data.Dataset[Any]):
    """A split in memory; a whole batch is one indexing, so the model never waits for it."""

    def __init__(self, split: Prepared, kinds: tuple[str, ...] = (), seed: int = 0) -> None:
        self.pixels, self.labels = torch.from_numpy(split.pixels), torch.from_numpy(split.labels)
        self.kinds, self.generator = kinds, torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"pixel_values": self.pixels[index], "labels": self.labels[index]}

    def __getitems__(self, indices: list[int]) -> dict[str, torch.Tensor]:
        pixels = augment(self.pixels[indices], self.kinds, self.generator)
        return {"pixel_values": pixels, "labels": self.labels[indices]}


class KeepBest(TrainerCallback):
    """Keeps the weights of the best epoch in memory and stops when none has been better for
    `patience` epochs. Memory, because transformers 5 reloads some checkpoints incompletely."""

    def __init__(self, metric: str, patience: int, advance: Advance) -> None:
        self.metric, self.patience, self.advance = metric, patience, advance
        self.best, self.best_epoch = -np.inf, 0
        self.weights: dict[str, torch.Tensor] = {}

    def on_evaluate(
        self,
        args: Any,  # noqa: ARG002
        state: Any,
        control: Any,
        metrics: Any = None,
        model: Any = None,
        **_: Any,
    ) -> None:
        epoch = round(state.epoch)
        value = metrics[f"eval_{self.metric}"] * (-1 if self.metric == "loss" else 1)
        if value > self.best:
            self.best, self.best_epoch = value, epoch
            self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}
        elif epoch - self.best_epoch >= self.patience:
            control.should_training_stop = True
        self.advance(1)


class SameBuffers(TrainerCallback):
    """Among several processes, running statistics (of batch normalisation) are those of the first
    before each evaluation: else every process would evaluate a model of its own."""

    def on_epoch_end(self, *_: Any, model: Any = None, **__: Any) -> None:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            for buffer in model.buffers():
                torch.distributed.broadcast(buffer, 0)


class DataWait(TrainerCallback):
    """Time before a step that goes into fetching its data."""

    def __init__(self) -> None:
        self.waited = self.worked = 0.0
        self._mark: float | None = None

    def on_epoch_begin(self, *_: Any, **__: Any) -> None:
        self._mark = time.perf_counter()

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        now = time.perf_counter()
        if self._mark is not None:
            self.waited += now - self._mark
        self._mark = now

    def on_step_end(self, *_: Any, **__: Any) -> None:
        now = time.perf_counter()
        if self._mark is not None:
            self.worked += now - self._mark
        self._mark = now


def train(
    recipe: Recipe,
    splits: dict[str, Prepared],
    files: Path | None,
    trial: int,
    device: str,
    scratch: Path,
    advance: Advance,
) -> Trained:
    """One trial, with its number as seed. `scratch`: a folder that the Trainer may use.

    Equal seeds give equal results on one machine with one number of threads.
    """
    begun = time.perf_counter()
    if device == "cuda" and not torch.cuda.is_available():
        raise IsingBenchError("--device is cuda, but torch sees no GPU; leave it out, or say cpu")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or CUDA's sums are not repeatable
    torch.use_deterministic_algorithms(True, warn_only=True)
    set_seed(trial)
    model = models.build(recipe, files)
    settings = recipe.training
    arguments = _arguments(recipe, trial, device, scratch, len(splits["train"].labels))
    best = KeepBest(settings.stop_on, settings.patience, advance)
    wait = DataWait()
    metric = MacroF1()
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Batches(
            splits["train"], settings.augment, seed=1000 * trial + arguments.process_index
        ),
        eval_dataset=Batches(splits["validation"]),
        data_collator=lambda batch: batch,
        compute_metrics=lambda found: metric.compute(
            predictions=found.predictions.argmax(-1), references=found.label_ids
        ),
        callbacks=[SameBuffers(), best, wait],
    )
    trainer.remove_callback(PrinterCallback)  # the progress bar and run.json show what it prints
    trainer.train()
    trained = time.perf_counter()
    if not best.weights:
        raise IsingBenchError(
            f"baseline {recipe.name}: the validation {settings.stop_on} is not a number in any "
            "epoch; try a lower learning_rate in a recipe of your own"
        )
    model.load_state_dict(best.weights)
    logits = trainer.predict(Batches(splits["test"])).predictions.astype(np.float64)
    exponentials = np.exp(logits - logits.max(-1, keepdims=True))
    return Trained(
        model,
        exponentials / exponentials.sum(-1, keepdims=True),
        TrialRecord(
            trial=trial,
            seed=trial,
            parameters=sum(p.numel() for p in model.parameters()),
            seconds=round(trained - begun, 3),
            images_per_second=round(
                trainer.state.global_step * settings.batch_size / (wait.waited + wait.worked), 1
            ),
            data_wait_share=round(wait.waited / (wait.waited + wait.worked), 4),
            best_epoch=best.best_epoch,
            epochs=_epochs(trainer.state.log_history),
            environment=environment(arguments.device.type, arguments.world_size),
        ),
    )


def _arguments(
    recipe: Recipe, trial: int, device: str, scratch: Path, images: int
) -> TrainingArguments:
    settings = recipe.training
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    per_process = -(-settings.batch_size // processes)
    steps = settings.epochs * -(-images // (per_process * processes))
    return TrainingArguments(
        output_dir=str(scratch),
        seed=trial,
        data_seed=trial,
        use_cpu=device == "cpu",
        bf16=settings.bf16 and device != "cpu" and torch.cuda.is_available(),
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=per_process,
        per_device_eval_batch_size=_EVAL_BATCH,
        lr_scheduler_type=settings.schedule,
        warmup_steps=round(settings.warmup * steps),
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        average_tokens_across_devices=False,  # would multiply losses by the number of processes
        log_level="error",
    )


def _epochs(history: list[dict[str, float]]) -> tuple[Epoch, ...]:
    """The training curve from the Trainer's log: a line of training and one of validation each."""
    losses = {round(line["epoch"]): line for line in history if "loss" in line}
    checked = {round(line["epoch"]): line for line in history if "eval_loss" in line}
    return tuple(
        Epoch(
            epoch,
            round(losses[epoch]["loss"], 6),
            round(checked[epoch]["eval_loss"], 6),
            round(checked[epoch]["eval_macro_f1"], 6),
        )
        for epoch in sorted(checked)
    )
