"""The exact density of states of small tori, as integers."""

from ising_bench.physics import transfer
from ising_bench.physics.transfer import Frontier, Model


def density_of_states(states: int, rows: int, columns: int) -> list[int]:
    """Configurations of the rows x columns torus of q colours with 0, 1, 2, ... equal bonds; their
    energy is minus that number. Sides of 2 have double bonds. rows and columns: 2 or more, and
    small: with ten colours 4 x 4 takes a second.

    A site takes a colour that its frontier holds, in one way, or another one, in q - m ways, m
    being the number of colours there: those that only sites behind it have are among the others.
    """

    def choices(frontier: Frontier) -> list[tuple[int, int]]:
        seen = len(set(frontier))
        others = [(seen, states - seen)] if seen < states else []
        return [(colour, 1) for colour in range(seen)] + others

    model = Model(choices, bond=lambda one, other: int(one == other), named=_in_order)
    return transfer.density_of_states(model, rows, columns, 2 * rows * columns)


def _in_order(frontier: Frontier) -> Frontier:
    """With the colours named in the order in which they appear."""
    names: dict[int, int] = {}
    return tuple(names.setdefault(name, len(names)) for name in frontier)
