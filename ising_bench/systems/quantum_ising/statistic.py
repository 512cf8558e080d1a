"""The number of kinks as what the worldlines tell of the field, and what an image tells of it."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import reals, wholes
from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Array, Observed, Spins
from ising_bench.system import NOTHING, Statistic
from ising_bench.systems.quantum_ising import likelihood, spectrum, worldlines
from ising_bench.systems.quantum_ising.kinks import STRONGEST, log_weights
from ising_bench.systems.quantum_ising.spectrum import log_partition, slope

_FEW = 24  # fields at which each is asked for itself


@dataclass(frozen=True)
class ExactChain:
    """The chain in equilibrium at beta J = L/2, in |J|: exact for any field.

    log_partition_per_site: ln Z/L; transverse_magnetization: <s^x>; bonds: <s^z_i s^z_i+1>, what
    the column `bonds` is on average; kinks: mean of the column, and its standard deviation.
    """

    size: int
    field: float
    beta: float
    log_partition_per_site: float
    energy_per_site: float
    transverse_magnetization: float
    bonds: float
    kinks: float
    kinks_deviation: float


@dataclass(frozen=True, eq=False)
class Kinks(Statistic):
    """Of the chain of `size` sites: 0, 2, 4, ... kinks. An image shows about half of them, so what
    follows for the worldlines is an upper bound for images."""

    size: int
    levels: NDArray[np.int64] = field(init=False, repr=False)
    quantity: ClassVar = "kinks"
    certainty: Literal["exact", "certified", "upper bound"] = "upper bound"
    replicas: tuple[Statistic, ...] = ()

    def __post_init__(self) -> None:
        levels = 2 * np.arange(len(log_weights(self.size)))
        levels.flags.writeable = False
        object.__setattr__(self, "levels", levels)

    def of(self, spins: Spins, hidden: Observed = NOTHING) -> NDArray[np.int64]:  # noqa: ARG002 - they show it
        if "kinks" not in hidden:
            raise ValueError("an image does not show all kinks of its worldlines")
        kinks = wholes("kinks", hidden["kinks"], 0, int(self.levels[-1]))
        if (kinks % 2).any():
            raise ValueError(f"{kinks[kinks % 2 == 1][0]} kinks do not close in imaginary time")
        return np.asarray(kinks // 2)

    def log_probability(self, values: ArrayLike) -> Array:
        """ln P(kinks | field) at fields (...) from 0 to STRONGEST |J|: (..., levels)."""
        fields: Array = reals("field", values, 0, STRONGEST)[..., None]
        with np.errstate(divide="ignore"):
            powers = np.multiply(
                self.levels, np.log(fields), out=np.zeros((*fields.shape[:-1], len(self.levels))),
                where=self.levels > 0,
            )  # fmt: skip
        partition = log_partition(fields[..., 0], self.size).real
        return log_weights(self.size) + powers - partition[..., None]

    def pull(self, value: float) -> float:
        return 1 / value if value else 0.0

    def log_likelihood(self, spins: Spins, values: Array) -> Array:
        found = np.empty((len(spins), len(values)))
        above = values > 0
        of_images = likelihood.on_grid if len(values) > _FEW else likelihood.log_likelihood
        if above.any():
            found[:, above] = of_images(spins, values[above])
        # without a field the spins of all sites stay as they are, and all are alike
        uniform = (spins == spins[:, :1, :1]).all((1, 2))
        found[:, ~above] = np.where(uniform, -np.log(2), -np.inf)[:, None]
        return found

    def exact(self, value: float, size: int) -> ExactChain:
        try:
            h = float(reals("field", value, 0))
        except ValueError as error:
            raise IsingBenchError(str(error)) from None
        beta = float(worldlines.beta(size))
        mean, variance = spectrum.kinks(h, size)
        bonds = slope(lambda j: log_partition(h, size, beta, j), 1.0) / (beta * size)
        along = slope(lambda x: log_partition(x, size, beta), h) / (beta * size) if h else 0.0
        return ExactChain(
            size=size,
            field=h,
            beta=beta,
            log_partition_per_site=float(log_partition(h, size).real) / size,
            energy_per_site=-bonds - h * along,
            transverse_magnetization=along,
            bonds=bonds,
            kinks=mean,
            kinks_deviation=variance**0.5,
        )
