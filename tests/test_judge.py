"""Samplers judged against the exact physics: honest ones pass, and others do not."""

import json
from itertools import product
from math import log, tanh
from pathlib import Path

import numpy as np
import pytest

import ising_bench
from conftest import Cli, only_line
from ising_bench.ndarrays import Array, Spins
from ising_bench.releases.v1_1 import V1_1
from ising_bench.scoring.importance_weights import weights
from ising_bench.scoring.reference_sample import two_point
from ising_bench.scoring.sampler import Judgment, config_of, judge


def told(judgment: Judgment) -> set[str]:
    return {finding.test for finding in judgment.told_by}


@pytest.mark.parametrize(
    ("name", "temperature", "size", "sweeps"),
    [
        ("periodic_ferro", "2.269", 32, 3000),
        ("periodic_antiferro", "2", 16, 750),
        ("skewed_ferro", "2.5", 32, 750),
        ("antiperiodic_ferro", "3.123", 16, 750),
        ("potts_q3", "1.1", 100, 750),
    ],
)
def test_honest_lattices_pass(name: str, temperature: str, size: int, sweeps: int) -> None:
    spins = ising_bench.simulate(name, float(temperature), 300, size, sweeps, seed=7)
    found = judge(V1_1, name, spins, temperature, ours=300)
    assert not found.told_by
    assert found.energy[0] == pytest.approx(found.exact_energy, abs=4 * found.energy[1])
    assert found.energy_distance < 2 * found.honest_distance[1]
    assert found.honest_distance[0] < found.honest_distance[1]


def test_a_few_sweeps_are_told_from_equilibrium() -> None:
    spins = ising_bench.simulate("periodic_ferro", 2.269, 500, 32, sweeps=12, seed=7)
    found = judge(V1_1, "periodic_ferro", spins, "2.269", ours=500)
    assert "order parameter" in told(found)


def test_another_temperature_is_told() -> None:
    spins = ising_bench.simulate("periodic_ferro", 2.6, 300, 32, seed=7)
    found = judge(V1_1, "periodic_ferro", spins, "2.5", ours=300)
    assert {"mean energy", "shape"} <= told(found)
    assert found.energy_distance > 2 * found.honest_distance[1]


def mean_field(temperature: float, n: int, size: int) -> tuple[Spins, Array, float]:
    """Independent spins of the magnetization that mean-field theory has, the logarithms of their
    probabilities, and the expected mean of ln q + E / T for each site."""
    m = 0.5
    for _ in range(1000):
        m = tanh(4 * m / temperature)
    p = (1 + m) / 2
    spins = np.where(np.random.default_rng(1).random((n, size, size)) < p, 1, -1).astype(np.int8)
    up = (spins > 0).sum((1, 2))
    log_q = up * log(p) + (size**2 - up) * log(1 - p)
    return spins, log_q, p * log(p) + (1 - p) * log(1 - p) - 2 * m**2 / temperature


def test_mean_field_is_told_and_its_divergence_is_what_theory_says() -> None:
    spins, log_q, expected = mean_field(3.0, 400, 32)
    found = judge(V1_1, "periodic_ferro", spins, "3", ours=300)
    assert {"mean energy", "dispersion", "order parameter", "sign of m"} <= told(found)
    config = config_of(V1_1, "periodic_ferro", spins, "3")
    by_weight = weights(config, spins, log_q)
    divergence = 32**2 * expected + by_weight.exact_log_partition
    assert by_weight.divergence[0] == pytest.approx(divergence, abs=4 * by_weight.divergence[1])
    assert by_weight.effective_share < 0.05
    assert by_weight.exact_log_partition == pytest.approx(
        32**2 * ising_bench.exact("periodic_ferro", 3.0, 32).log_partition_per_site
    )


def test_the_exact_probabilities_have_no_divergence() -> None:
    """All of L = 4, drawn by their Boltzmann weights."""
    every = np.array(list(product([-1, 1], repeat=16)), np.int8).reshape(-1, 4, 4)
    energy = -(
        (every * np.roll(every, 1, 1)).sum((1, 2)) + (every * np.roll(every, 1, 2)).sum((1, 2))
    )
    p = np.exp(-energy / 2.5)
    p /= p.sum()
    drawn = np.random.default_rng(2).choice(len(p), 500, p=p)
    config = config_of(V1_1, "periodic_ferro", every[drawn], "2.5")
    found = weights(config, every[drawn], np.log(p[drawn]))
    assert found.log_partition == pytest.approx((found.exact_log_partition, 0), abs=1e-9)
    assert found.effective_share == pytest.approx(1)
    assert found.divergence == pytest.approx((0, 0), abs=1e-9)
    assert not judge(V1_1, "periodic_ferro", every[drawn], "2.5", ours=500).told_by


