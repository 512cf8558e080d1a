"""Variants: a config of a release at another size, after other sweeps, at values of one's own or
with other classes.

Only generated sets have them. What a variant's images follow from is its config's name, what it
varies, and the entropy, so a set says all of it (`manifest.ConfigRecord`).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise

from ising_bench.errors import IsingBenchError
from ising_bench.releases.cut import check_points, cut
from ising_bench.releases.release import Config, Protocol
from ising_bench.simulation.simulate import described
from ising_bench.tasks import Grid, Region, Task

MOST_VALUES = 2**16  # a point is two bytes of a digest
HALF = Fraction(1, 2)
_DIGITS = 20  # of a value: few enough for sums in decimal to be exact


def varied(
    config: Config,
    size: int | None = None,
    sweeps: int | None = None,
    values: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    images: bool = True,
) -> Config:
    """The config with what is given in place of its own: L, the sweeps before each image, the
    values of its parameter and the edges between its classes as decimals; or without images.
    Without any of them, or with its own size, the config.

    Raises IsingBenchError where the system is not simulated at that size, sweeps are below 1,
    values are no decimals of that parameter, or edges are none or leave a class empty.
    """
    if size is not None and size not in config.system.sizes:
        raise IsingBenchError(
            f"{config.name} cannot have size {size}: L is {described(config.system.sizes)}"
        )
    if sweeps is not None and sweeps < 1:
        raise IsingBenchError(f"sweeps is {sweeps}: it must be 1 or more")
    if size is not None and size != config.size:
        # what was measured for equilibrium was measured at the config's own size
        config = replace(config, size=size, protocol=replace(config.protocol, in_equilibrium=False))
    if sweeps is not None:
        starts = config.protocol.starts
        config = replace(config, protocol=Protocol(f"{sweeps} sweeps", sweeps, starts=starts))
    if not images:
        config = replace(config, images=False)
    if classes is not None:
        config = replace(config, task=cut(config.task, [decimal(edge) for edge in classes]))
        if values is None:
            check_points(config.task)
    return config if values is None else _at(config, [Fraction(decimal(value)) for value in values])


def decimal(text: str) -> str:
    """A value as the shortest decimal: 2.20 as 2.2. Raises IsingBenchError for what is none from 0
    up, or of more than twenty digits."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise IsingBenchError(f"{text!r} is not a decimal such as 2.27") from None
    if not value.is_finite() or value < 0 or abs(value.adjusted()) > _DIGITS:
        raise IsingBenchError(f"{text!r} is not from 0 up, with at most {_DIGITS} digits")
    if len(value.as_tuple().digits) > _DIGITS:
        raise IsingBenchError(f"{text!r} has more than {_DIGITS} digits")
    plain = f"{abs(value):f}"  # of -0 too
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def decimals(text: str) -> tuple[str, ...]:
    """Values from `2.2,2.25:2.35:0.01`: each once, ascending. A range is FIRST:LAST:STEP and has
    its last value where steps lead there. Raises IsingBenchError."""
    found: dict[Decimal, str] = {}
    for part in text.split(","):
        for value in _range(part) if ":" in part else [decimal(part.strip())]:
            found[Decimal(value)] = value
        if len(found) > MOST_VALUES:
            raise IsingBenchError(f"{text!r} is more than {MOST_VALUES} values")
    return tuple(found[value] for value in sorted(found))


def _range(text: str) -> list[str]:
    parts = text.split(":")
    if len(parts) != 3:
        raise IsingBenchError(f"{text!r} is not a range FIRST:LAST:STEP such as 2.25:2.35:0.01")
    first, last, step = (Decimal(decimal(part.strip())) for part in parts)
    if step == 0 or last < first:
        raise IsingBenchError(f"{text!r} is an empty range: LAST is below FIRST, or STEP is 0")
    steps = int((last - first) / step)
    if steps >= MOST_VALUES:
        raise IsingBenchError(f"{text!r} is more than {MOST_VALUES} values")
    return [decimal(str(first + n * step)) for n in range(steps + 1)]


def _at(config: Config, values: list[Fraction]) -> Config:
    ascends = all(low < high for low, high in pairwise(values))
    if not values or not ascends or len(values) > MOST_VALUES:
        raise IsingBenchError(f"values must be 1 to {MOST_VALUES}, ascending")
    if len({float(value) for value in values}) < len(values):
        raise IsingBenchError("two of the values are the same in double precision")
    task, protocol = config.task, config.protocol
    grid = Grid(
        task.grid.parameter, task.grid.unit, Fraction(0), len(values) - 1, "as asked for",
        tuple(values),
    )  # fmt: skip

    def places(low: Fraction, high: Fraction, is_last: bool) -> range:
        """Of the values from low up to high, or from there on."""
        end = len(values) if is_last else bisect_left(values, high)
        return range(bisect_left(values, low), end)

    def near(points: range) -> range:
        """Of the values that are nearest to these points of the config's grid."""
        low, high = (points.start - HALF) * task.grid.step, (points.stop - HALF) * task.grid.step
        return places(low, high, points.stop > task.grid.last)

    def inside(region: Region) -> range:
        low, high = Fraction(str(region.low)), Fraction(str(region.high))
        return places(low, high, region is task.regions[-1])

    regions = tuple(replace(region, points=inside(region)) for region in task.regions)
    return replace(
        config,
        task=Task(task.name, grid, regions, task.splits),
        protocol=replace(
            protocol,
            longer=tuple((near(points), sweeps) for points, sweeps in protocol.longer),
            starts=tuple((near(points), start) for points, start in protocol.starts),
        ),
    )
