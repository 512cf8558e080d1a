"""Equal seeds, equal predictions: as far as the operations of a model allow it on a device."""

import os
from collections.abc import Callable
from typing import TypeVar

import torch

from ising_bench.errors import one_line
from ising_bench.progress import say

Result = TypeVar("Result")


def repeatable(name: str, work: Callable[[], Result]) -> Result:
    """What `work` returns, by operations that give the same bits each time.

    Where one has no such version on the device, the person is told, `work` is done again without
    that promise, and `records.environment` says so. Warnings alone from the start would not do:
    torch then also picks the attention that is not repeatable, though it has one that is.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or CUDA's sums are not repeatable
    torch.use_deterministic_algorithms(True)
    try:
        return work()
    except RuntimeError as error:
        if "deterministic" not in str(error):
            raise
        say(
            f"{name}: an operation is not repeatable on this device "
            f"({one_line(str(error).split(',')[0])}); equal seeds may give slightly different "
            "predictions"
        )
    torch.use_deterministic_algorithms(True, warn_only=True)
    return work()
