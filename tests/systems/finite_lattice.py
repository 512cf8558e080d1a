"""Exact partition functions of the finite lattices, in arbitrary precision.

Periodic and antiperiodic: B. Kaufman, Phys. Rev. 76, 1232 (1949). Fixed rows: the transfer matrix
of the same paper between fixed boundary states, in the even and odd sectors of the fermions
(their difference turns the bottom row over).
"""

from functools import cache

import mpmath as mp

from ising_bench.systems.ising.model import Ising


def partition(system: Ising, size: int, k: mp.mpf) -> mp.mpf:
    """Z of the L x L lattice at coupling K = 1/T. The working precision must exceed what cancels:
    about 4 K L / ln 10 digits in all systems but the periodic ones."""
    if system.has_fixed_rows:
        return _fixed_rows(size, k)
    a, b, c, d = _kaufman(size, k)
    return a + b + c + d if system.column_wrap == 1 else -a + b + c - d


def _kaufman(n: int, k: mp.mpf) -> list[mp.mpf]:
    base = mp.cosh(2 * k) * mp.coth(2 * k)
    products = [mp.mpf(1)] * 4
    for i in range(2 * n):
        gamma = 2 * k + mp.log(mp.tanh(k)) if i == 0 else mp.acosh(base - mp.cos(mp.pi * i / n))
        even = 2 * (i % 2 == 0)
        products[even] *= 2 * mp.cosh(n * gamma / 2)
        products[even + 1] *= 2 * mp.sinh(n * gamma / 2)
    factor = (2 * mp.sinh(2 * k)) ** (mp.mpf(n * n) / 2) / 2
    return [factor * p for p in products]


def _fixed_rows(n: int, k: mp.mpf) -> mp.mpf:
    cosh, sinh = mp.cosh(2 * k), mp.sinh(2 * k)
    up = 1 / mp.tanh(k)  # exp(2 K*), K* the dual coupling

    def sector(momenta: list[mp.mpf]) -> mp.mpf:
        product = mp.mpf(1)
        for q in momenta:
            c, s = mp.cos(q), mp.sin(q)
            b0, b1 = mp.cos((mp.pi - q) / 2), mp.sin((mp.pi - q) / 2)
            v0, v1 = b0, b1
            for _ in range(n - 2):
                w0, w1 = up * v0, v1 / up
                v0, v1 = (
                    (cosh - sinh * c) * w0 + sinh * s * w1,
                    sinh * s * w0 + (cosh + sinh * c) * w1,
                )
            product *= b0 * up * v0 + b1 * v1 / up
        return product

    even = sector([(2 * j + 1) * mp.pi / n for j in range(n // 2)])
    odd = sector([2 * j * mp.pi / n for j in range(1, n // 2)]) * mp.exp(2 * k * (n - 2))
    return (2 * mp.sinh(2 * k)) ** (mp.mpf(n * (n - 1)) / 2) * mp.exp(2 * k * n) * (even - odd) / 2


@cache
def lowest_levels(system: Ising, size: int, levels: int) -> list[int]:
    """The exact numbers of configurations at E0, E0 + 4, E0 + 8, ...

    Z exp(E0 / T) is a polynomial in x = exp(-4/T) with these coefficients: at x = 10**-d they
    stand one after another among its digits.
    """
    digits = 40 + 12 * levels if system.column_wrap == -1 else 6 * levels
    with mp.workdps(digits * (levels + size) + 100):
        x = mp.mpf(10) ** -digits
        k = -mp.log(x) / 4
        rest = partition(system, size, k) * mp.exp(k * system.ground_energy(size))
        found = []
        for _ in range(levels):
            found.append(int(mp.nint(rest)))
            rest = (rest - found[-1]) / x
        return found


def energy_and_heat_capacity(system: Ising, size: int, temperature: str) -> tuple[float, float]:
    """U / N in |J| and C / N in k_B at a temperature above 0.5."""
    with mp.workdps(40 + 8 * size):
        k = 1 / mp.mpf(temperature)

        def log_z(k: mp.mpf) -> mp.mpf:
            return mp.log(partition(system, size, k))

        h = mp.mpf(10) ** -(mp.mp.dps // 8)  # differences lose a quarter of the digits
        below, here, above = log_z(k - h), log_z(k), log_z(k + h)
        sites = size * size
        energy = -(above - below) / (2 * h) / sites
        heat_capacity = k**2 * (above - 2 * here + below) / h**2 / sites
        return float(energy), float(heat_capacity)
