"""Lattices beside lattices of our own kernel, in equilibrium, for what has no closed form."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np

from ising_bench.keys import entropy_of
from ising_bench.ndarrays import Array, Spins
from ising_bench.physics.significance import normal_p, two_samples_p
from ising_bench.releases.release import Config, Release
from ising_bench.releases.variant import varied
from ising_bench.simulation.simulate import simulate
from ising_bench.system import Finding

# exponent z of single-spin flips in two dimensions (Nightingale and Bloete, Phys. Rev. Lett. 76,
# 4548, 1996)
SLOWING = 2.17
DISTANCES = (1, 2, 4, 8, 16, 32, 64)  # at which sites are compared
_SEED = 2109  # the same lattices every time


def reference(release: Release, config: Config, n: int, threads: int | None = None) -> Spins:
    """So many lattices at the one temperature of a config's grid, by the protocol that reaches
    equilibrium at the release's size, and as much longer on larger lattices as they slow down:
    (n, L, L)."""
    drawn = release.redrawn(entropy_of(_SEED))
    settled = next(c for c in release.equilibrium_configs if c.system == config.system)
    longer = max(1.0, (config.size / settled.size) ** SLOWING)
    value = [f"{config.task.grid.value(0)}"]
    at_value = varied(settled, config.size, values=value)
    chains = [drawn.chain_at(at_value, "reference", i, 0) for i in range(n)]
    return simulate([replace(c, sweeps=round(longer * c.sweeps)) for c in chains], threads)


def compared(config: Config, spins: Spins, ours: Spins) -> list[Finding]:
    """Tests of the order parameter, by its mean and its distribution, and of the two-point
    function, by its mean at each distance."""
    order, other = config.system.order(spins), config.system.order(ours)
    found, known = two_point(config, spins), two_point(config, ours)
    difference = found.mean(0) - known.mean(0)
    variance = _variance(found) + _variance(known)
    z = np.divide(difference, np.sqrt(variance), out=np.zeros_like(difference), where=variance > 0)
    place = int(np.abs(z).argmax())
    excess, scatter = order.mean() - other.mean(), sqrt(_variance(order) + _variance(other))
    tests = [
        (
            "order parameter",
            normal_p(excess / scatter) if scatter else float(excess == 0),
            f"mean {order.mean():.4f}, ours {other.mean():.4f}",
        ),
        ("its distribution", two_samples_p(order, other), "of the order parameter beside ours"),
        (
            "two-point function",
            min(1.0, len(z) * normal_p(z[place])),
            f"{difference[place]:+.4f} from ours at a distance of {DISTANCES[place]}",
        ),
    ]
    return [Finding(config.name, "all", test, p, seen) for test, p, seen in tests]


def _variance(values: Array) -> Array:
    """Of the mean over lattices, the first axis."""
    return np.asarray(values.var(0, ddof=1) / len(values))


def two_point(config: Config, spins: Spins) -> Array:
    """<s s'> of sites of a row that are so far apart, for each lattice: (n, distances). Of names
    the share of equal ones, from 0 by chance to 1; of angles the mean cosine between them. Pairs
    across the wrap, which may turn spins over, are left out."""
    means = []
    for r in (r for r in DISTANCES if r <= spins.shape[-1] // 2):
        one, other = spins[..., r:], spins[..., :-r]
        match config.system.symbols.kind:
            case "names":
                kinds = len(config.system.symbols.values)
                pairs = ((one == other) - 1 / kinds) / (1 - 1 / kinds)
            case "angles":
                pairs = np.cos((one.astype(np.int16) - other) * (2 * pi / 256))
            case "numbers":
                pairs = one * other  # of +1, 0 and -1
        means.append(pairs.mean((1, 2)))
    return np.stack(means, axis=1)
