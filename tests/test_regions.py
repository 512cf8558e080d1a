import pytest

from ising_bench.regions import GRID, REGIONS, label_of


def test_each_grid_temperature_lies_in_the_interval_of_its_class() -> None:
    for hundredths in GRID:
        region = REGIONS[label_of(hundredths)]
        inside = region.low <= hundredths / 100 < region.high
        assert inside or (hundredths == 400 and region.name == "SpCR")


def test_the_classes_cover_the_grid_once() -> None:
    assert [len(region.hundredths) for region in REGIONS] == [106, 106, 20, 169]
    assert [h for region in REGIONS for h in region.hundredths] == list(GRID)


def test_the_one_temperature_on_an_edge_is_super_critical() -> None:
    assert REGIONS[label_of(232)].name == "SpCR"


@pytest.mark.parametrize("hundredths", [-1, 401])
def test_temperatures_off_the_grid_have_no_class(hundredths: int) -> None:
    with pytest.raises(ValueError, match="hundredths"):
        label_of(hundredths)
