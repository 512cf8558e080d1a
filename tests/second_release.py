"""A release that is none of the package's: another size, another task, and content 2."""

from dataclasses import replace

import pytest

from ising_bench.paper import GRID, TASK
from ising_bench.releases import known
from ising_bench.releases.digest import digest_of
from ising_bench.releases.release import Config, Release
from ising_bench.releases.v1 import EQUILIBRIUM, PAPER
from ising_bench.systems.ising import PERIODIC_FERRO, SKEWED_FERRO
from ising_bench.tasks import Region, Split, Task

TWO_PHASES = Task(
    "two_phases",
    GRID,
    regions=(
        Region("ordered", "below the critical temperature", 0.0, 2.27, range(227)),
        Region("disordered", "above the critical temperature", 2.27, 4.0, range(227, 401)),
    ),
    splits=(Split("train", (60, 50)), Split("validation", (20, 20)), Split("test", (40, 30))),
)
SMALL, PHASES, WALLS = "periodic_ferro_l32", "periodic_ferro_two_phases", "skewed_ferro_l32_phases"
DRAFT = Release(
    version="2.0.0",
    description="Ising lattices of two sizes, to be sorted into classes of temperature",
    entropy="2b" * 32,
    configs=(
        Config(SMALL, PERIODIC_FERRO, EQUILIBRIUM, 32, TASK),
        Config(PHASES, PERIODIC_FERRO, PAPER, 100, TWO_PHASES),
        Config(WALLS, SKEWED_FERRO, EQUILIBRIUM, 32, TWO_PHASES),
    ),
)
SECOND = replace(DRAFT, digests={config.name: digest_of(DRAFT, config) for config in DRAFT.configs})


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Release:
    """The package as it would be if this were its newest release."""
    monkeypatch.setitem(known.RELEASES, SECOND.version, SECOND)
    return SECOND
