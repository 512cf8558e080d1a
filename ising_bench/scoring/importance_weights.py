"""What a sampler's own probabilities say, where it tells that of each lattice it drew, as neural
ones do.

With q(s) the probability of a drawn lattice, exp(-E/T) / q has the mean Z: an estimate of ln Z,
which is known, and the weights of the lattices as a sample of the Boltzmann distribution. The
divergence of q from that needs ln Z too: it is known nowhere else.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ising_bench.checks import reals, shaped
from ising_bench.errors import IsingBenchError
from ising_bench.ndarrays import Spins
from ising_bench.releases.release import Config
from ising_bench.scoring.sampler import thermal_statistic


@dataclass(frozen=True)
class Weights:
    """log_partition: the estimate of ln Z, and its standard error; exact_log_partition: what it is.
    effective_share: Kish's effective sample size, (sum of w)^2 / sum of w^2, over the number of
    lattices. divergence: of q from the Boltzmann distribution, sum of q ln(q / p), in nats for the
    whole lattice, and its standard error."""

    log_partition: tuple[float, float]
    exact_log_partition: float
    effective_share: float
    divergence: tuple[float, float]


def weights(config: Config, spins: Spins, log_probabilities: ArrayLike) -> Weights:
    """Of lattices (n, L, L) at the one temperature of the config (`sampler.config_of`), with the
    natural logarithms of their probabilities, (n,).

    Raises IsingBenchError for what is none, or at a temperature of 0.
    """
    try:
        log_q = reals("log-probabilities", log_probabilities)
        shaped("log-probabilities", log_q, len(spins))
    except ValueError as error:
        raise IsingBenchError(str(error)) from None
    if (log_q > 0).any():
        raise IsingBenchError(f"log-probability {log_q.max():g} is above 0")
    t = config.task.grid.value(0)
    if t == 0:
        raise IsingBenchError("at a temperature of 0 weights say nothing")
    log_w = -config.system.energy_unit * config.system.energy(spins) / t - log_q
    highest = log_w.max()
    w = np.exp(log_w - highest)
    exact = float(thermal_statistic(config).log_partition(t))
    return Weights(
        log_partition=(
            float(highest + np.log(w.mean())),
            float(w.std(ddof=1) / w.mean() / sqrt(len(w))),
        ),
        exact_log_partition=exact,
        effective_share=float(w.sum() ** 2 / (w**2).sum() / len(w)),
        divergence=(float(exact - log_w.mean()), float(log_w.std(ddof=1) / sqrt(len(w)))),
    )
