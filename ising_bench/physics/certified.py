"""A density of states that was measured: what of it is shipped, and the statistic made of that.

Shipped are ln g at each energy from the ground state up, and by how much it differs without each
block of the samples, to the three digits that an error needs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.chains import GROUND, Chain
from ising_bench.ndarrays import Array
from ising_bench.physics.multihistogram import Density, Series
from ising_bench.physics.thermal import Thermal, logarithms
from ising_bench.shipped import Table
from ising_bench.simulation.series import energy_series
from ising_bench.system import System
from ising_bench.tasks import Grid

# Temperatures in steps of a grid that has T_c near 226.92: the paper's, and hotter ones up to where
# every change is accepted, so that the sum rule over all levels can be checked.
LADDER = range(1, 401)
HOTTER = (420, 445, 475, 510, 550, 600, 670, 760, 900, 1150, 1600, 2600, 6000, 10**12)
# SHA-256 of the ASCII text "ising-bench density of states", so that nobody chose it
ENTROPY = "a0d50dde3dc2eda4f25b817e0afa1088077e28c3e24c2f521806159d84bf6075"
SAMPLES = 20_000  # of each chain
STRIDE = 10  # sweeps between them
BURN = 20_000  # sweeps before them
SIZE = 100  # that is measured
COMPUTED = (2, 4)  # sizes that are computed, exactly, when asked for


@dataclass(frozen=True)
class Length:
    """Of a chain: sweeps before its samples, how many of these, and sweeps between them."""

    burn: int
    samples: int
    stride: int


@dataclass(frozen=True)
class Extent:
    """What is known of the energies of a finite lattice, in energy units.

    lowest: of the ground state. impossible: excess energies, among the next, that no configuration
    has. mean, variance: of the energy at infinite temperature. unit: in J.
    """

    lowest: int
    impossible: tuple[int, ...]
    mean: float
    variance: float
    unit: float = 1.0

    @property
    def highest(self) -> int:
        """Where the levels end: fifteen standard deviations above the mean at infinite temperature,
        which no image ever has."""
        return int(self.mean + 15 * self.variance**0.5)


def metropolis_series(
    system: System,
    size: int,
    temperatures: Sequence[Fraction],
    start: str = GROUND,
    progress: Callable[[int], object] | None = None,
    length: Length | None = None,
) -> list[Series]:
    """A long Metropolis chain at each temperature above 0, from that start."""
    chosen = Length(BURN, SAMPLES, STRIDE) if length is None else length
    name, burn = f"density {system.name}", chosen.burn
    chains = [
        Chain(ENTROPY, name, start, i, system, size, _grid(t), 1, 0, burn, start)
        for i, t in enumerate(temperatures)
    ]
    found = energy_series(chains, chosen.samples, chosen.stride, progress)
    return [Series(float(1 / t), energies) for t, energies in zip(temperatures, found, strict=True)]


def _grid(temperature: Fraction) -> Grid:
    return Grid("temperature", "J/k_B", temperature, 1, "one of a long chain")


def tables(measured: Density, lowest: int, log_ground_states: float) -> tuple[Array, Array]:
    """What is shipped, (levels,) float64 and (BLOCKS, levels) float16, normalised by the ground
    states. Raises ValueError where the lowest energy was not seen."""
    if measured.lowest != lowest:
        raise ValueError(f"the lowest energy seen is {measured.lowest}, not {lowest}")
    log_density = measured.log_density + (log_ground_states - measured.log_density[0])
    without = measured.without_block + (log_ground_states - measured.without_block[:, :1])
    with np.errstate(invalid="ignore"):  # where neither has seen anything
        differences = without - log_density
    differences[np.isneginf(without)] = -np.inf
    return np.round(log_density, 6), differences.astype(np.float16)


def thermal(
    name: str,
    energy_of: Callable[[ArrayLike], NDArray[np.int64]],
    extent: Extent,
    log_density: Array,
    differences: Array,
) -> Thermal:
    """The certified statistic of what `tables` made."""
    levels = np.arange(extent.lowest, extent.highest + 1)

    def of(numbers: Array, replicas: tuple[Thermal, ...] = ()) -> Thermal:
        whole = _completed(numbers, extent)
        return Thermal(name, energy_of, levels, whole, extent.unit, "certified", replicas)

    return of(log_density, tuple(of(log_density + row) for row in differences.astype(float)))


def known(
    system: System, size: int, shipped: Callable[[], Thermal], states: Callable[[], list[int]]
) -> Thermal:
    """The statistic of a system: certified for L = 100, as shipped; exact for 2 and 4, from its
    numbers of states at the ground energy and each whole one above. Raises ValueError for other
    sizes."""
    if size == SIZE:
        return shipped()
    if size not in COMPUTED:
        raise ValueError(
            f"the density of states of {system.name} is not known for L = {size}: it is for "
            f"{SIZE}, and for {' and '.join(map(str, COMPUTED))}"
        )
    density = logarithms(states())
    levels = system.ground_energy(size) + np.arange(len(density))
    return Thermal(f"{system.name} with L = {size}", system.energy, levels, density)


def _completed(log_density: Array, extent: Extent) -> Array:
    """At every level, where no chain was too: between two levels that were seen on a straight line,
    above the highest on the parabola of infinite temperature. No temperature gives such levels a
    weight that any number here would show, but an image may have one."""
    whole = np.full(extent.highest - extent.lowest + 1, -np.inf)
    seen = np.flatnonzero(np.isfinite(log_density))
    top = seen[-1]
    whole[: top + 1] = np.interp(np.arange(top + 1), seen, log_density[seen])
    whole[list(extent.impossible)] = -np.inf
    x = np.arange(extent.lowest + top, extent.highest + 1) - extent.mean
    whole[top:] = log_density[top] - (x**2 - x[0] ** 2) / (2 * extent.variance)
    return whole


def tables_of(
    folder: Path, name: str, measure: Callable[[], tuple[Array, Array]]
) -> tuple[Table, Table]:
    """The two files of a name, both from one measurement, which is to be remembered."""
    density, blocks = folder / f"{name}.npy", folder / f"{name}_blocks.npy"
    return (
        Table(density, lambda: measure()[0], tolerance=1e-5),
        Table(blocks, lambda: measure()[1], tolerance=2e-3),
    )


def load(folder: Path, name: str) -> tuple[Array, Array]:
    """The two files of a name."""
    return np.load(folder / f"{name}.npy"), np.load(folder / f"{name}_blocks.npy")
