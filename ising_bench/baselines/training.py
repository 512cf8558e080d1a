"""One trial of a network: the standard Trainer, the best epoch kept, test probabilities out."""

import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PrinterCallback, Trainer, TrainingArguments, set_seed

from ising_bench.baselines import models
from ising_bench.baselines.callbacks import DataWait, KeepBest, SameBuffers, Steps
from ising_bench.baselines.macro_f1 import MacroF1
from ising_bench.baselines.recipe import Recipe
from ising_bench.baselines.records import Epoch, TrialRecord, environment
from ising_bench.baselines.symmetries import augment, symmetries_of
from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Array
from ising_bench.progress import Advance
from ising_bench.releases.release import Config

_EVAL_BATCH = 64


@dataclass(frozen=True)
class Prepared:
    """Pixels of a split and its labels; and how its channels may be exchanged."""

    pixels: models.Pixels | models.Seen
    labels: NDArray[np.int64]
    exchange: models.Exchange = "negate"


@dataclass(frozen=True)
class Trained:
    """The model of the best epoch, its probabilities of the test images (n, classes), and the
    record."""

    model: Any
    probabilities: Array
    record: TrialRecord


class Batches(torch.utils.data.Dataset[Any]):
    """A split on the device that trains, where it fits; a whole batch is one indexing there, and so
    is its augmentation, so the model never waits for it."""

    def __init__(
        self, split: Prepared, device: torch.device, kinds: tuple[str, ...] = (), seed: int = 0
    ) -> None:
        held = split.pixels
        self.pixels = held if isinstance(held, models.Seen) else torch.from_numpy(held).to(device)
        self.labels = torch.from_numpy(split.labels).to(device)
        self.kinds, self.generator = kinds, torch.Generator().manual_seed(seed)
        self.exchange = split.exchange

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {name: batch[0] for name, batch in self.__getitems__([index]).items()}

    def __getitems__(self, indices: list[int]) -> dict[str, torch.Tensor]:
        pixels = self.pixels[indices]
        if not isinstance(pixels, torch.Tensor):
            pixels = torch.from_numpy(pixels).to(self.labels.device)
        pixels = augment(pixels, self.kinds, self.generator, self.exchange)
        return {"pixel_values": pixels, "labels": self.labels[indices]}


