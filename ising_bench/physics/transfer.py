"""The exact density of states of small tori with nearest-neighbour bonds, as integers.

The lattice is built site by site. What is kept is the first row and the latest L sites, and for
each such frontier how many ways there are to reach it with each energy: a transfer matrix whose
entries are polynomials of the energy (the Potts model's in the manner of H. W. J. Bloete and M. P.
Nightingale, Physica 112A, 405, 1982: there a frontier is which of its sites share a colour).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Frontier = tuple[int, ...]


@dataclass(frozen=True)
class Model:
    """choices: what a further site may hold, given a frontier, and in how many ways each; bond: the
    energy of a bond, own: that of a site, whole numbers whose total is never negative; named: a
    frontier that stands for all that are like it."""

    choices: Callable[[Frontier], Iterable[tuple[int, int]]]
    bond: Callable[[int, int], int]
    own: Callable[[int], int] = lambda _: 0
    named: Callable[[Frontier], Frontier] = lambda frontier: frontier


def density_of_states(model: Model, rows: int, columns: int, highest: int) -> list[int]:
    """Configurations of the rows x columns torus with energy 0 to `highest`. Sides of 2 have double
    bonds. rows and columns: 2 or more, and small."""
    none = np.zeros(highest + 1, object)
    begun = none.copy()
    begun[0] = 1
    reached: dict[Frontier, NDArray[np.object_]] = {(): begun}
    for row in range(rows):
        for column in range(columns):
            following: dict[Frontier, NDArray[np.object_]] = {}
            for frontier, ways in reached.items():
                others = _neighbours(frontier, row, column, rows, columns)
                for value, number in model.choices(frontier):
                    energy = model.own(value) + sum(model.bond(value, o) for o in others)
                    after = model.named(_with(frontier, value, row, column, columns))
                    total = following.setdefault(after, none.copy())
                    total[energy:] += number * ways[: highest + 1 - energy]
            reached = following
    return [int(g) for g in np.sum(list(reached.values()), axis=0)]


def _neighbours(frontier: Frontier, row: int, column: int, rows: int, columns: int) -> list[int]:
    """At the other ends of the bonds that a site closes. A frontier holds the first row, then the
    latest row as far as it differs."""
    above = 0 if row <= 1 else columns  # where the row above begins
    here = 0 if row == 0 else columns  # where the present row begins
    others = []
    if column > 0:
        others.append(frontier[here + column - 1])
    if column == columns - 1:
        others.append(frontier[here])
    if row > 0:
        others.append(frontier[above + column])
    if row == rows - 1:
        others.append(frontier[column])
    return others


def _with(frontier: Frontier, value: int, row: int, column: int, columns: int) -> Frontier:
    place = column if row == 0 else columns + column
    return (*frontier[:place], value, *frontier[place + 1 :])
