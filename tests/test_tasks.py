"""The paper's task, and tasks that are none."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from ising_bench.paper import GRID, TASK
from ising_bench.tasks import Split


def test_each_grid_temperature_lies_in_the_interval_of_its_class() -> None:
    for point in GRID.points:
        region = TASK.regions[TASK.label_of(point)]
        inside = region.low <= point / 100 < region.high
        assert inside or (point == 400 and region.name == "SpCR")


def test_the_classes_cover_the_grid_once() -> None:
    assert [len(region.points) for region in TASK.regions] == [106, 106, 20, 169]
    assert [p for region in TASK.regions for p in region.points] == list(GRID.points)


def test_the_one_temperature_on_an_edge_is_super_critical() -> None:
    assert TASK.regions[TASK.label_of(232)].name == "SpCR"


def test_labels_of_many_points_are_those_of_each() -> None:
    expected = [TASK.label_of(point) for point in GRID.points]
    assert TASK.labels_of(list(GRID.points)).tolist() == expected


@pytest.mark.parametrize("point", [-1, 401])
def test_points_off_the_grid_have_no_class(point: int) -> None:
    with pytest.raises(ValueError, match="no point of the grid"):
        TASK.label_of(point)
    with pytest.raises(ValueError, match="points"):
        TASK.labels_of([point])


def test_points_are_found_again_and_nothing_between_them() -> None:
    assert GRID.points_of(GRID.values).tolist() == list(GRID.points)
    for wrong in (0.005, -0.01, 4.01, np.nextafter(2.27, 3), -0.0, np.nan):
        with pytest.raises(ValueError, match="row 1: temperature"):
            GRID.points_of(np.array([1.0, wrong]))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"regions": TASK.regions[1:]}, "do not cover"),
        ({"regions": TASK.regions[::-1]}, "do not cover"),
        ({"regions": (replace(TASK.regions[0], high=1.0), *TASK.regions[1:])}, "gaps"),
        ({"splits": (Split("test", (1, 2, 3)),)}, "3 counts"),
        ({"splits": (Split("test", (1, 2, 3, 0)),)}, "from 1 up"),
    ],
)
def test_what_is_no_task_is_refused(change: dict[str, object], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        replace(TASK, **change)  # type: ignore[arg-type]


def test_a_step_of_any_decimals_gives_the_doubles_nearest_to_the_values() -> None:
    grid = replace(GRID, step=Fraction("0.0043847"))
    for point in grid.points:
        nearest = float(Decimal(point) * Decimal("0.0043847"))
        assert grid.value(point) == grid.at(point) == nearest
    assert grid.points_of(grid.values).tolist() == list(grid.points)
    moved = grid.values.copy()
    moved[227] = np.nextafter(moved[227], 9)
    with pytest.raises(
        ValueError, match=r"row 227: temperature 0.995.* of 0.0043847 from 0 to 1.75"
    ):
        grid.points_of(moved)
    assert [grid.text(grid.value(point)) for point in (0, 1, 227)] == ["0.000", "0.004", "0.995"]


@pytest.mark.parametrize(
    ("step", "shown"), [("0.01", "2.20"), ("0.005", "2.200"), ("0.1", "2.2"), ("2", "2")]
)
def test_values_are_written_with_the_decimals_that_tell_them_apart(step: str, shown: str) -> None:
    assert replace(GRID, step=Fraction(step)).text(2.2) == shown
