"""From what somebody asks for to an order."""

import re
from collections.abc import Mapping

from ising_bench.dataset import whole
from ising_bench.dataset.shards import ORDER, Order, Share, order_in
from ising_bench.dataset.stores import Store
from ising_bench.errors import IsingBenchError
from ising_bench.keys import fresh_entropy, parse_entropy
from ising_bench.releases import manifest
from ising_bench.releases.cut import cut
from ising_bench.releases.known import release_of
from ising_bench.releases.release import Config
from ising_bench.releases.variant import decimals


def ordered(
    release: str | None,
    config: str,
    store: Store,
    resume: bool = False,
    *,
    per_class: int | None = None,
    per_point: int | None = None,
    texts: Mapping[str, str | None],
    size: int | None = None,
    sweeps: int | None = None,
    classes: str | None = None,
    images: bool = True,
    entropy: str | None = None,
) -> Order:
    """An order in the words of the command line. texts: values of each parameter that there is,
    and classes: edges between classes, as `decimals` reads them. Entropy that is not given is new,
    or with `resume` that of what is in the store. Raises UnknownNameError, IsingBenchError for what
    cannot be had or contradicts itself.
    """
    version = release_of(release)
    chosen = version.config(config)
    parameter = chosen.task.grid.parameter
    if others := [name for name, text in texts.items() if text is not None and name != parameter]:
        raise IsingBenchError(
            f"{config} has a {parameter}: --{parameter}s instead of --{others[0]}s"
        )
    text = texts[parameter]
    if (per_class is None) == (text is None) or (per_point is None) != (text is None):
        raise IsingBenchError(
            f"say how many: --per-class N, or --{parameter}s 0.5,1:2:0.1 with --per-point N"
        )
    each = per_class if per_class is not None else per_point
    assert each is not None
    return Order(
        release=version.version,
        config=config,
        entropy=parse_entropy(entropy) if entropy is not None else _entropy(store, resume),
        each=each,
        size=None if size == chosen.size else size,
        sweeps=sweeps,
        values=None if text is None else decimals(text),
        classes=None if classes is None else edges_of(classes, chosen),
        images=images,
    )


def edges_of(text: str, config: Config) -> tuple[str, ...] | None:
    """Edges between classes from `1,2.119,2.32`; None for those that the config has anyhow. Raises
    IsingBenchError."""
    edges = decimals(text)
    return None if cut(config.task, edges) is config.task else edges


def share_of(text: str, entropy: str | None) -> Share:
    """From `3/8`. All shares of a set have one entropy. Raises IsingBenchError."""
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text, re.ASCII)
    if found is None:
        raise IsingBenchError(f"--shard {text!r} is not I/N, such as 3/8")
    if entropy is None:
        raise IsingBenchError(
            "--shard wants --entropy, 64 hex digits, the same for all shards: make them once with "
            "openssl rand -hex 32"
        )
    return Share(int(found[1]), int(found[2]))


def _entropy(store: Store, resume: bool) -> str:
    """New, or that of what is to be resumed."""
    names = store.names() if resume else []
    if ORDER in names:
        return order_in(store).entropy
    return whole.manifest_in(store).entropy if manifest.FILE_NAME in names else fresh_entropy()
