"""Attention maps of a trained vision transformer, over the lattices that it looks at: the paper's
reason for using one.

Rollout: attention averaged over heads, half of each layer passing straight through, multiplied over
layers (Abnar and Zuidema, ACL 2020, arXiv 2005.00928).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ising_bench.baselines import models, records
from ising_bench.baselines.run import MODEL
from ising_bench.dataset.samples import samples
from ising_bench.errors import FolderError, IsingBenchError, first_line
from ising_bench.extras import needs
from ising_bench.ndarrays import Array
from ising_bench.releases.known import release_of
from ising_bench.rows import Rows


@dataclass(frozen=True)
class Maps:
    """Of images (n, L, L): rollout (n, p, p) and the last layer's heads (n, heads, p, p), from the
    class token to each of the p x p patches, and the predicted labels (n,)."""

    images: Rows
    rollout: Array
    heads: Array
    predicted: NDArray[np.int64]


def attention_maps(run: Path, config: str | None, per_class: int) -> Maps:
    """Maps of the first test images of each class, from the model of a run's first trial, by
    default that of its first config.

    Raises FolderError where the run has no model of that config, IsingBenchError where the model
    has no attention.
    """
    needs("torch", "transformers")
    import torch
    from transformers import AutoModelForImageClassification

    record = records.read(run)
    if record is None or not record.configs:
        raise FolderError(f"{run} holds no run; make one with: ising-bench baseline lattice_vit")
    release, name = release_of(record.release), config or next(iter(record.configs))
    folder = run / release.config(name).name / MODEL
    if not folder.is_dir():
        raise FolderError(
            f"{run} holds no trained model of {name}; make one with: ising-bench baseline "
            f"lattice_vit --config {name}"
        )
    test = samples(release, name, "test")
    first = np.concatenate(
        [np.flatnonzero(test.labels == k)[:per_class] for k in range(test.task.classes)]
    )
    chosen = test.take(first)
    models.prepare()
    # the faster implementations do not return what they attended to
    try:
        model = AutoModelForImageClassification.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # whatever damaged files make of the library
        raise FolderError(
            f"{folder} holds no model that can be loaded ({first_line(error)})"
        ) from None
    try:
        model.set_attn_implementation("eager")
    except (ValueError, AttributeError):
        raise _no_attention(record, model) from None
    model.eval()
    pixels = torch.from_numpy(
        models.pixels(record.recipe, test.system.symbols, chosen.spins, folder)
    )
    with torch.no_grad():
        try:
            given = model(pixel_values=pixels, output_attentions=True)
        except TypeError:
            raise _no_attention(record, model) from None
    layers = getattr(given, "attentions", None)
    if not layers:
        raise _no_attention(record, model)
    attentions = np.stack([layer.numpy() for layer in layers])
    patches = round(np.sqrt(attentions.shape[-1] - 1))
    square = (len(first), -1, patches, patches)
    return Maps(
        chosen,
        rollout(attentions)[:, 0, 1:].reshape(square)[:, 0],
        attentions[-1][:, :, 0, 1:].reshape(square),
        given.logits.argmax(-1).numpy(),
    )


def rollout(attentions: Array) -> Array:
    """Attention rollout of (layers, n, heads, tokens, tokens): (n, tokens, tokens), rows sum to
    one."""
    tokens = attentions.shape[-1]
    product = np.broadcast_to(np.eye(tokens), attentions.mean(2)[0].shape)
    for layer in attentions.mean(2):
        product = (0.5 * layer + 0.5 * np.eye(tokens)) @ product
    return product


def _no_attention(record: records.Run, model: Any) -> IsingBenchError:
    return IsingBenchError(
        f"{record.recipe.name} is a {type(model).__name__} and has no attention maps; vit and "
        "lattice_vit have"
    )
