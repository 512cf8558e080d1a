"""What `ising_bench.system` promises, for every system and every kernel: a new family inherits all
of this for its name in the list."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from ising_bench.chains import GROUND, Chain
from ising_bench.paper import GRID, TASK
from ising_bench.physics.level_tests import in_classes
from ising_bench.physics.stripes import is_striped
from ising_bench.physics.thermal import Thermal
from ising_bench.releases import image
from ising_bench.releases.digest import ContentDigest
from ising_bench.releases.known import RELEASES
from ising_bench.releases.release import Config, Protocol
from ising_bench.rows import rows_of
from ising_bench.simulation.simulate import simulate
from ising_bench.system import CPU, REFERENCE, System
from ising_bench.systems import SYSTEMS
from ising_bench.systems.xy import XY, XY_MODEL

POINTS = (0, 60, 150, 227, 300, 400)
MOST = 2**17  # configurations that are enumerated
# Of the same family and the same code, for a system that has too many on its smallest lattice
SMALLER: dict[System, System] = {XY_MODEL: XY("clock", directions=8)}

every_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
KERNELS = [(s, name) for s in SYSTEMS for name in s.kernels() if name != REFERENCE]
# where an image is all of the state
SHOWN = [pair for pair in KERNELS if not pair[0].hidden]
every_shown_kernel = pytest.mark.parametrize(("system", "kernel"), SHOWN, ids=lambda x: str(x)[:40])
every_kernel = pytest.mark.parametrize(("system", "kernel"), KERNELS, ids=lambda x: str(x)[:40])


def chains(
    system: System, size: int, number: int, sweeps: int = 0, point: int = 227
) -> list[Chain]:
    return [
        Chain("07", system.name, "contract", i, system, size, GRID, point, 0, sweeps)
        for i in range(number)
    ]


def other_spins(system: System, size: int, number: int, seed: int = 0) -> np.ndarray:
    """Any images: each site one of the values, fixed sites as they must be."""
    rng = np.random.default_rng(seed)
    values = np.array(system.symbols.values, system.symbols.dtype)
    spins = rng.choice(values, (number, size, size))
    held = system.fixed(size)
    return spins if held is None else np.where(held != 0, held, spins).astype(values.dtype)


def free_sites(system: System, size: int) -> np.ndarray:
    held = system.fixed(size)
    return np.ones((size, size), bool) if held is None else held == 0


@cache
def everything(system: System) -> np.ndarray:
    """Every configuration of the largest lattice that has few enough, (n, L, L): on the smallest
    two neighbours may be one site, and half of the proposals missing."""
    assert system not in SMALLER
    values = system.symbols.values
    sizes = [
        size
        for size in system.sizes[:5]
        if int(free_sites(system, size).sum()) * np.log(len(values)) < np.log(MOST)
    ]
    assert sizes, f"a size of {system.name} must have at most {MOST} configurations"
    size, free = sizes[-1], free_sites(system, sizes[-1])
    held = system.fixed(size)
    spins = np.zeros((len(values) ** int(free.sum()), size, size), system.symbols.dtype)
    spins[:, free] = list(product(values, repeat=int(free.sum())))
    return spins if held is None else np.where(free, spins, held).astype(spins.dtype)


def test_names_are_of_their_own_and_a_reference_defines_each_system() -> None:
    assert len({system.name for system in SYSTEMS}) == len(SYSTEMS)
    for system in SYSTEMS:
        assert {REFERENCE, CPU} <= set(system.kernels())
        assert hash(system) == hash(replace(system))  # type: ignore[type-var]  # by value
        assert system == replace(system)  # type: ignore[type-var]


@every_kernel
@pytest.mark.parametrize("point", POINTS)
def test_a_kernel_equals_the_reference(system: System, kernel: str, point: int) -> None:
    """Bit for bit, from its own starts and from images where every kind of proposal is met."""
    for size in (system.sizes[0], min(12, system.sizes[-1])):
        mine = chains(system, size, 3, 4, point)
        np.testing.assert_array_equal(
            simulate(mine, kernel=kernel), simulate(mine, kernel=REFERENCE)
        )
        found: list[np.ndarray] = []
        seen: list[dict[str, np.ndarray]] = []
        for name in (kernel, REFERENCE):
            implementation = system.kernels()[name]
            state = implementation.begin(mine, other_spins(system, size, 3))
            implementation.advance(state, np.array([1, 0, 3]))
            implementation.advance(state, np.array([2, 4, 0]))
            found.append(implementation.images(state))
            seen.append(implementation.observables(state))
            np.testing.assert_array_equal(seen[-1]["energy"], system.energy(found[-1]))
        np.testing.assert_array_equal(*found)
        assert set(seen[0]) == set(seen[1]) == {"energy", *system.hidden}
        for name, dtype in system.hidden.items():
            np.testing.assert_array_equal(seen[0][name], seen[1][name])
            assert seen[0][name].dtype == dtype


@every_kernel
def test_a_kernel_equals_the_reference_at_every_width(system: System, kernel: str) -> None:
    widths = (6, 10, 16, 30, 64, 100, min(128, system.sizes[-1]))
    for size in (size for size in widths if size in system.sizes):
        mine, begun = chains(system, size, 1), other_spins(system, size, 1)
        found: list[np.ndarray] = []
        seen: list[dict[str, np.ndarray]] = []
        for name in (kernel, REFERENCE):
            implementation = system.kernels()[name]
            state = implementation.begin(mine, begun)
            implementation.advance(state, np.array([2]))
            found.append(implementation.images(state))
            seen.append(implementation.observables(state))
            np.testing.assert_array_equal(seen[-1]["energy"], system.energy(found[-1]))
        np.testing.assert_array_equal(*found)
        assert set(seen[0]) == set(seen[1]) == {"energy", *system.hidden}
        for name, dtype in system.hidden.items():
            np.testing.assert_array_equal(seen[0][name], seen[1][name])
            assert seen[0][name].dtype == dtype
        assert (found[0] != begun).any()


@every_kernel
def test_neither_company_nor_threads_change_an_image(system: System, kernel: str) -> None:
    mine = chains(system, system.sizes[1], 40, 7)
    alone = np.concatenate([simulate([chain], 1, kernel=kernel) for chain in mine[:3]])
    for threads in (1, 2, 7):
        together = simulate(mine[::-1], threads, kernel=kernel)[::-1]
        np.testing.assert_array_equal(together[:3], alone)
    assert alone.dtype == system.symbols.dtype


@every_kernel
def test_images_handed_to_a_kernel_stay_as_they_were(system: System, kernel: str) -> None:
    mine, spins = chains(system, 8, 2), other_spins(system, 8, 2)
    before, implementation = spins.copy(), system.kernels()[kernel]
    state = implementation.begin(mine, spins)
    first = implementation.images(state)
    np.testing.assert_array_equal(first, spins)
    implementation.advance(state, np.array([5, 5]))
    np.testing.assert_array_equal(spins, before)
    np.testing.assert_array_equal(first, before)


@every_system
def test_starts_are_ground_states_and_all_of_them_come_up(system: System) -> None:
    system = SMALLER.get(system, system)
    spins = everything(system)
    size = spins.shape[1]
    some = simulate(chains(system, system.sizes[2], 10))
    assert (system.energy(some) == system.ground_energy(system.sizes[2])).all()
    assert system.order(some) == pytest.approx(1)
    ground = spins[system.energy(spins) == system.ground_energy(size)]
    drawn = simulate(chains(system, size, 30 * len(ground)))  # each is missed with exp(-30)
    assert {s.tobytes() for s in drawn} == {s.tobytes() for s in ground}


@every_system
def test_the_statistic_counts_every_configuration(system: System) -> None:
    system = SMALLER.get(system, system)
    spins = everything(system)
    size = spins.shape[1]
    statistic = system.statistic(size)
    assert (np.diff(statistic.levels) > 0).all()
    if system.hidden:
        with pytest.raises(ValueError, match="does not show"):
            statistic.of(spins)
        return
    counts = np.bincount(statistic.of(spins), minlength=len(statistic.levels))
    assert statistic.of(spins[0]) == statistic.of(spins[:1])[0]
    if isinstance(statistic, Thermal):
        assert statistic.unit == system.energy_unit
        assert statistic.levels[0] == system.ground_energy(size)
        np.testing.assert_array_equal(statistic.levels[statistic.of(spins)], system.energy(spins))
        np.testing.assert_allclose(np.exp(statistic.log_density), counts, rtol=1e-12)
        for t in (0.3, 1.0, 2.2, 7.0):
            weights = np.exp(-(statistic.energies - statistic.ground_energy) / t) * counts
            found = np.exp(statistic.log_probability(t))
            np.testing.assert_allclose(found, weights / weights.sum(), rtol=1e-11, atol=1e-300)


def probabilities(system: System, value: float) -> np.ndarray:
    """Of `everything` at a value of the parameter."""
    spins = everything(system)
    statistic = system.statistic(spins.shape[1])
    if system.hidden:  # the likelihood of an image is its own
        p = np.exp(statistic.log_likelihood(spins, np.array([value]))[:, 0])
        return np.asarray(p / p.sum())
    level = statistic.of(spins)
    p = np.exp(statistic.log_probability(value)) / np.bincount(
        level, minlength=len(statistic.levels)
    ).clip(1)
    return np.asarray(p[level] / p[level].sum())


@every_system
def test_lattices_below_where_they_are_ordered_are(system: System) -> None:
    system = SMALLER.get(system, system)
    spins = everything(system)
    value = system.ordered_below(spins.shape[1])
    assert probabilities(system, value)[is_striped(system, system.order(spins))].sum() < 1e-5
    sizes = [system.ordered_below(size) for size in system.sizes]
    assert sizes == sorted(sizes)
    assert 0 <= sizes[0] <= sizes[-1] < np.inf


@every_shown_kernel
@pytest.mark.parametrize("point", [150, 227, 400])
def test_sweeps_leave_the_exact_distribution_as_it_is(
    system: System, kernel: str, point: int
) -> None:
    """Configurations drawn from it by enumeration have it again after two sweeps."""
    system = SMALLER.get(system, system)
    spins = everything(system)
    p = probabilities(system, GRID.value(point))
    mine = chains(system, spins.shape[1], 4000, 2, point)
    begun = spins[np.random.default_rng(point).choice(len(p), len(mine), p=p / p.sum())]
    implementation = system.kernels()[kernel]
    state = implementation.begin(mine, begun)
    implementation.advance(state, np.full(len(mine), 2))
    rows = rows_of(TASK, mine, implementation.images(state))
    found = in_classes(rows, system.statistic(spins.shape[1]))
    assert len(found) == 3
    assert min(finding.p for finding in found) > 1e-4, found
    assert (rows.spins != begun).any((1, 2)).mean() > 0.05


@every_system
def test_pictures_and_digests_tell_any_two_images_apart(system: System) -> None:
    config = Config(system.name, system, Protocol("p", 0), 8, TASK)
    hidden = {name: np.arange(2, dtype=dtype) for name, dtype in system.hidden.items()}
    rows = rows_of(TASK, chains(system, 8, 2), other_spins(system, 8, 2), hidden)
    symbols = system.symbols
    assert rows.spins.dtype == symbols.dtype
    for spins in rows.spins:
        np.testing.assert_array_equal(image.decode(symbols, image.encode(symbols, spins)), spins)
    values = list(symbols.values)
    for place in ((0, 0), (3, 4), (7, 7)):
        changed = rows.spins.copy()
        here = values.index(int(changed[(1, *place)]))
        changed[(1, *place)] = values[(here + 1) % len(values)]
        assert (symbols.packed(changed) != symbols.packed(rows.spins)).any(1).tolist() == [
            False,
            True,
        ]
        assert image.encode(symbols, changed[1]) != image.encode(symbols, rows.spins[1])
        for content in (1, 2):
            digests = set()
            for spins in (rows.spins, changed):
                digest = ContentDigest(content, config)  # type: ignore[arg-type]
                digest.add(replace(rows, spins=spins))
                digests.add(digest.hexdigest())
            assert len(digests) == 2
    for name, values in hidden.items():
        other = replace(rows, hidden=hidden | {name: values + 1})
        assert len({ContentDigest(2, config).add(some) for some in (rows, other)}) == 2


@every_system
def test_fixed_sites_stay(system: System) -> None:
    size = system.sizes[2]
    held = system.fixed(size)
    spins = simulate(chains(system, size, 20, 30, 400))
    moved = (spins != spins[0]).any(0)
    if held is None:
        assert moved.all()
    else:
        assert held.shape == (size, size)
        assert moved[held == 0].all()
        assert (spins[:, held != 0] == held[held != 0]).all()


@every_system
def test_what_is_no_image_is_refused(system: System) -> None:
    value = system.symbols.values[-1]
    for outside in (value + 1, value + 0.5, value + 256, value - 256):
        spins = other_spins(system, 6, 1).astype(float if outside % 1 else int)
        spins[0, 2, 2] = outside
        assert not system.symbols.holds(spins).any()
        for function in (system.energy, system.order, system.magnetization):
            with pytest.raises(ValueError, match=r"."):
                function(spins)
    for shape in ((6, 5), (6,), ()):
        with pytest.raises(ValueError, match="shape"):
            system.energy(np.full(shape, system.symbols.values[0]))
    for size in (system.sizes[0] - 1, system.sizes[-1] + 1):
        with pytest.raises(ValueError, match=f"size {size}"):
            simulate(chains(system, size, 1))


@every_system
def test_disorder_has_no_order_and_the_numbers_are_in_their_ranges(system: System) -> None:
    spins = other_spins(system, 32, 20)
    order, m = system.order(spins), system.magnetization(spins)
    assert order.shape == m.shape == (20,)
    assert (order < 0.4).all()
    assert (np.abs(m) < 0.3).all()
    assert system.energy(spins).dtype == np.int64
    assert (system.energy(spins) > system.ground_energy(32)).all()
    assert system.energy(spins[0]) == system.energy(spins)[0]
    assert system.energy_unit > 0


@every_system
def test_it_is_described(system: System) -> None:
    assert system.card.strip()
    assert system.facts
    words = system.column_words(32)
    assert set(words) == {"image", "spins", "energy", "magnetization", *system.hidden}
    assert "32 x 32" in words["spins"]
    assert Chain("0", "c", "s", 0, system, 8, GRID, 1, 0, 1).start == GROUND


CONFIGS = [config for release in RELEASES.values() for config in release.configs]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: c.name)
def test_what_an_image_of_a_released_config_tells_is_known(config: Config) -> None:
    assert config.size in config.system.sizes
    statistic = config.system.statistic(config.size)
    ground = 0 if config.system.hidden else config.system.ground_energy(config.size)
    assert statistic.levels[0] == ground
    assert config.system.parameter == config.task.grid.parameter
