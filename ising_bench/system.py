"""What a system supplies. Everything else in the package knows systems by this alone.

A family of systems is one folder of `systems/`, its systems final, frozen dataclasses of a few
numbers, so that they compare and cache by value. CONTRIBUTING.md says how one is added;
`tests/systems/test_contract.py` holds every one of them to what is said here.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.ndarrays import Array, Observed, Spins
from ising_bench.symbols import Symbols

if TYPE_CHECKING:
    from ising_bench.chains import Chain
    from ising_bench.rows import Rows

REFERENCE, CPU = "reference", "cpu"  # kernels that every system has
NOTHING: Observed = MappingProxyType({})


@dataclass(frozen=True)
class Finding:
    """One test of rows against the physics: of which config and part, its p-value, and what was
    seen."""

    config: str
    part: str
    test: str
    p: float
    seen: str


class Kernel(Protocol):
    """An implementation of a system's update. All kernels of a system give the same images: those
    of its `reference`, plain loops that define what a sweep is and how it uses its random words.

    A state is whatever the kernel keeps of some chains: packed words, worldlines, memory of a
    device.
    """

    def begin(self, chains: Sequence["Chain"], spins: Spins | None = None) -> Any:
        """The state of chains of one system and size before their first sweep: starts and random
        streams, all from their keys; or of such that start from these images, (n, L, L)."""

    def advance(self, state: Any, sweeps: NDArray[np.int64]) -> None:
        """So many more sweeps of each chain, (n,), in place. The random streams go on."""

    def images(self, state: Any) -> Spins:
        """The present image of each chain: (n, L, L)."""

    def observables(self, state: Any) -> Observed:
        """Of each chain at present, (n,): `energy`, that of its image, in energy units, and those
        that the system calls `hidden`."""


class Statistic(ABC):
    """What an image tells of its point on the grid, as a whole number, and the distribution of that
    number.

    quantity: what it counts, in a word. levels: the values it can take, ascending. certainty:
    `exact`; `certified`, measured, with an error of what follows that `replicas` tell; or `upper
    bound`, where an image tells no more than this, and perhaps less. replicas: the same without
    each block of the measurement in turn, so that anything computed from each has the jackknife's
    error; empty unless certified.
    """

    quantity: ClassVar[str]
    levels: NDArray[np.int64]
    certainty: Literal["exact", "certified", "upper bound"]
    replicas: "tuple[Statistic, ...]"

    @abstractmethod
    def of(self, spins: Spins, hidden: Observed = NOTHING) -> NDArray[np.int64]:
        """The index among the levels of each image (..., L, L): (...), given what its system calls
        `hidden`, (...) each. Raises ValueError for what is no image of the system."""

    @abstractmethod
    def log_probability(self, values: ArrayLike) -> Array:
        """ln P(level | parameter) at values (...) of the parameter: (..., levels). Raises
        ValueError for a value that it cannot have."""

    @abstractmethod
    def pull(self, value: float) -> float:
        """By how much a level that is higher by one raises the derivative of ln P(level |
        parameter) by the parameter, at one of its values; 0 where that is at its end."""

    @abstractmethod
    def log_likelihood(self, spins: Spins, values: Array) -> Array:
        """ln P(image | parameter) of images (n, L, L) at ascending values (m,) of the parameter, up
        to what depends on the image alone: (n, m); -inf where it is some 30 or more below the
        highest. Raises as both."""

    @abstractmethod
    def exact(self, value: float, size: int) -> Any:
        """What is known of the L x L lattice at a value of the parameter, as a record of numbers.
        Raises IsingBenchError for a value that it cannot have."""


class System(ABC):
    """A model on the L x L square lattice."""

    name: str

    @property
    @abstractmethod
    def parameter(self) -> str:
        """What its images are to tell of: `temperature`, or `field`."""

    @property
    @abstractmethod
    def symbols(self) -> Symbols:
        """What a site of its images holds."""

    @property
    @abstractmethod
    def hidden(self) -> Mapping[str, str]:
        """Observables that an image does not show, each a column of the table, by name: its NumPy
        type. Empty where the image is all there is."""

    @property
    @abstractmethod
    def isotropic(self) -> bool:
        """Whether rows and columns are alike, but for bonds along a boundary."""

    @property
    @abstractmethod
    def sizes(self) -> range:
        """L for which it can be simulated."""

    @property
    @abstractmethod
    def energy_unit(self) -> float:
        """Energies are whole multiples of it, in |J|."""

    @abstractmethod
    def ordered_below(self, size: int) -> float:
        """The parameter below which an L x L lattice in equilibrium is ordered (`order` of
        `least_order` or more) but for one in some hundred thousand; 0 where there is none."""

    @property
    @abstractmethod
    def least_order(self) -> float:
        """`order` below which a lattice that ought to be ordered holds a wall that nothing forces:
        that of one in which seven sites of ten are on the larger side of it."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, str]:
        """What sets it apart within its family, such as couplings and boundaries: a row of a table
        that has the names as its head."""

    @property
    @abstractmethod
    def card(self) -> str:
        """The family's part of a dataset's card, Markdown: the Hamiltonian, units, what is
        exact."""

    @abstractmethod
    def column_words(self, size: int) -> dict[str, str]:
        """What the columns `image`, `spins`, `energy`, `magnetization` and those of `hidden` hold
        of the L x L lattice, in words for the card. Those of `image` end in a semicolon and the
        legend of its colours, which stands over pictures."""

    @abstractmethod
    def energy(self, spins: ArrayLike) -> NDArray[np.int64]:
        """Total energy of each image (..., L, L), in energy units: (...). Raises ValueError for
        what is no image of the system."""

    @abstractmethod
    def ground_energy(self, size: int) -> int:
        """The lowest total energy of the L x L lattice, in energy units. Raises ValueError for a
        size that it cannot have."""

    @abstractmethod
    def magnetization(self, spins: ArrayLike) -> Array:
        """Magnetization per site of each image (..., L, L), as the field defines it: (...). Raises
        as `energy`."""

    @abstractmethod
    def order(self, spins: ArrayLike) -> Array:
        """The order parameter of each image (..., L, L), 0 where there is no order, 1 where it is
        perfect: (...). Raises as `energy`."""

    @abstractmethod
    def fixed(self, size: int) -> Spins | None:
        """Sites that never move, (L, L), as what they hold, which is never 0, and 0 elsewhere;
        None where all move."""

    @abstractmethod
    def kernels(self) -> dict[str, Kernel]:
        """By name: `reference`, `cpu`, and what else there is on this machine."""

    def is_at_hand(self, size: int) -> bool:
        """Whether the statistic of the L x L lattice, where it is known, is there within a second:
        it may take minutes otherwise."""
        return size in self.sizes

    @abstractmethod
    def statistic(self, size: int) -> Statistic:
        """What an image of the L x L lattice tells of its parameter. Raises ValueError for a size
        at which that is not known."""

    def exact(self, value: float, size: int) -> Any:
        """What is known of the L x L lattice at a value of the parameter, as a record of numbers:
        what `ising-bench exact` prints. Raises IsingBenchError for a value that it cannot have,
        ValueError for a size at which nothing is known."""
        return self.statistic(size).exact(value, size)

    @abstractmethod
    def checks(self, rows: "Rows") -> list[Finding]:
        """Tests of rows in equilibrium beyond that of their statistic: symmetries, order, walls."""
