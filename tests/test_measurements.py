"""What was measured: the shipped file is what the code makes, and says what the physics says."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli, only_line
from ising_bench import measured as records
from ising_bench.dataset.samples import samples
from ising_bench.errors import IsingBenchError
from ising_bench.measured import PARTS, Measured, shipped
from ising_bench.measurements import equilibrium, relaxation
from ising_bench.measurements.effort import Effort
from ising_bench.measurements.interface import solid_on_solid_heights
from ising_bench.paper import TASK
from ising_bench.physics.autocorrelation import integrated_time
from ising_bench.releases.v1 import EQUILIBRIUM, V1
from ising_bench.scoring.realised import report


def test_every_part_is_shipped() -> None:
    for part in PARTS:
        assert getattr(shipped(), part) or getattr(shipped("1.1.0"), part), part


def test_one_temperature_measured_again_gives_the_shipped_numbers() -> None:
    row = next(
        r for r in shipped().temperatures if (r.config, r.temperature) == ("skewed_ferro", 0.5)
    )
    config = V1.config("skewed_ferro")
    again = equilibrium.at_point(V1, config, 50, row.chains, lambda _: None)
    assert again == row


def test_one_curve_measured_again_agrees_with_the_shipped_one() -> None:
    """Other random numbers than those of its time: within four and a half standard errors."""
    row = next(r for r in shipped().relaxation if (r.temperature, r.start) == (1.5, "random"))
    again = relaxation.curve(V1, V1.config(row.system), 150, "random", row.chains)
    assert again.sweeps == row.sweeps
    for one, other in zip(again.order_parameter, row.order_parameter, strict=True):
        assert abs(one.value - other.value) < 4.5 * np.hypot(one.error, other.error)


def test_shipped_ceilings_and_distinct_counts_are_those_of_the_release() -> None:
    row = next(r for r in shipped().ceilings if r.config == "antiperiodic_ferro")
    known = report(V1, V1.config("antiperiodic_ferro"))
    assert row.expected_macro_f1 == known["expected_macro_f1"]
    assert row.realised_macro_f1 == known["realised_macro_f1"]
    cold = next(r for r in shipped().distinct if (r.config, r.label) == ("periodic_ferro", "FSbCR"))
    parts = [samples(V1, "periodic_ferro", split.name) for split in TASK.splits]
    lattices = {s.tobytes() for part in parts for s in part.spins[part.labels == 0]}
    assert (cold.images, cold.distinct) == (470, len(lattices))


def test_the_equilibrium_configs_agree_with_the_exact_energies() -> None:
    """Within 0.05 standard deviations of one image, as asked of them; the antiferromagnet and every
    other system at every class edge, T_c and low temperature."""
    biases = [b for row in shipped().agreement for b in (row.once, row.twice)]
    assert len(biases) == 2 * len(V1.sets["equilibrium"]) * len(equilibrium.AGREEMENT)
    assert max(abs(b.value) for b in biases) < 0.05
    assert np.mean([abs(b.value) < 0.05 for b in biases]) > 0.98
    assert np.sqrt(np.mean([(b.value / b.error) ** 2 for b in biases])) < 1.2


def test_the_sweeps_are_twenty_times_the_longest_autocorrelation_time() -> None:
    for row in shipped().autocorrelation:
        point = round(100 * row.temperature)
        times = [row.order_parameter]
        if not (row.system == "skewed_ferro" and point < 100):
            times.append(row.energy)  # below, the start draws the interface from equilibrium
        for time in times:
            assert 20 * time.value < EQUILIBRIUM.sweeps_at(point) + 40 * time.error


def test_no_feature_beyond_the_energy_gains_anything() -> None:
    for row in shipped().scores:
        assert row.rows >= 100_000
        assert abs(row.features_gain.value) < 3 * row.features_gain.error + 2e-4
        assert 0.95 < row.thresholds_released < 0.99


def test_a_cold_magnetization_is_the_infinite_lattice_s() -> None:
    """C. N. Yang's (1 - sinh(2/T)^-4)^(1/8), from ordered starts after 15 000 sweeps."""
    for row in shipped().relaxation:
        if row.system == "periodic_ferro" and row.start == "ordered" and row.temperature <= 2:
            known = (1 - np.sinh(2 / row.temperature) ** -4.0) ** 0.125
            last = row.order_parameter[-1]
            assert abs(last.value - known) < 4 * last.error + 1e-6


