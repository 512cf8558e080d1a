"""The physics tests of the quantum Ising chain pass honest rows and catch planted faults."""

from dataclasses import replace

import numpy as np
import pytest

import faults
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.releases.v1_1 import CHAIN as TASK
from ising_bench.rows import Rows, rows_of
from ising_bench.simulation.simulate import simulate_all
from ising_bench.system import Finding
from ising_bench.systems.quantum_ising import QUANTUM_ISING

IN_CLASS = 48


@pytest.fixture(scope="module")
def honest() -> Rows:
    """As many images in each class, in equilibrium."""
    chains = faults.spread(TASK, QUANTUM_ISING, IN_CLASS, 100)
    return rows_of(TASK, chains, *simulate_all(chains))


def kinds_of(found: list[Finding]) -> set[str]:
    return {finding.test for finding in found}


def test_honest_rows_pass_and_every_kind_of_test_was_made(honest: Rows) -> None:
    found = findings(honest)
    assert rejected(found) == []
    assert kinds_of(found) == {
        "kinks levels", "mean kinks", "dispersion", "shape", "bond map", "seen kinks",
        "sign of m", "bonds", "likelihood",
    }  # fmt: skip


@pytest.mark.parametrize("shift", [-2, 2])
def test_fields_wrong_by_two_steps_are_caught(honest: Rows, shift: int) -> None:
    caught = rejected(findings(faults.wrong_temperatures(honest, 2, shift)))
    assert {finding.part for finding in caught} == {TASK.regions[2].name}
    assert "mean kinks" in kinds_of(caught)


def test_time_that_does_not_close_is_caught(honest: Rows) -> None:
    """The lower halves of the images are those of the row before; of three times as many rows, as
    of few nothing can be said of a single bond."""
    rows = honest.take(np.tile(np.arange(len(honest)), 3))
    spins = rows.spins.copy()
    spins[:, 50:] = np.roll(rows.spins, 1, axis=0)[:, 50:]
    caught = rejected(findings(replace(rows, spins=spins)))
    assert "bond map" in kinds_of(caught)
    place = next(finding.seen for finding in caught if finding.test == "bond map")
    assert "site (49," in place or "site (99," in place


def test_kinks_lost_on_the_way_to_the_image_are_caught(honest: Rows) -> None:
    """A third of the spins that are turned over for one instant are not, though the number of
    kinks is right."""
    above, below = (np.roll(honest.spins, step, axis=1) for step in (1, -1))
    rng = np.random.default_rng(0)
    lost = (honest.spins != above) & (honest.spins != below) & (rng.random(above.shape) < 1 / 3)
    caught = rejected(findings(replace(honest, spins=np.where(lost, above, honest.spins))))
    assert kinds_of(caught) == {"likelihood"}
    assert len(caught) >= 3


def test_kinks_that_were_not_counted_are_caught(honest: Rows) -> None:
    """Two of a hundred."""
    kinks = honest.hidden["kinks"]
    fewer = replace(honest, hidden=honest.hidden | {"kinks": kinks - kinks // 100 * 2})
    assert "mean kinks" in kinds_of(rejected(findings(fewer)))
    seen = (honest.spins != np.roll(honest.spins, -1, axis=1)).sum((1, 2))
    few = replace(honest, hidden=honest.hidden | {"kinks": np.maximum(seen - 2, 0)})
    assert "seen kinks" in kinds_of(rejected(findings(few)))


def test_an_odd_number_of_kinks_is_none(honest: Rows) -> None:
    odd = replace(honest, hidden=honest.hidden | {"kinks": honest.hidden["kinks"] + 1})
    assert kinds_of(rejected(findings(odd))) == {"kinks levels"}


def test_bonds_of_other_worldlines_are_caught(honest: Rows) -> None:
    bonds = 1 - 1.03 * (1 - honest.hidden["bonds"])
    caught = rejected(findings(replace(honest, hidden=honest.hidden | {"bonds": bonds})))
    assert kinds_of(caught) == {"bonds"}


def test_a_favoured_sign_is_caught(honest: Rows) -> None:
    up = np.sign(honest.spins.sum((1, 2))).clip(-1, 1)
    turned = np.where((up < 0)[:, None, None] & (np.arange(len(up)) % 3 < 2)[:, None, None],
                      -honest.spins, honest.spins)  # fmt: skip
    caught = rejected(findings(replace(honest, spins=turned.astype(np.int8))))
    assert kinds_of(caught) == {"sign of m"}
