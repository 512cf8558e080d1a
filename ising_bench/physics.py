"""Is the data in equilibrium? Tests of lattices against the exact physics, each row given its own
temperature.

For each class the energies are held against P(E | T) of the finite lattice in mean (score test: the
most sensitive one to a wrong temperature), dispersion and shape (randomised quantiles); for each
config the places of unsatisfied bonds are held against translation, the magnetization against its
symmetry, and low temperatures against stripes. Holm's procedure over all of them keeps the chance
of a single false alarm at one in a thousand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from ising_bench import exact
from ising_bench.autocorrelation import order_parameter
from ising_bench.keys import key, words
from ising_bench.regions import REGIONS
from ising_bench.significance import coin_p, two_sided_p, uniform_p
from ising_bench.systems import Spins, System, magnetization, sublattice_signs

Array = NDArray[np.floating]

LEVEL = 1e-3  # chance that any of the tests fails on honest data
_ORDERED_BELOW = 212  # hundredths; there every equilibrium lattice is ordered
_DISORDER = 0.4  # order parameter below which a cold lattice holds a stripe


@dataclass(frozen=True)
class Finding:
    """One test: of what, its p-value, and what was seen."""

    config: str
    part: str
    test: str
    p: float
    seen: str


@dataclass(frozen=True)
class Lattices:
    """Rows to be tested: spins (n, L, L), temperatures in hundredths (n,), labels (n,), and ids,
    from which the randomiser of the quantiles comes."""

    config: str
    system: System
    spins: Spins
    hundredths: NDArray[np.int64]
    labels: NDArray[np.int64]
    sample_ids: list[str]


def findings(rows: Lattices) -> list[Finding]:
    """All tests of one config."""
    energy = rows.system.energy(rows.spins).astype(float)
    found = [_levels(rows, energy)]
    if found[0].p == 0:
        return found  # not energies of this system: nothing else can be asked
    for label, region in enumerate(REGIONS):
        mine = rows.labels == label
        if mine.any():
            found += _energy_tests(rows, energy, mine, region.name)
    found += [_bonds(rows), _sign(rows)]
    cold = rows.hundredths < _ORDERED_BELOW
    if cold.any():
        found.append(_stripes(rows, cold))
    return found


def rejected(found: Iterable[Finding], level: float = LEVEL) -> list[Finding]:
    """What Holm's procedure (Scand. J. Stat. 6, 65, 1979) rejects, smallest p first."""
    ordered = sorted(found, key=lambda finding: finding.p)
    for i, finding in enumerate(ordered):
        if finding.p > level / (len(ordered) - i):
            return ordered[:i]
    return ordered


