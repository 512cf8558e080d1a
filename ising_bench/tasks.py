"""Tasks: the parameter that an image is to tell of, its grid, the classes into which the grid is
cut, and how many images of each class a split holds.

Inside the package a parameter is a whole number, its point on the grid; only the table that a user
reads holds a float.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ising_bench.checks import wholes
from ising_bench.errors import one_of
from ising_bench.ndarrays import Array


@dataclass(frozen=True)
class Grid:
    """The values that a parameter takes: 0, 1, 2, ... up to `last`, times `step`; or those that are
    listed, ascending, of which `last` is the place of the last and `step` is 0.

    described: its unit and spacing, in words for the card.
    """

    parameter: str
    unit: str
    step: Fraction
    last: int
    described: str
    listed: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        if self.listed and self.last != len(self.listed) - 1:
            raise ValueError(f"{len(self.listed)} values are listed, the last is {self.last}")

    @property
    def symbol(self) -> str:
        """The letter that stands for the parameter."""
        return {"temperature": "T", "field": "h"}[self.parameter]

    @property
    def points(self) -> range:
        return range(self.last + 1)

    @property
    def values(self) -> Array:
        """All of them: (points,)."""
        return self.at(self.points)

    def exact(self, point: int) -> Fraction:
        """The parameter at a point."""
        return self.listed[point] if self.listed else point * self.step

    def value(self, point: int) -> float:
        """The double nearest to it."""
        return float(self.exact(point))

    def at(self, points: ArrayLike | range) -> Array:
        """The doubles nearest to the parameter at points (...): (...)."""
        if self.listed:
            return np.array([float(value) for value in self.listed])[np.asarray(points)]
        return np.asarray(points) * self.step.numerator / self.step.denominator

    def text(self, value: float) -> str:
        """A value with as many decimals as tell it from its neighbours."""
        if self.listed:
            return f"{value:.10g}"
        decimals = next(d for d in range(300) if 10**d * self.step >= 1)
        return f"{value:.{decimals}f}"

    def points_of(self, values: Array) -> NDArray[np.int64]:
        """The points of values (n,). Raises ValueError where one is not exactly on the grid."""
        if self.listed:
            return self._places_of(values)
        points = np.rint(values / float(self.step))
        is_on = (points >= 0) & (points <= self.last) & (self.at(points) == values)
        wrong = np.flatnonzero(~is_on | np.signbit(values))
        if len(wrong):
            raise ValueError(
                f"row {wrong[0]}: {self.parameter} {values[wrong[0]]} is not a whole number of "
                f"{float(self.step):g} from 0 to {self.value(self.last):g}"
            )
        return points.astype(np.int64)

    def _places_of(self, values: Array) -> NDArray[np.int64]:
        places = np.searchsorted(self.values, values).clip(max=self.last)
        wrong = np.flatnonzero((self.at(places) != values) | np.signbit(values))
        if len(wrong):
            raise ValueError(
                f"row {wrong[0]}: {self.parameter} {values[wrong[0]]} is none of the "
                f"{len(self.listed)} that were asked for"
            )
        return places.astype(np.int64)


@dataclass(frozen=True)
class Region:
    """One class: the interval [low, high) of the parameter, and the points that lie in it."""

    name: str
    meaning: str
    low: float
    high: float
    points: range


@dataclass(frozen=True)
class Split:
    """One split: its name and the number of images of each class."""

    name: str
    counts: tuple[int, ...]

    @property
    def rows(self) -> int:
        return sum(self.counts)

    @property
    def labels(self) -> list[int]:
        """The class of each chain index: all of the first class, then all of the second, ..."""
        return [label for label, count in enumerate(self.counts) for _ in range(count)]


@dataclass(frozen=True)
class Task:
    """What is asked of an image: which of these regions its parameter lies in.

    The regions follow one another and cover the grid; each split has a number of images for each.
    Raises ValueError for others.
    """

    name: str
    grid: Grid
    regions: tuple[Region, ...]
    splits: tuple[Split, ...]

    def __post_init__(self) -> None:
        points = [point for region in self.regions for point in region.points]
        if points != list(self.grid.points):
            raise ValueError(f"the regions of task {self.name} do not cover its grid in order")
        if any(one.high != other.low for one, other in pairwise(self.regions)):
            raise ValueError(f"the regions of task {self.name} leave gaps")
        for split in self.splits:
            if len(split.counts) != self.classes or min(split.counts) < 1:
                raise ValueError(
                    f"split {split.name} of task {self.name} has {len(split.counts)} counts, not "
                    f"one from 1 up for each of {self.classes} classes"
                )

    @property
    def classes(self) -> int:
        return len(self.regions)

    @property
    def names(self) -> list[str]:
        """Of the classes."""
        return [region.name for region in self.regions]

    @property
    def rows(self) -> int:
        """Of all splits."""
        return sum(split.rows for split in self.splits)

    def split(self, name: str) -> Split:
        """The split of that name; raises UnknownNameError."""
        one_of("split", name, [split.name for split in self.splits])
        return next(split for split in self.splits if split.name == name)

    @property
    def test(self) -> Split:
        """The split that scores are made on."""
        return self.split("test")

    def label_of(self, point: int) -> int:
        """The class of a point. Raises ValueError off the grid."""
        for label, region in enumerate(self.regions):
            if point in region.points:
                return label
        raise ValueError(f"{point} is no point of the grid, 0 to {self.grid.last}")

    def labels_of(self, points: ArrayLike) -> NDArray[np.int64]:
        """The classes of points (n,): (n,). Raises as `label_of`."""
        numbers = wholes("points", points, 0, self.grid.last)
        firsts = [region.points.start for region in self.regions]
        return np.searchsorted(firsts, numbers, side="right") - 1

    @property
    def intervals(self) -> str:
        """The classes in words: `A [0, 1), B [1, 2]`. The last one includes its upper end."""
        parts = [f"{r.name} [{r.low:g}, {r.high:g})" for r in self.regions]
        return ", ".join([*parts[:-1], parts[-1][:-1] + "]"])
