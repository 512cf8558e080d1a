"""The exact density of states of small tori, as integers: which sites share a colour is all that
matters.

The lattice is built site by site. What is kept is how the first row and the latest L sites are
partitioned into colours, and for each such partition how many ways there are to reach it with each
number of equal bonds. A new site takes a colour that is seen there, in one way, or one of the q - m
others, m being the number of colours seen; colours that are no longer seen are among the others
(a transfer matrix in the manner of H. W. J. Bloete and M. P. Nightingale, Physica 112A, 405, 1982,
with polynomials of the energy as its entries).
"""

import numpy as np
from numpy.typing import NDArray

Partition = tuple[int, ...]


def density_of_states(states: int, rows: int, columns: int) -> list[int]:
    """Configurations of the rows x columns torus of q colours with 0, 1, 2, ... equal bonds; their
    energy is minus that number. Sides of 2 have double bonds. rows and columns: 2 or more, and
    small: with ten colours 4 x 4 takes a second or two."""
    bonds = 2 * rows * columns
    reached: dict[Partition, NDArray[np.object_]] = {(): _polynomial(bonds)}
    for row in range(rows):
        for column in range(columns):
            following: dict[Partition, NDArray[np.object_]] = {}
            for partition, ways in reached.items():
                seen = len(set(partition))
                for colour in range(seen + 1):
                    choices = 1 if colour < seen else states - seen
                    if choices <= 0:
                        continue
                    equal = _equal_bonds(partition, colour, row, column, rows, columns)
                    after = _with(partition, colour, row, columns, column)
                    total = following.setdefault(after, np.zeros(bonds + 1, object))
                    total[equal:] += choices * ways[: bonds + 1 - equal]
            reached = following
    return [int(g) for g in np.sum(list(reached.values()), axis=0)]


def _polynomial(bonds: int) -> NDArray[np.object_]:
    one = np.zeros(bonds + 1, object)
    one[0] = 1
    return one


def _equal_bonds(
    partition: Partition, colour: int, row: int, column: int, rows: int, columns: int
) -> int:
    """Equal bonds that a site of this colour closes. The partition holds the first row, then the
    latest row as far as it differs: of column c, place columns + c."""
    latest = 0 if row <= 1 else columns  # where the row above begins
    here = 0 if row == 0 else columns  # where the present row begins
    equal = 0
    if column > 0:
        equal += partition[here + column - 1] == colour
    if column == columns - 1:
        equal += partition[here] == colour
    if row > 0:
        equal += partition[latest + column] == colour
    if row == rows - 1:
        equal += partition[column] == colour
    return equal


def _with(partition: Partition, colour: int, row: int, columns: int, column: int) -> Partition:
    """With the site in its place, and the colours named in the order in which they appear."""
    place = column if row == 0 else columns + column
    places = list(partition)
    if place == len(places):
        places.append(colour)
    else:
        places[place] = colour
    names: dict[int, int] = {}
    return tuple(names.setdefault(name, len(names)) for name in places)
