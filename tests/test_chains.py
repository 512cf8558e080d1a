import numpy as np
import pytest

from ising_bench.errors import IsingBenchError
from ising_bench.releases.v1 import V1
from ising_bench.simulation.simulate import simulate
from ising_bench.systems.ising import SYSTEMS
from ising_bench.systems.ising.model import Ising
from ising_bench.systems.ising.packing import pack, unpack

CHAINS = {
    config.name: [V1.chain(config, "train", i, i % 4) for i in range(70)] for config in V1.configs
}


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("size", [4, 10, 100, 128, 130, 256])
def test_packing_is_undone_by_unpacking(system: Ising, size: int) -> None:
    spins = np.random.default_rng(size).choice([-1, 1], (3, size, size)).astype(np.int8)
    np.testing.assert_array_equal(unpack(system, pack(system, spins)), spins)


def test_thread_count_and_company_do_not_change_a_lattice() -> None:
    mine = CHAINS["skewed_ferro"]
    alone = np.concatenate([simulate([chain], 1) for chain in mine[:5]])
    for threads in (1, 2, 7):
        together = simulate(mine[::-1], threads)[::-1]
        np.testing.assert_array_equal(together[:5], alone)


def test_progress_counts_every_chain_once() -> None:
    done: list[int] = []
    simulate(CHAINS["periodic_ferro"], 2, done.append)
    assert sum(done) == 70


def test_fixed_rows_stay_fixed() -> None:
    spins = simulate(CHAINS["skewed_ferro"])
    assert (spins[:, 0] == 1).all()
    assert (spins[:, -1] == -1).all()


@pytest.mark.parametrize("threads", [0, -3])
def test_a_thread_count_below_one_is_refused(threads: int) -> None:
    with pytest.raises(IsingBenchError, match=f"threads is {threads}"):
        simulate(CHAINS["periodic_ferro"], threads)


def test_an_error_in_a_thread_reaches_the_caller() -> None:
    def fail(_: int) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        simulate(CHAINS["periodic_ferro"], 2, fail)
