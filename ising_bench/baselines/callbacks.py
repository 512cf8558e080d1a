"""What our training adds to the standard Trainer: the best epoch, equal buffers, time measured."""

import time
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback

from ising_bench.progress import Advance


class KeepBest(TrainerCallback):
    """Keeps the weights of the best epoch in memory and stops when none has been better for
    `patience` epochs, or the loss is no number any more. Memory, because transformers 5 reloads
    some checkpoints incompletely."""

    def __init__(self, metric: str, patience: int) -> None:
        self.metric, self.patience = metric, patience
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
        if not np.isfinite(metrics["eval_cross_entropy"]):
            control.should_training_stop = True
            return
        value = (
            -metrics["eval_cross_entropy"] if self.metric == "loss" else metrics["eval_macro_f1"]
        )
        if value > self.best:
            self.best, self.best_epoch = value, epoch
            self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}
        elif epoch - self.best_epoch >= self.patience:
            control.should_training_stop = True


class Steps(TrainerCallback):
    """Tells of each step: an epoch can take many minutes."""

    def __init__(self, advance: Advance) -> None:
        self.advance = advance

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.advance(1)


class SameBuffers(TrainerCallback):
    """Among several processes, running statistics (of batch normalisation) are those of the first
    before each evaluation: else every process would evaluate a model of its own."""

    def on_epoch_end(self, *_: Any, model: Any = None, **__: Any) -> None:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            for buffer in model.buffers():
                torch.distributed.broadcast(buffer, 0)


class DataWait(TrainerCallback):
    """Time before a step that goes into fetching its data, and time of the steps themselves."""

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

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        """A GPU has steps queued when the last one returns."""
        if self._mark is not None and torch.cuda.is_available():
            torch.cuda.synchronize()
            self.worked += time.perf_counter() - self._mark
        self._mark = None
