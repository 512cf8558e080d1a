"""Splits as PyTorch datasets, for whoever has PyTorch."""

from pathlib import Path
from typing import TYPE_CHECKING

from ising_bench.dataset.samples import samples
from ising_bench.extras import needs
from ising_bench.releases.known import release_of

if TYPE_CHECKING:
    from ising_bench.loaders.torch_data import TorchRows, Transform


def torch_dataset(
    config: str,
    split: str,
    transform: "Transform | None" = None,
    folder: str | Path | None = None,
    release: str | None = None,
) -> "TorchRows":
    """One split as a map-style PyTorch dataset: items with `spins`, an int8 tensor (L, L) of Ising
    spins, `label`, `temperature` (`field` of the quantum chain) and `sample_id`.

    transform: what to make of the spins of an item. folder, release: as `arrays` takes them. Raises
    as `arrays`, IsingBenchError where PyTorch is not installed.
    """
    needs("torch")
    from ising_bench.loaders.torch_data import TorchRows

    return TorchRows(samples(release_of(release), config, split, folder), transform)
