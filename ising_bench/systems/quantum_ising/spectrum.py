"""The partition function of the chain, exactly: free fermions.

H = -J sum s^z_i s^z_i+1 - h sum s^x_i, J = 1, periodic (P. Pfeuty, Ann. Phys. 57, 79, 1970). In the
two sectors of the parity of flipped spins the fermions are antiperiodic or periodic, with energies
2 sqrt(1 + h**2 - 2 h cos k), and each sector keeps the states of one parity of their number.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Complex = NDArray[np.complex128]
_STEP = 1e-20  # of a derivative by an imaginary step, which takes no difference
_SIDE = 1e-5  # to both sides, for the derivative of a derivative


def log_partition(
    field: ArrayLike, size: int, beta: complex | None = None, bond: complex = 1.0
) -> Complex:
    """ln Z of a chain of `size` sites at fields (...) in |J|, which may be complex: (...).

    beta: of the bath, in 1/|J|, by default half of the number of sites; bond: J. Z is even in the
    field.
    """
    h = np.asarray(field, np.complex128)[..., None]
    b = size / 2 if beta is None else beta
    antiperiodic, periodic = (_products(h, size, b, bond, odd) for odd in (1, 0))
    # of the periodic fermions the states of odd number are those that are kept
    terms = [(log, factor) for log, factor in antiperiodic]
    terms += [
        (log, factor * weight) for (log, factor), weight in zip(periodic, (1, -1), strict=True)
    ]
    highest = np.max([log.real for log, _ in terms], axis=0)
    total = sum(factor * np.exp(log - highest) for log, factor in terms)
    return np.asarray(highest + np.log(total / 2))


def _products(
    h: Complex, size: int, beta: complex, bond: complex, odd: int
) -> list[tuple[Complex, NDArray[np.int64]]]:
    """The products of 2 cosh(beta e/2) and of 2 sinh(beta e/2) over momenta k, which are odd or
    even multiples of pi/N: the logarithm and a sign of each, (...).

    k and -k have the same energy. Those of 0 and pi, which stand alone, are signed: 2 (h - J) and 2
    (h + J), which is what tells the parities of the ground states apart.
    """
    pairs = np.arange(2 - odd, size, 2) * np.pi / size
    energy = np.sqrt(bond**2 + h**2 - 2 * bond * h * np.cos(pairs))  # a half of it
    alone = ([] if odd else [h - bond]) + ([h + bond] if (size - odd) % 2 == 0 else [])
    single = np.concatenate([*alone, h[..., :0]], axis=-1)
    signs = np.where(single.real < 0, -1, 1)
    cosh, sinh = (
        2 * pair.sum(-1) + one.sum(-1)
        for pair, one in zip(_logs(beta * energy), _logs(beta * signs * single), strict=True)
    )
    return [(cosh, np.ones(cosh.shape, int)), (sinh, signs.prod(-1))]


def _logs(x: Complex) -> tuple[Complex, Complex]:
    """ln(2 cosh x) and ln(2 sinh x) for a real part that is not negative."""
    small = np.exp(-2 * x)
    with np.errstate(divide="ignore"):  # at the transition one sinh is 0
        return x + np.log1p(small), x + np.log1p(-small)


def slope(of: Callable[[complex], Complex], at: float) -> float:
    """The derivative of an analytic function that is real where its argument is."""
    return float(of(at + 1j * _STEP).imag / _STEP)


def kinks(field: float, size: int, beta: float | None = None) -> tuple[float, float]:
    """Mean and variance of the number of kinks of the worldlines: the first two derivatives of ln Z
    by the logarithm of the field. 0 where the field is."""
    if field == 0:
        return 0.0, 0.0

    def mean(log_field: float) -> float:
        return slope(lambda x: log_partition(np.exp(x), size, beta), log_field)

    x = float(np.log(field))
    return mean(x), (mean(x + _SIDE) - mean(x - _SIDE)) / (2 * _SIDE)
