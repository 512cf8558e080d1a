"""A log-likelihood on a grid, near its highest point, from few of its values."""

from collections.abc import Callable

import numpy as np

from ising_bench.ndarrays import Array

_COARSE = 12  # intervals in which the highest point is looked for first
_NODES = 11  # of the polynomial
_FALLEN = 30.0  # below the highest value; what is lower counts as nothing


def near_best(smooth: Callable[[Array], Array], x: Array, rest: Array) -> Array:
    """smooth(x) + rest at ascending x (n,), -inf where that is some 30 or more below the highest:
    (n,).

    smooth is asked at few of the x, and a polynomial through it there stands for it; the sum has
    one maximum and is near a parabola there.
    """
    known: dict[int, float] = {}
    last = len(x) - 1

    def at(place: int) -> float:
        """The sum at a place, or at the end that is nearest."""
        place = min(max(place, 0), last)
        if place not in known:
            known[place] = float(smooth(x[[place]])[0])
        return known[place] + float(rest[place])

    step = max(last // _COARSE, 1)
    best = max([*range(0, last + 1, step), last], key=at)
    while step:
        better = max(best - step, best, best + step, key=at)
        better = min(max(better, 0), last)
        step = step if better != best else step // 2
        best = better
    low, high = (_end(at, best, way, last) for way in (-1, 1))
    nodes = np.searchsorted(x, _chebyshev(x[low], x[high], _NODES))
    nodes = np.unique([low, *np.clip(nodes, low, high), high])
    for node in nodes:
        at(int(node))
    values = np.full(len(x), -np.inf)
    between = slice(low, high + 1)
    heights = np.array([known[node] for node in nodes.tolist()])
    values[between] = _through(x[nodes], heights, x[between]) + rest[between]
    return values


def _end(at: Callable[[int], float], best: int, way: int, last: int) -> int:
    """The first place looked at on one side where the sum has fallen, or the last of all."""
    reach, place = 1, best
    while True:
        place = min(max(best + way * reach, 0), last)
        fall = at(best) - at(place)
        if place in (0, last) or fall > _FALLEN:
            return place
        # it falls as a parabola does
        further = 1.05 * reach * (_FALLEN / max(fall, 1e-3)) ** 0.5
        reach = min(4 * reach, max(reach, int(further)) + 1)


def _chebyshev(low: float, high: float, number: int) -> Array:
    """Points that lie closer towards both ends, which are among them."""
    return (low + high - (high - low) * np.cos(np.pi * np.arange(number) / (number - 1))) / 2


def _through(nodes: Array, heights: Array, x: Array) -> Array:
    """The polynomial through heights at nodes, by Lagrange's formula: as x."""
    total = np.zeros(len(x))
    for i, height in enumerate(heights):
        others = np.delete(nodes, i)
        total += height * np.prod((x[:, None] - others) / (nodes[i] - others), axis=1)
    return total
