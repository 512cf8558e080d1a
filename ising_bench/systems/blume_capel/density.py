"""The exact density of states of small tori, as integers."""

from ising_bench.physics import transfer
from ising_bench.physics.transfer import Model


def density_of_states(rows: int, columns: int) -> list[int]:
    """Configurations of the rows x columns torus with energy -N, -N + 1, ... up to 3 N, N being the
    number of sites, at D = 1. Sides of 2 have double bonds. rows and columns: 2 or more, and small:
    4 x 4 takes a second."""
    sites = rows * columns
    model = Model(
        choices=lambda _: [(0, 1), (1, 1), (-1, 1)],
        bond=lambda one, other: 1 - one * other,
        own=lambda spin: spin * spin,
    )
    return transfer.density_of_states(model, rows, columns, 5 * sites)[sites:]
