"""Exact values for a person: `ising-bench exact`."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from ising_bench.checks import reals
from ising_bench.errors import IsingBenchError
from ising_bench.physics.jackknife import standard_error

if TYPE_CHECKING:
    from ising_bench.physics.thermal import Thermal


@dataclass(frozen=True)
class Exact:
    """Thermodynamics of a finite lattice, per site, in |J| and k_B.

    log_partition_per_site: None where no double holds it, as at T = 0. What keeps its digits at low
    temperature: log_partition_above_ground, ln Z + E0 / T of the whole lattice, the logarithm of
    the number of ground states at T = 0; and energy_above_ground_per_site. certainty: whether the
    density of states is exact or was measured; then the errors are the standard errors.
    """

    size: int
    temperature: float
    certainty: str
    log_partition_per_site: float | None
    energy_per_site: float
    heat_capacity_per_site: float
    ground_energy_per_site: float
    energy_above_ground_per_site: float
    log_partition_above_ground: float
    log_partition_per_site_error: float = 0.0
    energy_per_site_error: float = 0.0
    heat_capacity_per_site_error: float = 0.0


def exact_values(thermal: "Thermal", temperature: float, size: int) -> Exact:
    """Of the L x L lattice with this density of states at a temperature in |J|/k_B. Raises
    IsingBenchError for a temperature that is negative or not finite."""
    try:
        t = float(reals("temperature", temperature, 0))
    except ValueError as error:
        raise IsingBenchError(str(error)) from None
    sites, whole_lattice = size**2, float(thermal.log_partition(t))

    def spread(name: str) -> float:
        values = [float(getattr(one, name)(t)) / sites for one in (thermal, *thermal.replicas)]
        return float(f"{standard_error(values[0], values[1:]):.2g}")

    return Exact(
        size=size,
        temperature=t,
        certainty=thermal.certainty,
        log_partition_per_site=whole_lattice / sites if isfinite(whole_lattice) else None,
        energy_per_site=float(thermal.energy(t)) / sites,
        heat_capacity_per_site=float(thermal.heat_capacity(t)) / sites,
        ground_energy_per_site=thermal.ground_energy / sites,
        energy_above_ground_per_site=float(thermal.excess_energy(t)) / sites,
        log_partition_above_ground=float(thermal.log_normalised(t)),
        log_partition_per_site_error=spread("log_normalised"),
        energy_per_site_error=spread("energy"),
        heat_capacity_per_site_error=spread("heat_capacity"),
    )
