"""The physics tests of Potts and Blume-Capel pass honest data and catch planted faults."""

from dataclasses import replace
from functools import cache

import numba
import numpy as np
import pytest

import faults
from ising_bench.physics.evidence import rejected
from ising_bench.physics.findings import findings
from ising_bench.releases.release import in_row_order
from ising_bench.releases.v1_1 import V1_1
from ising_bench.rows import Rows, rows_of
from ising_bench.simulation.simulate import simulate
from ising_bench.system import Finding

NAMES = ("potts_q3_equilibrium", "potts_q10_equilibrium", "blume_capel_equilibrium")
each = pytest.mark.parametrize("name", NAMES)
HOT = 3


@cache
def honest(name: str) -> Rows:
    """The train rows of a config, but for the few points of tens of thousands of sweeps."""
    config = V1_1.config(name)
    chains = in_row_order(
        chain for chain in V1_1.chains(config, config.task.split("train")) if chain.sweeps <= 8000
    )
    return rows_of(config.task, chains, simulate(chains))


def kinds_of(found: list[Finding]) -> set[str]:
    return {finding.test for finding in found}


@each
def test_honest_rows_pass_and_every_kind_of_test_was_made(name: str) -> None:
    found = findings(honest(name))
    assert rejected(found) == []
    kinds = {"energy levels", "mean energy", "dispersion", "shape", "bond map", "directions"}
    own = {"sign of m", "zeros"} if name.startswith("blume") else {"colours"}
    assert kinds_of(found) == kinds | own | {"order", "stripes"}


@each
@pytest.mark.parametrize(("label", "shift"), [(1, -2), (3, 2)])
def test_temperatures_wrong_by_two_steps_are_caught(name: str, label: int, shift: int) -> None:
    rows = honest(name)
    caught = rejected(findings(faults.wrong_temperatures(rows, label, shift)))
    assert {finding.part for finding in caught} == {rows.task.regions[label].name}
    assert "mean energy" in kinds_of(caught)


@numba.njit
def _textbook(spins, states, couples, field, propose, beta, sweeps, seed):  # type: ignore[no-untyped-def]
    """Metropolis site by site at random. states: what a site may hold; couples, field: energies of
    a bond and of a site, by state; propose: P(proposal | state), rows cumulative."""
    np.random.seed(seed)
    size = spins.shape[0]
    for _ in range(sweeps * size * size):
        r, c = np.random.randint(size), np.random.randint(size)
        old, u, new = spins[r, c], np.random.random(), 0
        while propose[old, new] <= u and new < states - 1:
            new += 1
        cost = field[new] - field[old]
        for other in (
            spins[r - 1, c], spins[(r + 1) % size, c], spins[r, c - 1], spins[r, (c + 1) % size]
        ):  # fmt: skip
            cost += couples[new, other] - couples[old, other]
        if cost <= 0 or np.random.random() < np.exp(-beta * cost):
            spins[r, c] = new


def remade(rows: Rows, propose: np.ndarray, crystal_field: float = 1.0) -> Rows:
    """The hot rows again, by loops whose proposals or whose energies are these."""
    symbols, hot = rows.system.symbols, np.flatnonzero(rows.labels == HOT)[:80]
    values = np.array(symbols.values)
    if symbols.kind == "names":
        couples, field = -np.eye(len(values)), np.zeros(len(values))
    else:
        couples, field = -np.outer(values, values).astype(float), crystal_field * values**2.0
    spins = symbols.codes(rows.spins[hot]).astype(np.int64)
    for i, lattice in enumerate(spins):
        _textbook(
            lattice, len(values), couples, field, propose.cumsum(1), 1 / rows.values[hot[i]], 30, i
        )
    return replace(rows.take(hot), spins=values[spins].astype(symbols.dtype))


def others(states: int) -> np.ndarray:
    """Each other state as likely: (states, states)."""
    return (1 - np.eye(states)) / (states - 1)


@each
def test_the_loops_of_the_faults_are_honest_without_one(name: str) -> None:
    rows = honest(name)
    assert rejected(findings(remade(rows, others(len(rows.system.symbols.values))))) == []


@each
def test_one_state_favoured_by_two_percent_is_caught(name: str) -> None:
    rows = honest(name)
    propose = others(len(rows.system.symbols.values))
    propose[:, -1] *= 1.02
    propose /= propose.sum(1, keepdims=True)
    caught = kinds_of(rejected(findings(remade(rows, propose))))
    assert caught & {"colours", "sign of m"}


@each
def test_proposals_that_take_the_old_state_for_the_last_are_caught(name: str) -> None:
    """As a number below q - 1 taken for the state itself, without passing over the old one: the old
    state is proposed too, and the last one never."""
    rows = honest(name)
    states = len(rows.system.symbols.values)
    propose = np.full((states, states), 1 / (states - 1))
    propose[:, -1] = 0
    assert rejected(findings(remade(rows, propose)))


def test_another_crystal_field_is_caught() -> None:
    rows = honest("blume_capel_equilibrium")
    caught = kinds_of(rejected(findings(remade(rows, others(3), crystal_field=0.97))))
    assert "zeros" in caught


@pytest.mark.parametrize("name", NAMES[:2])
def test_stripes_are_caught(name: str) -> None:
    """Cold lattices in two bands."""
    rows, spins = honest(name), honest(name).spins.copy()
    cold, q = np.flatnonzero(rows.labels == 1), len(rows.system.symbols.values)
    spins[cold, :50] = (spins[cold, :50] + 1) % q
    assert {"stripes", "order"} <= kinds_of(rejected(findings(replace(rows, spins=spins))))
