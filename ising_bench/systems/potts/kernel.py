"""The fast kernels behind one door: chains to packed planes, sweeps, images, energies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ising_bench.chains import Chain
from ising_bench.jit import compiled
from ising_bench.ndarrays import Observed, Spins
from ising_bench.simulation.multispin import all_sites, ones, pack, unpack
from ising_bench.simulation.streams import row_states
from ising_bench.systems.potts import ten, three
from ising_bench.systems.potts.starts import start
from ising_bench.systems.potts.thresholds import thresholds

if TYPE_CHECKING:
    from ising_bench.systems.potts.model import Potts

_PLANES = {3: 2, 10: 4}
_SWEEPS = {3: three.sweep_chains, 10: ten.sweep_chains}


@dataclass
class State:
    """What the kernel keeps of chains: see `three.sweep_chains`."""

    system: "Potts"
    words: NDArray[np.uint64]
    streams: NDArray[np.uint64]
    limits: NDArray[np.uint64]


def begin(chains: Sequence[Chain], spins: Spins | None = None) -> State:
    starts = np.stack([start(chain) for chain in chains]) if spins is None else spins
    system: Potts = chains[0].system  # type: ignore[assignment]  # a kernel gets its own chains
    planes = [pack(starts >> plane & 1 > 0)[:, :, 0] for plane in range(_PLANES[system.states])]
    return State(
        system,
        np.ascontiguousarray(np.stack(planes, axis=1)),
        np.stack([row_states(chain) for chain in chains]),
        np.array([thresholds(chain) for chain in chains], np.uint64),
    )


def advance(state: State, sweeps: NDArray[np.int64]) -> None:
    _SWEEPS[state.system.states](state.words, state.streams, state.limits, sweeps)


def images(state: State) -> Spins:
    planes = [
        unpack(words[:, :, None]) << plane for plane, words in enumerate(state.words.swapaxes(0, 1))
    ]
    return np.asarray(np.bitwise_or.reduce(planes))


def observables(state: State) -> Observed:
    return {"energy": -equal_bonds(state.words)}


@compiled(error_model="numpy")
def equal_bonds(words):
    """Bonds between equal colours of lattices (n, planes, 2, L): (n,)."""
    chains, planes, _, size = words.shape
    half = np.uint64(size // 2)
    sites = all_sites(size)
    found = np.zeros(chains, np.int64)
    for chain in range(chains):
        for r in range(size):
            up, down = (r - 1) % size, (r + 1) % size
            left = np.uint64(1) if r % 2 == 0 else half - np.uint64(1)
            above, below, beside, far = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
            for plane in range(planes):
                mine, other = words[chain, plane, 0, r], words[chain, plane, 1, r]
                above |= mine ^ words[chain, plane, 1, up]
                below |= mine ^ words[chain, plane, 1, down]
                beside |= mine ^ other
                far |= mine ^ ((other << left) | (other >> (half - left)))
            found[chain] += ones(~above & sites) + ones(~below & sites)
            found[chain] += ones(~beside & sites) + ones(~far & sites)
    return found
