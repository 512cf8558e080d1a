"""The package as it is called from Python."""

import inspect
import json

import numpy as np
import pytest

import ising_bench
from conftest import Cli
from ising_bench.errors import IsingBenchError, UnknownNameError
from ising_bench.systems.ising import PERIODIC_FERRO, SKEWED_FERRO

PUBLIC = [
    "__version__", "arrays", "ceiling", "density_of_states", "exact", "load", "posterior", "score",
    "simulate", "stream", "systems", "torch_dataset",
]  # fmt: skip


def test_dir_shows_what_is_public_and_nothing_else() -> None:
    assert dir(ising_bench) == PUBLIC
    for name in PUBLIC:
        assert getattr(ising_bench, name)
        if inspect.isfunction(getattr(ising_bench, name)):
            assert inspect.getdoc(getattr(ising_bench, name))
            assert f"{name}(" in (ising_bench.__doc__ or "")
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        ising_bench.frobnicate  # noqa: B018
    assert [s.name for s in ising_bench.systems.SYSTEMS]


def test_python_and_the_command_line_say_the_same(cli: Cli) -> None:
    printed = json.loads(cli("exact", "skewed_ferro", "--temperature", "2.2", "--json").stdout)
    for system in ("skewed_ferro", SKEWED_FERRO):
        known = dict(vars(ising_bench.exact(system, 2.2)))
        assert list(known) == list(printed)
        assert known.pop("certainty") == "exact"
        numbers = {name: value for name, value in printed.items() if name != "certainty"}
        assert known == pytest.approx(numbers, rel=1e-11)
    best = json.loads(cli("ceiling", "skewed_ferro", "--json").stdout)
    found = ising_bench.ceiling("skewed_ferro")
    assert found.expected_macro_f1 == pytest.approx(best["expected_macro_f1"], rel=1e-11)
    assert ising_bench.ceiling("skewed_ferro", (30, 10, 10, 40)) != found


def test_what_was_measured_has_an_error(cli: Cli) -> None:
    found = ising_bench.exact("potts_q3", 0.995)
    assert found.certainty == "certified"
    assert found.energy_per_site == pytest.approx(-1.5862, abs=5 * found.energy_per_site_error)
    assert 1e-4 < found.energy_per_site_error < 3e-3
    assert ising_bench.exact("potts_q3", 0.995, size=4).energy_per_site_error == 0
    text = cli("exact", "blume_capel", "--temperature", "1.4").stdout
    assert "certified" in text
    assert "heat_capacity_per_site_error" in text
    assert "_error" not in cli("exact", "periodic_ferro", "--temperature", "1.4").stdout
    best = json.loads(cli("ceiling", "potts_q10_equilibrium", "--json").stdout)
    assert (best["certainty"], best["error"]) == ("certified", 5e-5)
    assert ising_bench.ceiling("potts_q10").certainty == "certified"


def test_the_posterior_follows_the_prior() -> None:
    spins = np.ones((100, 100), np.int8)
    by_default = ising_bench.posterior("periodic_ferro", spins)
    hot = np.zeros(401)
    hot[232:] = 1 / 169
    assert by_default.argmax() == 0
    assert ising_bench.posterior("periodic_ferro", spins, hot) == pytest.approx([0, 0, 0, 1])


def test_densities_of_states_are_those_of_enumeration() -> None:
    energies, log_states = ising_bench.density_of_states("periodic_ferro", 4)
    assert energies[[0, 1, 2, -1]].tolist() == [-32, -28, -24, 32]
    assert np.exp(log_states[[0, 1, 2, 3]]) == pytest.approx([2, 0, 32, 64])
    assert np.exp(log_states).sum() == pytest.approx(2**16)


def test_lattices_are_simulated_at_any_temperature_and_the_same_again() -> None:
    once, again = (
        ising_bench.simulate(system, 2.26918, 4, size=16, entropy="ab" * 32)
        for system in ("periodic_ferro", PERIODIC_FERRO)
    )
    np.testing.assert_array_equal(once, again)
    assert (once.shape, once.dtype) == ((4, 16, 16), np.int8)
    others = ising_bench.simulate("periodic_ferro", 2.26918, 4, size=16)
    assert not np.array_equal(once, others)
    assert ising_bench.simulate("periodic_ferro", 1e308, 2, 16, start="random").shape[0] == 2
    cold = ising_bench.simulate("periodic_ferro", 0, 4, size=16)
    assert (PERIODIC_FERRO.energy(cold) == -512).all()
    mean = PERIODIC_FERRO.energy(ising_bench.simulate("periodic_ferro", 4.125, 4000, 16)).mean()
    exact = 256 * ising_bench.exact("periodic_ferro", 4.125, 16).energy_per_site
    spread = np.sqrt(PERIODIC_FERRO.statistic(16).energy_variance(4.125) / 4000)
    assert abs(mean - exact) < 5 * spread


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: ising_bench.exact("ferro", 1), UnknownNameError, "unknown system 'ferro': choose"),
        (lambda: ising_bench.exact("periodic_ferro", -1), IsingBenchError, "temperature -1"),
        (lambda: ising_bench.exact("periodic_ferro", 1, 51), ValueError, "L = 51"),
        (lambda: ising_bench.simulate("periodic_ferro", -1, 1), ValueError, "temperature -1"),
        (lambda: ising_bench.simulate("periodic_ferro", np.nan, 1), ValueError, "nan is not"),
        (lambda: ising_bench.simulate("periodic_ferro", np.inf, 1), ValueError, "finite"),
        (lambda: ising_bench.simulate("periodic_ferro", 1, 0), ValueError, "images is 0"),
        (lambda: ising_bench.simulate("periodic_ferro", 1, 1, 7), ValueError, "size 7"),
        (lambda: ising_bench.simulate("periodic_ferro", 1, 1, 8, -1), ValueError, "sweeps is -1"),
        (lambda: ising_bench.simulate("periodic_ferro", 1, 1, entropy="x"), IsingBenchError, "64"),
        (lambda: ising_bench.simulate("periodic_ferro", 1, 1, start="x"), UnknownNameError, "'x'"),
        (lambda: ising_bench.ceiling("periodic_ferro", (1, 2)), ValueError, "4 classes"),
        (lambda: ising_bench.posterior("periodic_ferro", np.ones((4, 4))), ValueError, "100 x 100"),
        (lambda: ising_bench.score("periodic_ferro", 1, "0.1"), UnknownNameError, "release '0.1'"),
    ],
)  # fmt: skip
def test_a_mistake_is_said(call, error, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=said):
        call()