def test_solid_on_solid_heights_are_those_of_all_closed_lines() -> None:
    size, t = 5, 1.3
    weights = np.zeros(size - 1)
    for heights in itertools.product(range(1, size), repeat=size):
        steps = sum(abs(a - b) for a, b in zip(heights, (*heights[1:], heights[0]), strict=True))
        weights[heights[0] - 1] += np.exp(-2 * steps / t)
    np.testing.assert_allclose(solid_on_solid_heights(size, t), weights / weights.sum())


def test_protocols_are_near_equilibrium_in_each_class_at_a_small_effort_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(equilibrium, "_LADDERS", 2)
    few = Effort(in_class=40, ladders=4)
    names = "antiperiodic_ferro", "antiperiodic_ferro_equilibrium"
    rows = equilibrium.classes_of(V1, *map(V1.config, names), few)
    assert [(row.label, row.protocol) for row in rows[:4]] == [
        ("FSbCR", "paper"),
        ("FSbCR", "heating"),
        ("FSbCR", "cooling"),
        ("SbCR", "paper"),
    ]
    for row in rows:
        full = next(
            r
            for r in shipped().classes
            if (r.system, r.label, r.protocol) == (row.system, row.label, row.protocol)
        )
        assert row.spread == full.spread
        error = np.hypot(row.energy.error, full.energy.error)
        assert abs(row.energy.value - full.energy.value) < 4.5 * error


def test_series_have_the_times_that_were_shipped() -> None:
    series = relaxation.series(V1, V1.config("skewed_ferro_equilibrium"), 220, 8, 0, 400)
    assert series.shape == (2, 16, 400)
    row = next(
        r for r in shipped().autocorrelation if (r.system, r.temperature) == ("skewed_ferro", 2.2)
    )
    time, error = integrated_time(series[0])
    assert abs(8 * time - row.energy.value) < 5 * 8 * error


def test_parts_are_written_one_by_one_and_kept(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "m.json"
    records.write(path, "ceilings", shipped().ceilings)
    of = ("--release", "1.0.0")
    done = cli("measure", "interface", "--effort", "0.005", "--out", "m.json", *of)
    assert done.returncode == 0, done.stderr
    found = records.read(path)
    assert found.ceilings == shipped().ceilings
    assert [row.temperature for row in found.interface] == [
        row.temperature for row in shipped().interface
    ]
    assert found.scores == ()
    for unknown in (cli("measure", "everything"), cli("measure", "interface")):
        assert "choose from autocorrelation" in only_line(unknown.stderr)


def test_a_file_that_holds_no_measurements_is_named(tmp_path: Path) -> None:
    for text in ("", "{", "[]", json.dumps({"scores": [{}]}), json.dumps({"more": []})):
        (tmp_path / "m.json").write_text(text)
        with pytest.raises(IsingBenchError, match="holds no measurements"):
            records.read(tmp_path / "m.json")
    empty = tmp_path / "e.json"
    records.write(empty, "scores", [])
    assert records.read(empty) == Measured()


def test_measuring_one_system_leaves_the_records_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"

    def rows(names: str, value: float) -> list[records.BaselineScore]:
        return [records.BaselineScore(name, "majority", value) for name in names.split()]

    records.write(path, "baselines", rows("a b c", 0.1))
    records.write(path, "baselines", rows("b", 0.2), ["b"])
    found = [(row.config, row.macro_f1) for row in records.read(path).baselines]
    assert found == [("a", 0.1), ("b", 0.2), ("c", 0.1)]
    records.write(path, "baselines", rows("d", 0.3), ["d"])
    assert [row.config for row in records.read(path).baselines] == ["a", "b", "c", "d"]
    records.write(path, "baselines", rows("d", 0.3))
    assert [row.config for row in records.read(path).baselines] == ["d"]
