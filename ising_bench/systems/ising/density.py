"""The exact density of states g(E) of the finite lattices, as integers.

Z exp(E0 K) is a polynomial in x = exp(-4 K) whose coefficients are g(E0), g(E0 + 4), ... The closed
forms of Z (Kaufman, Phys. Rev. 76, 1232, 1949) need nothing but arithmetic and cosines of rational
angles, so they can be evaluated modulo a prime that has the roots of unity: at the points of a
number-theoretic Fourier transform, whose inverse gives g(E) modulo that prime. Enough primes give
g(E) itself by the Chinese remainder theorem. No rounding, no series, no cancellation.

With u = exp(-2 K), n = L and T_n, U_n the Chebyshev polynomials:

- periodic and antiperiodic: cosh g_l = (1 + x)^2 / (2 u (1 - x)) - cos(pi l / n);
  a, b = products over odd l < n of 2 T_n(cosh g_l) +- 2, c, d the same over even 0 < l < n times
  the two unpaired factors l = 0 and l = n, which are powers of (1 - u) / (u (1 + u)) and
  (1 + u) / (u (1 - u)); Z is a + b + c + d, or -a + b + c - d, times a common factor;
- fixed rows: half the difference of the even and the odd sector of the transfer matrix between
  fixed boundary states, each a product over momenta k of b W (A W)^(n-2) b, 2 x 2 matrices.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from math import lcm
from typing import TYPE_CHECKING

import numba
import numpy as np
from numpy.typing import NDArray

from ising_bench.checks import whole
from ising_bench.jit import compiled

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

ONE, TWO = np.uint64(1), np.uint64(2)


@numba.njit
def _mul(a, b, p):
    return a * b % p  # all residues are below 2**32


@numba.njit
def _add(a, b, p):
    return (a + b) % p


@numba.njit
def _sub(a, b, p):
    return (a + p - b) % p


@numba.njit
def _power(base, exponent, p):
    result = ONE
    while exponent > 0:
        if exponent & 1:
            result = _mul(result, base, p)
        base = _mul(base, base, p)
        exponent >>= 1
    return result


@numba.njit
def _inverse(value, p):
    return _power(value, np.int64(p) - 2, p)


@numba.njit
def _chebyshev(n, t, p):
    """T_n(t) and U_{n-1}(t), by doubling."""
    first, second = ONE, np.uint64(0)
    one_minus_square = _sub(ONE, _mul(t, t, p), p)
    for i in range(15, -1, -1):
        square, product = _mul(first, first, p), _mul(first, second, p)
        first, second = _sub(_add(square, square, p), ONE, p), _add(product, product, p)
        if (n >> i) & 1:
            first, second = (
                _sub(_mul(t, first, p), _mul(one_minus_square, second, p), p),
                _add(_mul(t, second, p), first, p),
            )
    return first, second


@numba.njit
def _wrapped(n, u, antiperiodic, cosines, p):
    """Z exp(E0 K) of the periodic or the antiperiodic lattice at exp(-2 K) = u."""
    x = _mul(u, u, p)
    minus_x, plus_x = _sub(ONE, x, p), _add(ONE, x, p)
    minus_u, plus_u = _sub(ONE, u, p), _add(ONE, u, p)
    base = _mul(_mul(plus_x, plus_x, p), _inverse(_mul(_mul(TWO, u, p), minus_x, p), p), p)
    low = _power(_mul(minus_u, _inverse(_mul(u, plus_u, p), p), p), n // 2, p)
    high = _power(_mul(plus_u, _inverse(_mul(u, minus_u, p), p), p), n // 2, p)
    low_inverse, high_inverse = _inverse(low, p), _inverse(high, p)
    a, b = ONE, ONE
    c = _mul(_add(low, low_inverse, p), _add(high, high_inverse, p), p)
    d = _mul(_sub(low, low_inverse, p), _sub(high, high_inverse, p), p)
    for i in range(1, n):
        t, _ = _chebyshev(n, _sub(base, cosines[i], p), p)
        twice = _add(t, t, p)
        if i % 2:
            a, b = _mul(a, _add(twice, TWO, p), p), _mul(b, _sub(twice, TWO, p), p)
        else:
            c, d = _mul(c, _add(twice, TWO, p), p), _mul(d, _sub(twice, TWO, p), p)
    factor = _mul(_power(minus_x, n * n // 2, p), _inverse(TWO, p), p)
    if antiperiodic:
        factor = _mul(factor, _power(u, n * n // 2 - 2 * n, p), p)
        return _mul(factor, _sub(_add(b, c, p), _add(a, d, p), p), p)
    factor = _mul(factor, _power(u, n * n // 2, p), p)
    return _mul(factor, _add(_add(a, b, p), _add(c, d, p), p), p)


@numba.njit
def _fixed_rows(n, u, cosines, p):
    """Z exp(E0 K) of the lattice with fixed rows at exp(-2 K) = u."""
    x = _mul(u, u, p)
    half, over_2u = _inverse(TWO, p), _inverse(_mul(TWO, u, p), p)
    cosh, sinh = _mul(_add(ONE, x, p), over_2u, p), _mul(_sub(ONE, x, p), over_2u, p)
    w = _mul(_add(ONE, u, p), _inverse(_sub(ONE, u, p), p), p)  # exp(2 K*), K* the dual coupling
    v = _inverse(w, p)
    even, odd = ONE, ONE
    for i in range(1, n):
        c = cosines[i]
        aw = _mul(_sub(cosh, _mul(sinh, c, p), p), w, p)  # the diagonal of A W
        av = _mul(_add(cosh, _mul(sinh, c, p), p), v, p)
        bw = _mul(_mul(_sub(ONE, c, p), half, p), w, p)  # b**2 W
        bv = _mul(_mul(_add(ONE, c, p), half, p), v, p)
        mixed = _mul(sinh, _sub(ONE, _mul(c, c, p), p), p)
        without = _add(bw, bv, p)  # b W b
        once = _add(_add(_mul(bw, aw, p), _mul(bv, av, p), p), mixed, p)  # b W A W b
        # det A W = 1, so (A W)^(n-2) = U_{n-3} A W - U_{n-4} with U of half its trace
        half_trace = _mul(_add(aw, av, p), half, p)
        t, lower = _chebyshev(n - 3, half_trace, p)
        upper = _add(_mul(half_trace, lower, p), t, p)
        value = _sub(_mul(upper, once, p), _mul(lower, without, p), p)
        if i % 2:
            even = _mul(even, value, p)
        else:
            odd = _mul(odd, value, p)
    odd = _mul(odd, _power(_inverse(u, p), n - 2, p), p)  # the momenta 0 and pi
    factor = _mul(_power(_sub(ONE, x, p), n * (n - 1) // 2, p), half, p)
    factor = _mul(factor, _power(u, n * n // 2 - 2 * n, p), p)
    return _mul(factor, _sub(even, odd, p), p)


@numba.njit
def _fourier(values, root, p):
    """Sum over j of values[j] root**(j k) for each k, in place; root has order len(values), a
    power of two (Cooley and Tukey, decimation in time)."""
    n = len(values)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j ^= bit
        if i < j:
            values[i], values[j] = values[j], values[i]
    length = 2
    while length <= n:
        step = _power(root, n // length, p)
        for start in range(0, n, length):
            twiddle = ONE
            for k in range(start, start + length // 2):
                even, odd = values[k], _mul(values[k + length // 2], twiddle, p)
                values[k], values[k + length // 2] = _add(even, odd, p), _sub(even, odd, p)
                twiddle = _mul(twiddle, step, p)
        length *= 2


@compiled()
def _residues(n, kind, points, generator, p):
    """g(E0 + 4 k) modulo p for k = 0 ... points - 1. kind: see `kind_of`."""
    order = (np.int64(p) - 1) // (2 * n)
    zeta = _power(generator, order, p)
    cosines = np.empty(n + 1, np.uint64)
    half = _inverse(TWO, p)
    for i in range(n + 1):
        z = _power(zeta, i, p)
        cosines[i] = _mul(_add(z, _inverse(z, p), p), half, p)
    theta = _power(generator, (np.int64(p) - 1) // (2 * points), p)
    values = np.empty(points, np.uint64)
    u = generator  # outside the group of theta, so no denominator vanishes
    for j in range(points):
        if kind == 0:
            values[j] = _fixed_rows(n, u, cosines, p)
        else:
            values[j] = _wrapped(n, u, kind == -1, cosines, p)
        u = _mul(u, theta, p)
    _fourier(values, _inverse(_mul(theta, theta, p), p), p)
    scale = _inverse(np.uint64(points), p)
    shrink = _inverse(_mul(generator, generator, p), p)
    for k in range(points):
        values[k] = _mul(values[k], scale, p)
        scale = _mul(scale, shrink, p)
    return values


def kind_of(system: "Ising") -> int:
    """Which closed form holds: 1 periodic, -1 antiperiodic in both directions, 0 fixed rows. On an
    even lattice an antiferromagnet is the ferromagnet with one sublattice turned over. Raises
    ValueError for other boundary conditions."""
    wraps = {(1, 1): 1, (-1, -1): -1, (1, 0): 0}
    if (system.column_wrap, system.row_wrap) not in wraps:
        raise ValueError(f"no exact values for the boundary conditions of {system.name}")
    return wraps[system.column_wrap, system.row_wrap]


def density_of_states(
    kind: int, size: int, progress: Callable[[int], object] | None = None
) -> list[int]:
    """The exact numbers of configurations at E0, E0 + 4, E0 + 8, ... of the L x L lattice.

    kind: see `kind_of`; size: even, 4 to 128. L = 100 takes some 20 s on two cores. progress is
    called with the number of primes just done, `len(primes(size))` in all. Raises ValueError for
    another size.
    """
    moduli = primes(size)
    rows = []
    with ThreadPoolExecutor() as pool:
        for row in pool.map(partial(residues, kind, size), moduli):
            rows.append(row)
            if progress is not None:
                progress(1)
    return _combine(moduli, np.array(rows))


def residues(kind: int, size: int, p: int) -> NDArray[np.uint64]:
    """The density of states modulo one of `primes(size)`: (L*L + 1,). Raises ValueError for another
    number or size."""
    if not 2 < p < 2**32 or (p - 1) % _step(size) or not _is_prime(p):
        raise ValueError(f"{p} is none of the primes for L = {size}")
    generator = np.uint64(_generator(p))
    coefficients = _residues(size, kind, _points(size), generator, np.uint64(p))
    return coefficients[: size * size + 1]


def _points(size: int) -> int:
    return 1 << (size * size).bit_length()


def primes(size: int) -> list[int]:
    """Primes below 2**32 that have the roots of unity, whose product exceeds 2**(L*L). Raises
    ValueError for a size that is not even and from 4 to 128."""
    step = _step(size)
    largest = (2**32 - 2) // step * step + 1
    candidates = (p for p in count(largest, -step) if _is_prime(p))
    moduli, bits = [], 0.0
    while bits <= size * size:
        moduli.append(next(candidates))
        bits += np.log2(moduli[-1])
    return moduli


def _step(size: int) -> int:
    """What p - 1 must be a multiple of."""
    if whole("lattice size", size, 4, 128) % 2:
        raise ValueError(f"lattice size is {size}, not an even number")
    return lcm(2 * _points(size), 2 * size)


def _is_prime(p: int) -> bool:
    """Miller and Rabin's test; these bases decide every number below 3 215 031 751 ... 2**32."""
    twos = ((p - 1) & (1 - p)).bit_length() - 1
    for base in (2, 3, 5, 7, 11):
        x = pow(base, (p - 1) >> twos, p)
        if x not in (1, p - 1) and not any((x := x * x % p) == p - 1 for _ in range(twos - 1)):
            return False
    return True


def _generator(p: int) -> int:
    """The least generator of the multiplicative group modulo p."""
    factors, rest, q = [], p - 1, 2
    while rest > 1:
        if rest % q == 0:
            factors.append(q)
            while rest % q == 0:
                rest //= q
        q += 1
    return next(g for g in count(2) if all(pow(g, (p - 1) // f, p) != 1 for f in factors))


def _combine(moduli: list[int], residues: NDArray[np.uint64]) -> list[int]:
    """The integers below the product of the moduli with these residues, (primes, n)."""
    total = 1
    values = [0] * residues.shape[1]
    for p, row in zip(moduli, residues, strict=True):
        inverse = pow(total, -1, p)
        values = [
            v + total * ((int(r) - v) * inverse % p) for v, r in zip(values, row, strict=True)
        ]
        total *= p
    return values
