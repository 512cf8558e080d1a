"""What is known exactly of the transition: where it is, and for q > 4 the energies of the two
phases and their weights on a finite lattice.

Temperatures in J/k_B, energies per site in J. In decimal where a release depends on it: the same on
every platform.
"""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import log, sqrt

from ising_bench.errors import IsingBenchError
from ising_bench.physics.stripes import unstriped_below
from ising_bench.simulation.thresholds import CONTEXT, integer

_ISING_CRITICAL = 2 / log(1 + sqrt(2))  # of the temperatures that `unstriped_below` gives
# Of the disordered phase of ten colours at T_c (E. Buffenoir, S. Wallon, J. Phys. A 26, 3045, 1993)
CORRELATION_LENGTH = 10.5595
_CERTAIN = 100  # exp(-100) is below 2**-64


def critical_temperature(states: int) -> float:
    """1/ln(1 + sqrt q), where the model is its own dual (R. B. Potts, Proc. Camb. Phil. Soc. 48,
    106, 1952)."""
    return 1 / log(1 + sqrt(states))


def ordered_below(states: int, size: int) -> float:
    """The temperature below which L x L lattices hold no two walls across the lattice: that of the
    Ising model relative to T_c. The more colours, the colder is that, and the rarer are walls."""
    return unstriped_below(size) / _ISING_CRITICAL * critical_temperature(states)


@cache
def latent_heat(states: int) -> Decimal:
    """u_disordered - u_ordered at T_c of the infinite lattice, q > 4.

    2 (1 + 1/sqrt q) tanh(theta/2) prod over n >= 1 of tanh(n theta)**2 with 2 cosh theta = sqrt q
    (R. J. Baxter, J. Phys. C 6, L445, 1973). Raises IsingBenchError for q of 4 or less, whose
    transition is continuous.
    """
    if states <= 4:
        raise IsingBenchError(f"q = {states} has no latent heat: its transition is continuous")
    c, q = CONTEXT, Decimal(states)
    root = c.sqrt(q)
    # exp(theta): the larger solution of x + 1/x = sqrt q
    growth = c.divide(c.add(root, c.sqrt(c.subtract(q, Decimal(4)))), Decimal(2))
    product = c.multiply(Decimal(2), c.add(Decimal(1), c.divide(Decimal(1), root)))
    product = c.multiply(product, _tanh(c.sqrt(growth)))
    n = 1
    while (factor := _tanh(c.power(growth, n))) < 1:
        product = c.multiply(product, c.multiply(factor, factor))
        n += 1
    return product


def phase_energies(states: int) -> tuple[float, float]:
    """Energies per site of the ordered and the disordered phase at T_c, q > 4: half the latent heat
    below and above -(1 + 1/sqrt q), by duality. Raises as `latent_heat`."""
    middle, half = -(1 + 1 / sqrt(states)), float(latent_heat(states)) / 2
    return middle - half, middle + half


@cache
def ordered_weight(states: int, temperature: Fraction, size: int) -> int:
    """The weight of the q ordered phases in equilibrium on the L x L lattice, times 2**64, q > 4.

    ln(Z_ordered / Z_disordered) is ln q at T_c, but for exponentially small terms (C. Borgs, R.
    Kotecky, S. Miracle-Sole, J. Stat. Phys. 62, 529, 1991), and grows by L**2 times the latent heat
    with 1/T. For L = 100 the next term, with the difference of heat capacities, moves the weight by
    less than 1e-4 where it is between the two, and lattices of two strips, which belong to neither,
    are one in a thousand. Raises as `latent_heat`.
    """
    heat = latent_heat(states)
    if temperature == 0:
        return 2**64 - 1
    c, q = CONTEXT, Decimal(states)
    numerator, denominator = temperature.as_integer_ratio()
    inverse = c.divide(Decimal(denominator), Decimal(numerator))
    colder = c.subtract(inverse, c.ln(c.add(Decimal(1), c.sqrt(q))))
    log_ratio = c.add(c.ln(q), c.multiply(c.multiply(colder, heat), Decimal(size * size)))
    if not -_CERTAIN < log_ratio < _CERTAIN:
        return 2**64 - 1 if log_ratio > 0 else 0
    return integer(c.divide(Decimal(1), c.add(Decimal(1), c.exp(c.minus(log_ratio)))))


def _tanh(growth: Decimal) -> Decimal:
    """tanh x, given exp(x)."""
    c, one, square = CONTEXT, Decimal(1), CONTEXT.multiply(growth, growth)
    return c.divide(c.subtract(square, one), c.add(square, one))
