"""Other classes: the grid of a task cut elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from ising_bench.errors import IsingBenchError
from ising_bench.tasks import Region, Split, Task

MOST_EDGES = 63
EACH = 100  # images of each class in a split where nobody says otherwise


def cut(task: Task, edges: Sequence[str]) -> Task:
    """The task with its grid cut at these decimals, ascending, into one class more than there are:
    from 0 to the first, from there to the second, ..., from the last to the end. With its own
    edges, the task; else splits have EACH images of each class.

    Raises IsingBenchError for edges that are not in order or not inside the grid. A class may hold
    no point of it.
    """
    places, end = [Fraction(edge) for edge in edges], Fraction(str(task.regions[-1].high))
    if [Fraction(str(region.high)) for region in task.regions[:-1]] == places:
        return task
    if not 1 <= len(places) <= MOST_EDGES:
        raise IsingBenchError(f"--classes has {len(places)} edges: give 1 to {MOST_EDGES}")
    if sorted(set(places)) != places or not 0 < places[0] <= places[-1] < end:
        raise IsingBenchError(
            f"--classes {','.join(edges)}: the edges between classes ascend, above 0 and below "
            f"{float(end):g}"
        )
    points = [0, *(sum(task.grid.exact(p) < place for p in task.grid.points) for place in places)]
    regions = [
        Region(f"{low:g} to {high:g}", f"from {low:g} to {high:g}", low, high, range(first, last))
        for (low, high), (first, last) in zip(
            pairwise([0.0, *map(float, places), float(end)]),
            pairwise([*points, len(task.grid.points)]),
            strict=True,
        )
    ]
    splits = [Split(split.name, (EACH,) * len(regions)) for split in task.splits]
    return replace(task, regions=tuple(regions), splits=tuple(splits))


def check_points(task: Task) -> None:
    """Raise IsingBenchError where a class holds no point of the grid."""
    for region in task.regions:
        if not region.points:
            raise IsingBenchError(
                f"no {task.grid.parameter} of the grid lies from {region.low:g} to "
                f"{region.high:g}: its points are a whole number of {float(task.grid.step):g}"
            )
