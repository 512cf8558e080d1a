"""The specification of the update, as plain loops over sites, bonds and segments.

Clusters in continuous imaginary time, as Swendsen and Wang's on a lattice (H. Rieger, N. Kawashima,
Eur. Phys. J. B 9, 233, 1999). `kernel.py` does the same thing, fast; a test holds them equal bit
for bit.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.streams import stream_of
from ising_bench.systems.quantum_ising import worldlines
from ising_bench.systems.quantum_ising.poisson import limits
from ising_bench.systems.quantum_ising.worldlines import Worldline

if TYPE_CHECKING:
    from ising_bench.systems.quantum_ising.model import QuantumIsing


@dataclass
class State:
    """What the loops keep of chains: their worldlines, their streams, and the limits of the
    numbers of cuts of a site and of links of a bond."""

    system: "QuantumIsing"
    lines: list[list[Worldline]]
    streams: list[np.random.SFC64]
    limits: list[tuple[tuple[int, ...], tuple[int, ...]]]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    lines = [
        worldlines.start(chain) if spins is None else worldlines.through(spins[i])
        for i, chain in enumerate(chains)
    ]
    system: QuantumIsing = chains[0].system  # type: ignore[assignment]  # it gets its own chains
    streams = [stream_of(worldlines.stream(chain)) for chain in chains]
    beta = worldlines.beta(chains[0].size)
    means = [(beta * chain.grid.exact(chain.point), 2 * beta) for chain in chains]
    return State(system, lines, streams, [(limits(cuts), limits(links)) for cuts, links in means])


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    for i, number in enumerate(sweeps):
        for _ in range(number):
            state.lines[i] = update(state.lines[i], state.streams[i], *state.limits[i])


def images(state: State) -> Spins:
    return np.stack([worldlines.image(lines) for lines in state.lines])


def observables(state: State) -> Observed:
    return {
        "energy": state.system.energy(images(state)),
        "kinks": np.array([sum(len(line.kinks) for line in lines) for lines in state.lines]),
        "bonds": worldlines.mean_product(
            [alike(lines) for lines in state.lines], len(state.lines[0])
        ),
    }


def alike(lines: list[Worldline]) -> int:
    """Over all bonds, the time for which their sites are alike, in units of 2**-32 of the circle,
    rounded down for each."""
    after = [*lines[1:], lines[0]]
    return sum(worldlines.agreement(*pair) >> 32 for pair in zip(lines, after, strict=True))


def update(
    lines: list[Worldline],
    stream: np.random.SFC64,
    cut_limits: tuple[int, ...],
    link_limits: tuple[int, ...],
) -> list[Worldline]:
    """One cluster update.

    Each site in turn gets a Poisson number of cuts, mean beta h, from one word, and a word for the
    tick of each. Kinks and cuts bound its segments (a kink before a cut of the same tick); one that
    starts at a tick holds it. Each bond in turn, from a site to the next, gets a Poisson number of
    links, mean 2 beta J, from one word, and a word for the tick of each: where the two segments
    there are alike they join one cluster. The clusters, in the order in which sites and segments
    show them, take the bits of words, the lowest first: 1 turns a cluster over. Bounds between
    segments that are then alike are gone.
    """

    def word() -> int:
        return int(stream.random_raw())

    def poisson(limits: tuple[int, ...]) -> int:
        return bisect_right(limits, word())

    bounds: list[list[int]] = []
    spins: list[list[int]] = []
    for line in lines:
        cuts = [word() for _ in range(poisson(cut_limits))]
        edges = sorted([(tick, -1) for tick in line.kinks] + [(tick, 1) for tick in cuts])
        spin, held = line.spin, []
        for _, factor in edges:
            spin *= factor
            held.append(spin)
        bounds.append([tick for tick, _ in edges])
        spins.append(held or [spin])  # the last segment goes on through tick 0

    cluster_of = {(i, j): (i, j) for i, held in enumerate(spins) for j in range(len(held))}

    def cluster(segment: tuple[int, int]) -> tuple[int, int]:
        while cluster_of[segment] != segment:
            segment = cluster_of[segment]
        return segment

    for i in range(len(lines)):
        other = (i + 1) % len(lines)
        for _ in range(poisson(link_limits)):
            tick = word()
            one, two = (
                (s, (bisect_right(bounds[s], tick) - 1) % len(spins[s])) for s in (i, other)
            )
            if spins[i][one[1]] == spins[other][two[1]]:
                cluster_of[cluster(one)] = cluster(two)

    factors: dict[tuple[int, int], int] = {}
    bits: list[int] = []
    after = []
    for i, held in enumerate(spins):
        for j in range(len(held)):
            root = cluster((i, j))
            if root not in factors:
                if not bits:
                    drawn = word()
                    bits = [drawn >> k & 1 for k in range(64)]
                factors[root] = 1 - 2 * bits.pop(0)
            held[j] *= factors[root]
        kinks = tuple(bounds[i][j] for j in range(len(bounds[i])) if held[j] != held[j - 1])
        after.append(Worldline(held[-1], kinks))
    return after