def train(
    recipe: Recipe,
    config: Config,
    splits: dict[str, Prepared],
    files: Path | None,
    trial: int,
    device: str,
    scratch: Path,
    advance: Advance,
) -> Trained:
    """One trial, with its number as seed. `scratch`: a folder that the Trainer may use.

    Equal seeds give equal results on one machine with one number of threads, where `repeatable`
    runs it. Raises IsingBenchError where the device or the recipe does not serve.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise IsingBenchError("--device is cuda, but torch sees no GPU; leave it out, or say cpu")
    begun = time.perf_counter()
    set_seed(trial)
    model = models.build(recipe, files, config)
    models.try_out(recipe, model, splits["train"].pixels[:2], config.task.classes)
    settings = recipe.training
    images = len(splits["train"].labels)
    arguments = _arguments(recipe, trial, device, scratch, images)
    model = model.to(memory_format=_memory_format(recipe, arguments.device))
    best = KeepBest(settings.stop_on, settings.patience)
    wait = DataWait()
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Batches(
            splits["train"],
            arguments.device,
            symmetries_of(config, settings.augment),
            seed=1000 * trial + arguments.process_index,
        ),
        eval_dataset=Batches(splits["validation"], arguments.device),
        data_collator=lambda batch: batch,
        compute_metrics=partial(_metrics, MacroF1(), config.task.classes),
        callbacks=[SameBuffers(), best, wait, Steps(advance)],
    )
    trainer.remove_callback(PrinterCallback)  # the progress bar and run.json show what it prints
    try:
        trainer.train()
    except torch.OutOfMemoryError:
        raise IsingBenchError(
            f"baseline {recipe.name}: the GPU has too little memory; lower batch_size in a recipe "
            "of your own"
        ) from None
    trained = time.perf_counter()
    if not best.weights:
        raise IsingBenchError(
            f"baseline {recipe.name}: the validation {settings.stop_on} is not a number in any "
            "epoch; try a lower learning_rate in a recipe of your own"
        )
    model.load_state_dict(best.weights)
    test = Batches(splits["test"], arguments.device)
    logarithms = _log_softmax(trainer.predict(test).predictions)
    if not np.isfinite(logarithms).all():
        raise IsingBenchError(f"baseline {recipe.name}: the model's output on test is not a number")
    return Trained(
        model,
        np.exp(logarithms),
        TrialRecord(
            trial=trial,
            seed=trial,
            parameters=sum(p.numel() for p in model.parameters()),
            seconds=round(trained - begun, 3),
            images_per_second=round(
                images * round(trainer.state.epoch or 0) / (wait.waited + wait.worked), 1
            ),
            data_wait_share=round(wait.waited / (wait.waited + wait.worked), 4),
            best_epoch=best.best_epoch,
            epochs=_epochs(trainer.state.log_history),
            environment=environment(arguments.device.type, arguments.world_size),
        ),
    )


def _memory_format(recipe: Recipe, device: torch.device) -> torch.memory_format:
    """Channels last makes the convolutions of colour images faster on a GPU; on a CPU torch's own
    can crash with it, as those of small ResNets do."""
    if recipe.input.pixels == "rgb" and device.type == "cuda":
        return torch.channels_last
    return torch.contiguous_format


def steps_in_all(recipe: Recipe, images: int) -> int:
    """Of a trial that is not stopped early; with several processes each takes a part of a step."""
    return recipe.training.epochs * -(-images // recipe.training.batch_size)


def _metrics(metric: MacroF1, classes: int, evaluation: Any) -> dict[str, float]:
    """Of a whole split at once: the Trainer's own loss weighs the images of several processes a
    little differently."""
    logarithms = _log_softmax(evaluation.predictions)
    scored: dict[str, float] = metric.compute(
        predictions=evaluation.predictions.argmax(-1),
        references=evaluation.label_ids,
        classes=classes,
    )
    own = np.take_along_axis(logarithms, evaluation.label_ids[:, None], axis=-1)
    return scored | {"cross_entropy": -float(own.mean())}


def _log_softmax(logits: Array) -> Array:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _arguments(
    recipe: Recipe, trial: int, device: str, scratch: Path, images: int
) -> TrainingArguments:
    settings = recipe.training
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if settings.batch_size % processes:
        raise IsingBenchError(
            f"baseline {recipe.name}: a batch of {settings.batch_size} cannot be divided among "
            f"{processes} processes; start another number of them"
        )
    per_process = settings.batch_size // processes
    bf16 = settings.bf16 and device != "cpu" and torch.cuda.is_available()
    os.environ["ACCELERATE_MIXED_PRECISION"] = "bf16" if bf16 else "no"  # over a user's default
    steps = steps_in_all(recipe, images)
    arguments = TrainingArguments(
        output_dir=str(scratch),
        seed=trial,
        data_seed=trial,
        use_cpu=device == "cpu",
        bf16=bf16,
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
        logging_nan_inf_filter=False,  # a loss that is no number must show
        log_level="error",
    )
    if arguments.n_gpu > 1:
        arguments._n_gpu = 1  # each process has one; torchrun starts more processes
    return arguments


def _epochs(history: list[dict[str, float]]) -> tuple[Epoch, ...]:
    """The training curve from the Trainer's log, a line of training and one of validation each, up
    to where the validation loss is no number."""
    losses = {round(line["epoch"]): line for line in history if "loss" in line}
    checked = {round(line["epoch"]): line for line in history if "eval_cross_entropy" in line}
    return tuple(
        Epoch(
            epoch,
            round(losses[epoch]["loss"], 6) if np.isfinite(losses[epoch]["loss"]) else None,
            round(checked[epoch]["eval_cross_entropy"], 6),
            round(checked[epoch]["eval_macro_f1"], 6),
        )
        for epoch in sorted(checked)
        if np.isfinite(checked[epoch]["eval_cross_entropy"])
    )