def test_two_point_functions_of_numbers_names_and_angles() -> None:
    spins = np.tile(np.array([1, 1, -1, -1], np.int8), (2, 8, 2))
    assert two_point(V1_1.config("periodic_ferro"), spins)[0, 1] == -1
    colours = np.zeros((2, 8, 8), np.int8)
    assert two_point(V1_1.config("potts_q3"), colours)[0].tolist() == [1, 1, 1]
    colours[..., 1::2] = 1
    assert two_point(V1_1.config("potts_q3"), colours)[0, :2].tolist() == pytest.approx([-0.5, 1])
    angles = np.tile(np.arange(0, 256, 32, dtype=np.uint8), (2, 8, 1))
    found = two_point(V1_1.config("xy"), angles)[0]
    assert found == pytest.approx(np.cos(np.pi / 4 * np.array([1, 2, 4])))


def test_the_command_prints_the_verdict_and_exits_by_it(cli: Cli, tmp_path: Path) -> None:
    spins, log_q, _ = mean_field(3.0, 50, 16)
    np.save(tmp_path / "wrong.npy", spins.astype(float))
    np.save(tmp_path / "log_q.npy", log_q)
    np.save(tmp_path / "right.npy", ising_bench.simulate("periodic_ferro", 3, 50, 16, seed=1))
    asked = ("--config", "periodic_ferro", "--temperature", "3.0", "--ours", "50")
    done = cli("judge", "right.npy", *asked)
    assert done.returncode == 0, done.stderr
    assert "not told from exact lattices" in done.stdout
    done = cli("judge", "wrong.npy", *asked, "--log-prob", "log_q.npy")
    assert done.returncode == 3
    assert "told from exact lattices by: " in done.stdout
    assert "effective_share" in done.stdout
    done = cli("judge", "wrong.npy", *asked, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["told_by"][0]["p"] < 1e-3


def test_mistakes_are_one_line(cli: Cli, tmp_path: Path) -> None:
    spins = np.ones((3, 16, 16), np.int8)
    np.save(tmp_path / "spins.npy", spins)
    np.save(tmp_path / "zeros.npy", 0 * spins)
    np.save(tmp_path / "large.npy", 300 * spins.astype(int))
    np.save(tmp_path / "one.npy", spins[0])
    np.save(tmp_path / "odd.npy", spins[:, :15, :15])
    np.save(tmp_path / "text.npy", np.array(["spin"]))
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    np.savez(tmp_path / "several.npz", spins=spins)
    (tmp_path / "broken.npy").write_bytes((tmp_path / "spins.npy").read_bytes()[:300])
    for name, config, temperature, said in (
        ("zeros.npy", "periodic_ferro", "2", "a site of the samples is none of -1, +1"),
        ("large.npy", "periodic_ferro", "2", "a site is none of -1, +1"),
        ("one.npy", "periodic_ferro", "2", "have shape (16, 16), not (n, L, L) with n from 2 up"),
        ("odd.npy", "periodic_ferro", "2", "cannot have size 15"),
        ("spins.npy", "skewed_ferro", "2", "a site that skewed_ferro fixes holds something else"),
        ("spins.npy", "xy", "1", "not known for L = 16"),
        ("spins.npy", "quantum_ising", "1", "has a field"),
        ("spins.npy", "periodic_ferro", "cold", "'cold' is not a decimal"),
        ("text.npy", "periodic_ferro", "2", "is no .npy file of numbers"),
        ("objects.npy", "periodic_ferro", "2", "is no .npy file of numbers"),
        ("several.npz", "periodic_ferro", "2", "is no .npy file of numbers"),
        ("broken.npy", "periodic_ferro", "2", "is no .npy file of numbers"),
        ("nothing.npy", "periodic_ferro", "2", "there is no such file"),
    ):
        done = cli("judge", name, "--config", config, "--temperature", temperature)
        assert done.returncode == 1, name
        assert said in only_line(done.stderr)
    np.save(tmp_path / "log_q.npy", np.ones(3))
    asked = ("--config", "periodic_ferro", "--temperature", "2", "--log-prob", "log_q.npy")
    assert "log-probability 1 is above 0" in only_line(cli("judge", "spins.npy", *asked).stderr)
    np.save(tmp_path / "log_q.npy", -np.ones(2))
    assert "log-probabilities has shape" in only_line(cli("judge", "spins.npy", *asked).stderr)
