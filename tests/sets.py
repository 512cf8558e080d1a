"""Generated sets, as several tests make them."""

from pathlib import Path
from typing import Any

from ising_bench.dataset.generate import generate
from ising_bench.dataset.shards import Order
from ising_bench.dataset.stores import store_of
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Release


def generated(
    release: Release, name: str, each: int, out: Path | str, entropy: str, **options: Any
) -> Manifest:
    """So many rows of each class, or at each value. options: of `Order`, and of `generate`."""
    told = {k: options.pop(k) for k in ("resume", "threads", "executor") if k in options}
    order = Order(release=release.version, config=name, entropy=entropy, each=each, **options)
    return generate(order, store_of(out), **told)
