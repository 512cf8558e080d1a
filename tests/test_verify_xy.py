"""The physics tests of the XY model pass honest lattices and catch planted faults."""

from dataclasses import replace

import numpy as np
import pytest

import faults
from ising_bench.chains import Chain
from ising_bench.paper import at_the_same_points
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.rows import Rows, rows_of
from ising_bench.simulation.simulate import simulate
from ising_bench.system import Finding
from ising_bench.systems.xy import XY_MODEL, starts
from ising_bench.systems.xy.certified import MOMENTS_FILE, OBSERVABLES, STEP
from ising_bench.systems.xy.starts import CLUSTERS

TASK = at_the_same_points("xy", STEP)
IN_CLASS = 40


@pytest.fixture(scope="module")
def honest() -> Rows:
    """As many lattices in each class, in equilibrium: by clusters, and some sweeps for what these
    are slow in."""
    chains = faults.spread(TASK, XY_MODEL, IN_CLASS, 300, CLUSTERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starts, "TURNS", 40)
        return rows_of(TASK, chains, simulate(chains))


def kinds_of(found: list[Finding]) -> set[str]:
    return {finding.test for finding in found}


def test_honest_rows_pass_and_every_kind_of_test_was_made(honest: Rows) -> None:
    found = findings(honest)
    assert rejected(found) == []
    assert kinds_of(found) == {
        "energy levels", "mean energy", "dispersion", "shape", "bond map", "directions",
        "mean direction", "order", "vortices",
    }  # fmt: skip


@pytest.mark.parametrize(("label", "shift"), [(1, -4), (3, 8)])
def test_wrong_temperatures_are_caught(honest: Rows, label: int, shift: int) -> None:
    caught = rejected(findings(faults.wrong_temperatures(honest, label, shift)))
    assert {finding.part for finding in caught} == {TASK.regions[label].name}
    assert "mean energy" in kinds_of(caught)


def test_a_favoured_direction_is_caught(honest: Rows) -> None:
    """Half of the lattices turned until their mean vector points to the right: no energy
    changes."""
    vectors = XY_MODEL.mean_vector(honest.spins)
    angles = np.rint(np.arctan2(vectors[:, 1], vectors[:, 0]) * 128 / np.pi).astype(np.int64)
    angles[::2] = 0
    spins = (honest.spins - angles[:, None, None]) % 256
    caught = rejected(findings(replace(honest, spins=spins.astype(np.uint8))))
    assert kinds_of(caught) == {"mean direction"}


def test_a_favoured_direction_of_the_lattice_is_caught(honest: Rows) -> None:
    """Each transposed where that gives it the weaker vertical bonds."""
    spins = honest.spins.copy()
    for image in spins:
        across, down = (
            np.cos((image - np.roll(image, 1, axis)) * np.pi / 128).sum() for axis in (1, 0)
        )
        if down > across:
            image[:] = image.T.copy()
    caught = rejected(findings(replace(honest, spins=spins)))
    assert kinds_of(caught) == {"directions"}


def test_missing_vortices_are_caught(honest: Rows) -> None:
    """In the hottest class one site of ten is turned to where its neighbours point, which undoes
    pairs on plaquettes beside it."""
    spins, rng = honest.spins.copy(), np.random.default_rng(0)
    spins[honest.labels == 3] = _undone(honest.spins[honest.labels == 3], rng)
    caught = rejected(findings(replace(honest, spins=spins)))
    assert "vortices" in kinds_of(caught)
    assert {finding.part for finding in caught} == {TASK.regions[3].name}


def _undone(spins: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some sites of each lattice turned to where their neighbours point."""
    turns = np.exp(2j * np.pi * spins / 256)
    around = sum(np.roll(turns, step, axis) for step, axis in ((1, 1), (-1, 1), (1, 2), (-1, 2)))
    settled = np.rint(np.angle(around) * 128 / np.pi).astype(np.int64) % 256
    chosen = rng.random(spins.shape) < 0.1
    return np.where(chosen, settled, spins).astype(np.uint8)


def test_sweeps_alone_from_one_direction_leave_the_vectors_too_long(honest: Rows) -> None:
    """The paper's protocol in the critical class: energies are right, the long waves are not."""
    critical = np.flatnonzero(honest.labels == 2)
    chains = [
        Chain("5f", "xy", "paper", i, XY_MODEL, 100, TASK.grid, int(honest.points[i]), 2, 250)
        for i in critical
    ]
    spins = honest.spins.copy()
    spins[critical] = simulate(chains)
    caught = rejected(findings(replace(honest, spins=spins)))
    assert "order" in kinds_of(caught)


def test_the_paper_s_protocol_lacks_vortices_around_a_temperature_of_one() -> None:
    """One in twelve or so, as the card says."""
    point = 260
    chains = [
        Chain("60", "xy", "paper", i, XY_MODEL, 100, TASK.grid, point, 3, 750) for i in range(64)
    ]
    mean, variance = np.load(MOMENTS_FILE)[OBSERVABLES.index("vortices")][:, point]
    missing = 1 - XY_MODEL.vortices(simulate(chains)).mean() / mean
    error = np.sqrt(variance / 64) / mean
    assert abs(missing - 1 / 12) < 4 * error
