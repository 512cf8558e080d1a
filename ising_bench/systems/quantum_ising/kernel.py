"""The cluster update of `reference.py`, fast: segments in flat arrays, found by bins of time.

All bounds of all sites stand in one array, those of a site in order, and a segment has the place of
the bound that it starts at; a site without bounds has one segment. Which segment holds a tick is
found from its first eight binary digits, by a table of where the bounds of each of 256 bins begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numba
import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.jit import compiled
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.multispin import next_word
from ising_bench.systems.quantum_ising import worldlines
from ising_bench.systems.quantum_ising.poisson import limits

if TYPE_CHECKING:
    from ising_bench.systems.quantum_ising.model import QuantumIsing

_BINS, _SHIFT = 256, np.uint64(56)


@dataclass
class State:
    """Worldlines of chains: the spin of each site before its first kink, (n, L), its number of
    kinks, (n, L), and their ticks, (n, L, room); the streams, (n, 4), and the limits of the numbers
    of cuts, (n, limits) filled up with the greatest word, and of links."""

    system: "QuantumIsing"
    spins: NDArray[np.int8]
    numbers: NDArray[np.int64]
    kinks: NDArray[np.uint64]
    streams: NDArray[np.uint64]
    cuts: NDArray[np.uint64]
    links: NDArray[np.uint64]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    size, beta = chains[0].size, worldlines.beta(chains[0].size)
    means = [beta * chain.grid.exact(chain.point) for chain in chains]
    cuts = [limits(mean) for mean in means]
    most = max(map(len, cuts))
    system: QuantumIsing = chains[0].system  # type: ignore[assignment]  # it gets its own chains
    lines = [
        worldlines.start(chain) if spins is None else worldlines.through(spins[i])
        for i, chain in enumerate(chains)
    ]
    # kinks are no more than cuts on average, and 20 deviations of both are never met
    room = max(_room(2 * float(max(means))), size + most)
    kinks = np.zeros((len(chains), size, room), np.uint64)
    numbers = np.zeros((len(chains), size), np.int64)
    for i, sites in enumerate(lines):
        for j, line in enumerate(sites):
            numbers[i, j] = len(line.kinks)
            kinks[i, j, : len(line.kinks)] = np.array(line.kinks, np.uint64)
    return State(
        system,
        np.array([[line.spin for line in sites] for sites in lines], np.int8),
        numbers,
        kinks,
        np.stack([worldlines.stream(chain) for chain in chains]),
        np.array([[*one, *[2**64 - 1] * (most - len(one))] for one in cuts], np.uint64),
        np.array(limits(2 * beta), np.uint64),
    )


def _room(mean: float) -> int:
    return ceil(mean + 20 * sqrt(mean) + 40)


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    """Raises RuntimeError where a site has more bounds than there is room for."""
    if not _advance(
        state.spins, state.numbers, state.kinks, state.streams, state.cuts, state.links, sweeps
    ):
        raise RuntimeError(f"a site of {state.system.name} has more bounds than expected")


def images(state: State) -> Spins:
    size = state.spins.shape[1]
    instants = np.array(worldlines.instants(size), np.uint64)
    spins = np.empty((len(state.spins), size, size), np.int8)
    _images(state.spins, state.numbers, state.kinks, instants, spins)
    return spins


def observables(state: State) -> Observed:
    found = np.empty(len(state.spins), np.int64)
    _alike(state.spins, state.numbers, state.kinks, found)
    return {
        "energy": state.system.energy(images(state)),
        "kinks": state.numbers.sum(1),
        "bonds": worldlines.mean_product(found, state.spins.shape[1]),
    }


@compiled(error_model="numpy")
def _advance(spins, numbers, kinks, streams, cut_limits, link_limits, sweeps):
    """As many updates of each chain; whether there was room for all bounds."""
    size, room = kinks.shape[1:]
    bounds = np.empty(size * room, np.uint64)  # ticks of bounds, site by site
    held = np.empty(size * room, np.int8)  # spins of segments
    parent = np.empty(size * room, np.int64)
    first = np.empty(size + 1, np.int64)  # place of the first segment of each site
    bins = np.empty((size, _BINS + 1), np.int32)  # bounds of the site in earlier bins
    cuts, unsorted = np.empty(room, np.uint64), np.empty(room, np.uint64)
    for chain in range(len(sweeps)):
        stream, lines = streams[chain], kinks[chain]
        for _ in range(sweeps[chain]):
            first[0] = 0
            for site in range(size):
                number = _poisson(cut_limits[chain], next_word(stream))
                if numbers[chain, site] + number > room:
                    return False
                _sorted_words(stream, number, cuts, unsorted, bins[site])
                first[site + 1] = first[site] + _merge(
                    spins[chain, site], lines[site], numbers[chain, site], cuts, number,
                    bounds[first[site] :], held[first[site] :], bins[site],
                )  # fmt: skip
            for segment in range(first[size]):
                parent[segment] = segment
            _link(stream, link_limits, first, bins, bounds, held, parent)
            _turn_over(stream, first[size], held, parent)
            for site in range(size):
                at = first[site]
                spin = held[first[site + 1] - 1]
                spins[chain, site], kept = spin, 0
                for j in range(bins[site, _BINS]):
                    if held[at + j] != spin:
                        spin = held[at + j]
                        lines[site, kept] = bounds[at + j]
                        kept += 1
                numbers[chain, site] = kept
    return True


@numba.njit
def _poisson(limits, word):
    """How many of the limits are at most the word: from the middle on, where most numbers are."""
    number = len(limits) // 2
    while number < len(limits) and limits[number] <= word:
        number += 1
    while number > 0 and limits[number - 1] > word:
        number -= 1
    return number


@numba.njit
def _sorted_words(stream, number, ordered, unsorted, bins):
    """The next words of a stream in order: by their bins first, then among neighbours."""
    bins[:] = 0
    for j in range(number):
        unsorted[j] = next_word(stream)
        bins[(unsorted[j] >> _SHIFT) + np.uint64(1)] += 1
    for b in range(_BINS):
        bins[b + 1] += bins[b]
    for j in range(number):
        b = unsorted[j] >> _SHIFT
        ordered[bins[b]] = unsorted[j]
        bins[b] += 1
    for j in range(1, number):
        word, k = ordered[j], j
        while k > 0 and ordered[k - 1] > word:
            ordered[k] = ordered[k - 1]
            k -= 1
        ordered[k] = word


@numba.njit
def _merge(spin, kinks, kinks_number, cuts, cuts_number, bounds, held, bins):
    """Kinks and cuts of a site as bounds, with the spin of the segment from each on, and where the
    bins begin among them; returns the number of segments."""
    number, k, c, b = kinks_number + cuts_number, 0, 0, 0
    for j in range(number):
        if c == cuts_number or (k < kinks_number and kinks[k] <= cuts[c]):
            tick = kinks[k]
            k += 1
            spin = -spin
        else:
            tick = cuts[c]
            c += 1
        bounds[j], held[j] = tick, spin
        while b <= np.int64(tick >> _SHIFT):
            bins[b] = j
            b += 1
    while b <= _BINS:
        bins[b] = number
        b += 1
    if number == 0:
        held[0] = spin
        return 1
    return number


@numba.njit
def _segment(tick, first, end, bins, bounds):
    """The place of the segment of a site that holds a tick: before its first bound the last one."""
    b = tick >> _SHIFT
    j, last = bins[b], bins[b + np.uint64(1)]
    while j < last and bounds[first + j] <= tick:
        j += 1
    return first + j - 1 if j else end - 1


@numba.njit
def _root(parent, segment):
    while parent[segment] != segment:
        parent[segment] = parent[parent[segment]]
        segment = parent[segment]
    return segment


@numba.njit
def _link(stream, limits, first, bins, bounds, held, parent):
    """Join segments of neighbours that are alike where a link stands; the lower is the root."""
    size = len(first) - 1
    for site in range(size):
        after = site + 1 if site + 1 < size else 0
        for _ in range(_poisson(limits, next_word(stream))):
            tick = next_word(stream)
            one = _segment(tick, first[site], first[site + 1], bins[site], bounds)
            two = _segment(tick, first[after], first[after + 1], bins[after], bounds)
            if held[one] == held[two]:
                one, two = _root(parent, one), _root(parent, two)
                parent[max(one, two)] = min(one, two)


@numba.njit
def _turn_over(stream, segments, held, parent):
    """Give each cluster its bit where its root is met, the first of its segments."""
    bits, left = np.uint64(0), 0
    for segment in range(segments):
        root = _root(parent, segment)
        if root == segment:
            if left == 0:
                bits, left = next_word(stream), 64
            if bits & np.uint64(1):
                held[segment] = -held[segment]
            bits, left = bits >> np.uint64(1), left - 1
        else:
            held[segment] = held[root]  # they were alike, and the root's is known by now


@compiled(error_model="numpy")
def _images(spins, numbers, kinks, instants, found):
    """The spins at the instants of the rows, (n, L, L)."""
    for chain in range(len(spins)):
        for site in range(spins.shape[1]):
            spin, k = spins[chain, site], 0
            for row in range(len(instants)):
                while k < numbers[chain, site] and kinks[chain, site, k] <= instants[row]:
                    spin = -spin
                    k += 1
                found[chain, row, site] = spin


@compiled(error_model="numpy")
def _alike(spins, numbers, kinks, found):
    """See `reference.alike`: (n,)."""
    for chain in range(len(spins)):
        size, total = spins.shape[1], np.int64(0)
        for one in range(size):
            two = one + 1 if one + 1 < size else 0
            first, second = numbers[chain, one], numbers[chain, two]
            alike = spins[chain, one] == spins[chain, two]
            low, circles, since, j, k = np.uint64(0), np.int64(0), np.uint64(0), 0, 0
            while j < first or k < second:
                if k == second or (j < first and kinks[chain, one, j] <= kinks[chain, two, k]):
                    tick = kinks[chain, one, j]
                    j += 1
                else:
                    tick = kinks[chain, two, k]
                    k += 1
                if alike:
                    low += tick - since
                    circles += low < tick - since
                alike, since = not alike, tick
            if alike:  # to the end of the circle, which may be all of it
                rest = np.uint64(0) - since
                low += rest
                circles += low < rest or rest == 0
            total += (circles << 32) + np.int64(low >> np.uint64(32))
        found[chain] = total