def _levels(rows: Lattices, energy: Array) -> Finding:
    """Every energy is E0 modulo 4, and one that some configuration has."""
    excess = energy - rows.system.ground_energy(rows.spins.shape[-1])
    level = (excess // 4).astype(np.int64)
    inside = (excess % 4 == 0) & (level >= 0) & (level <= rows.spins.shape[-1] ** 2)
    allowed = inside & np.isfinite(exact.log_density(rows.system)[np.where(inside, level, 0)])
    wrong = int((~allowed).sum())
    return Finding(rows.config, "all", "energy levels", float(wrong == 0), f"{wrong} impossible")


def _score(levels: Array, weights: Array, temperature: float) -> Array:
    """The derivative of ln P(E | T) by T: the most powerful term against a shifted temperature."""
    return (levels - weights @ levels) / temperature**2 if temperature else np.zeros_like(levels)


def _dispersion(levels: Array, weights: Array, _: float) -> Array:
    squares = (levels - weights @ levels) ** 2
    # one level spacing more, or single excitations at very low temperature would rule the sum
    return squares / (weights @ squares + 16)


def _energy_tests(
    rows: Lattices, energy: Array, mine: NDArray[np.bool], part: str
) -> list[Finding]:
    system, hundredths, e = rows.system, rows.hundredths[mine], energy[mine]
    ids = [sample_id for sample_id, is_mine in zip(rows.sample_ids, mine, strict=True) if is_mine]
    t = hundredths / 100
    excess = e - exact.energy(system, t)
    variance = exact.energy_variance(system, t)
    quantiles = _randomised_quantiles(system, hundredths, e, ids)
    tests = [
        (
            "mean energy",
            two_sided_p(system, hundredths, e, _score),
            f"{excess.mean() / rows.spins[0].size:+.5f} per site from exact",
        ),
        (
            "dispersion",
            two_sided_p(system, hundredths, e, _dispersion),
            f"{(excess**2).sum() / variance.sum():.3f} of the exact variance",
        ),
        ("shape", uniform_p(quantiles), f"mean quantile {quantiles.mean():.3f}"),
    ]
    return [Finding(rows.config, part, test, p, seen) for test, p, seen in tests]


def _randomised_quantiles(
    system: System, hundredths: NDArray[np.int64], energy: Array, sample_ids: list[str]
) -> Array:
    """P(E' < E | T) + r P(E | T), uniform on honest data though most of a class may share a level.

    r is a uniform number that follows from the row's id, so the test gives the same answer always.
    """
    weights = exact.energy_distribution(system, hundredths / 100)
    index = np.rint((energy - system.ground_energy(exact.SHIPPED_SIZE)) / 4).astype(np.int64)
    here = weights[np.arange(len(index)), index]
    below = weights.cumsum(1)[np.arange(len(index)), index] - here
    random = [int(words(key(i, "", "", 0, "quantile"), 1)[0]) / 2.0**64 for i in sample_ids]
    return np.clip(below + np.array(random) * here, 0, 1)


def _bonds(rows: Lattices) -> Finding:
    """Each bond's count of unsatisfied images against the mean over its translations: along the
    rows, and along the columns too unless rows are fixed. A seam with a wrong sign stands out."""
    system, s = rows.system, rows.spins
    right, below = np.roll(s, -1, axis=2), np.roll(s, -1, axis=1)
    right[:, :, -1] *= system.column_wrap
    below[:, -1] *= system.row_wrap  # 0 where there is no bond: then it counts as satisfied
    largest, place = 0.0, ""
    axes = (2,) if system.has_fixed_rows else (1, 2)
    bonds = 0
    for name, neighbour in (("right", right), ("below", below)):
        unsatisfied = system.coupling * s * neighbour < 0
        share = unsatisfied.mean(axes, keepdims=True)
        variance = (share * (1 - share)).sum(0)
        excess = unsatisfied.sum(0) - share.sum(0)
        z = np.divide(
            np.abs(excess),
            np.sqrt(variance),
            out=np.zeros(s.shape[1:]),
            where=np.broadcast_to(variance > 1, s.shape[1:]),
        )
        bonds += int((z > 0).sum())
        if z.max() > largest:
            largest = float(z.max())
            row, column = np.unravel_index(z.argmax(), z.shape)
            place = f"site ({row}, {column}) and the one {name}"
    p = min(1.0, bonds * erfc(largest / sqrt(2)))
    return Finding(rows.config, "all", "bond map", p, f"largest |z| {largest:.2f}, {place}")


def _sign(rows: Lattices) -> Finding:
    """The (staggered) magnetization is as often positive as negative."""
    m = magnetization(rows.spins * sublattice_signs(rows.spins.shape[-1]))
    if rows.system.coupling == 1:
        m = magnetization(rows.spins)
    positive, signed = int((m > 0).sum()), int((m != 0).sum())
    seen = f"{positive} of {signed} positive"
    return Finding(rows.config, "all", "sign of m", coin_p(positive, signed), seen)


def _stripes(rows: Lattices, cold: NDArray[np.bool]) -> Finding:
    """Well below T_c no equilibrium lattice has more walls than its boundaries force: a stripe
    brings the order parameter near zero, which has no measurable probability."""
    order = order_parameter(rows.system, rows.spins[cold])
    striped = int((order < _DISORDER).sum())
    seen = f"{striped} of {len(order)} cold lattices, least order {order.min():.3f}"
    return Finding(rows.config, "cold", "stripes", float(striped == 0), seen)
