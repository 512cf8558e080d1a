"""ln Z, energy and heat capacity at one temperature, exactly, at sizes where the density of states
is not at hand: the closed forms of `density.py` in as many decimals as their cancellations take.

Those of lattices with walls are differences of numbers larger by up to exp(4 K L), some 1.7 L / T
digits, which must be carried. Derivatives are differences too, of three couplings so near to one
another, with so many digits, that they are right to thirty.
"""

from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, getcontext, localcontext
from math import comb, cos, log, pi
from typing import TYPE_CHECKING

from ising_bench.checks import reals
from ising_bench.errors import IsingBenchError
from ising_bench.physics.exact import Exact
from ising_bench.simulation.simulate import described
from ising_bench.systems.ising.density import kind_of

if TYPE_CHECKING:
    from ising_bench.systems.ising.model import Ising

RIGHT = 30  # digits of what comes out
NEAR = 25  # digits in which neighbouring couplings agree
MOST_DIGITS = 20_000  # some minutes at L = 1024
COLDEST = 0.005  # in |J|/k_B: below, no double tells a lattice from its ground states


def exact_at(system: "Ising", temperature: float, size: int) -> Exact:
    """What `ising-bench exact` prints, for any even L. Raises IsingBenchError for a temperature
    that is negative or not finite, or so low that too many digits would cancel, ValueError for
    boundary conditions without a closed form and for other sizes."""
    try:
        t = float(reals("temperature", temperature, 0))
    except ValueError as error:
        raise IsingBenchError(str(error)) from None
    if size not in system.sizes:
        raise ValueError(f"no exact values for L = {size}: L is {described(system.sizes)}")
    kind, sites, ground = kind_of(system), size * size, system.ground_energy(size)
    if t < COLDEST:
        scaled, excess, capacity = Decimal(ground_states(kind, size)).ln(), Decimal(0), Decimal(0)
    else:
        scaled, excess, capacity = derivatives(kind, size, t)
    return Exact(
        size=size,
        temperature=t,
        certainty="exact",
        log_partition_per_site=float(scaled - ground / Decimal(t)) / sites if t else None,
        energy_per_site=float(ground + excess) / sites,
        heat_capacity_per_site=float(capacity) / sites,
        ground_energy_per_site=ground / sites,
        energy_above_ground_per_site=float(excess) / sites,
        log_partition_above_ground=float(scaled),
    )


def ground_states(kind: int, size: int) -> int:
    """How many there are (see `starts.py`). kind: see `density.kind_of`."""
    if kind == -1:
        return 2 * size * comb(2 * size, size) - 2 * size * size
    return 2 if kind == 1 else size - 1


def derivatives(kind: int, size: int, temperature: float) -> tuple[Decimal, Decimal, Decimal]:
    """ln(Z exp(E0 K)), U - E0 and C of the lattice. Raises IsingBenchError where that takes more
    than MOST_DIGITS digits."""
    coupling = 1 / temperature
    cancelling = 0 if kind == 1 else 4 * coupling * size / log(10)
    digits = int(cancelling + 8 * coupling / log(10)) + RIGHT + 3 * NEAR
    if digits > MOST_DIGITS:
        raise IsingBenchError(
            f"exact values of L = {size} with walls at a temperature of {temperature:g} take "
            f"{digits} digits; they are computed with up to {MOST_DIGITS}: from "
            f"{4 * size / log(10) / MOST_DIGITS:.2g} up"
        )
    with localcontext(Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        k = 1 / Decimal(temperature)
        step = k.scaleb(-NEAR)
        cosines = _cosines(size)
        low, middle, high = (
            _scaled(kind, size, (-2 * at).exp(), cosines).ln() for at in (k - step, k, k + step)
        )
        first, second = (high - low) / (2 * step), (high - 2 * middle + low) / (step * step)
        return middle, -first, k * k * second


def _scaled(kind: int, size: int, u: Decimal, cosines: Sequence[Decimal]) -> Decimal:
    """Z exp(E0 K) at exp(-2 K) = u. cosines: of pi l / L for l = 0 ... L."""
    if kind == 0:
        return _fixed_rows(size, u, cosines)
    return _wrapped(size, u, kind == -1, cosines)


def _wrapped(n: int, u: Decimal, antiperiodic: bool, cosines: Sequence[Decimal]) -> Decimal:
    x = u * u
    base = (1 + x) * (1 + x) / (2 * u * (1 - x))
    low = ((1 - u) / (u * (1 + u))) ** (n // 2)
    high = ((1 + u) / (u * (1 - u))) ** (n // 2)
    a = b = Decimal(1)
    c, d = (low + 1 / low) * (high + 1 / high), (low - 1 / low) * (high - 1 / high)
    for i in range(1, n):
        twice = 2 * _chebyshev(n, base - cosines[i])[0]
        if i % 2:
            a, b = a * (twice + 2), b * (twice - 2)
        else:
            c, d = c * (twice + 2), d * (twice - 2)
    if antiperiodic:
        return (1 - x) ** (n * n // 2) * u ** (n * n // 2 - 2 * n) * (b + c - a - d) / 2
    return (1 - x) ** (n * n // 2) * u ** (n * n // 2) * (a + b + c + d) / 2


def _fixed_rows(n: int, u: Decimal, cosines: Sequence[Decimal]) -> Decimal:
    x = u * u
    cosh, sinh = (1 + x) / (2 * u), (1 - x) / (2 * u)
    w = (1 + u) / (1 - u)  # exp(2 K*), K* the dual coupling
    even = odd = Decimal(1)
    for i in range(1, n):
        c = cosines[i]
        aw, av = (cosh - sinh * c) * w, (cosh + sinh * c) / w  # the diagonal of A W
        bw, bv = (1 - c) * w / 2, (1 + c) / (2 * w)  # b**2 W
        once = bw * aw + bv * av + sinh * (1 - c * c)  # b W A W b
        half_trace = (aw + av) / 2
        t, lower = _chebyshev(n - 3, half_trace)
        value = (half_trace * lower + t) * once - lower * (bw + bv)
        if i % 2:
            even *= value
        else:
            odd *= value
    odd *= u ** (2 - n)  # the momenta 0 and pi
    return (1 - x) ** (n * (n - 1) // 2) * u ** (n * n // 2 - 2 * n) * (even - odd) / 2


def _chebyshev(n: int, t: Decimal) -> tuple[Decimal, Decimal]:
    """T_n(t) and U_{n-1}(t), by doubling."""
    first, second = Decimal(1), Decimal(0)
    rest = 1 - t * t
    for digit in f"{n:b}":
        first, second = 2 * first * first - 1, 2 * first * second
        if digit == "1":
            first, second = t * first - rest * second, t * second + first
    return first, second


def _cosines(n: int) -> list[Decimal]:
    """Of pi l / n for l = 0 ... n, to the precision of the context: cos(pi / 2n) is a zero of T_n,
    where Newton doubles the digits."""
    c = Decimal(cos(pi / (2 * n)))
    for _ in range(getcontext().prec.bit_length()):
        t, u = _chebyshev(n, c)
        c -= t / (n * u)
    found = [Decimal(1), 2 * c * c - 1]
    while len(found) <= n:
        found.append(2 * found[1] * found[-1] - found[-2])
    return found
