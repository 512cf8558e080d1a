"""What is printed and kept does not depend on the processor's last digits."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ising_bench.digits import shared_digits
from ising_bench.leaderboard.rescore import rescore
from test_leaderboard_check import submit

ROOT = Path(__file__).parent.parent

COMPUTE = """
import json
from dataclasses import asdict
from ising_bench.systems.public import exact
from ising_bench.releases.v1 import V1
from ising_bench.scoring.ceiling import ceiling
skewed, antiperiodic = V1.config("skewed_ferro"), V1.config("antiperiodic_ferro")
made = [ceiling(skewed), ceiling(antiperiodic, (30, 10, 10, 40)), exact(skewed.system, 2.2, 100)]
print(json.dumps([asdict(one) for one in made]))
"""


def vector_instructions() -> str:
    """What numpy chooses its loops by on this processor."""
    return ",".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))


ENVIRONMENTS = {
    "an old processor's products": {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
    "a newer one's": {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
    "an old processor's loops": {"NPY_DISABLE_CPU_FEATURES": vector_instructions()},
}


@pytest.fixture(scope="module")
def computed() -> list[list[dict[str, object]]]:
    """The same in each environment."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", COMPUTE],
            env=os.environ | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for more in ENVIRONMENTS.values()
    ]
    answers = [child.communicate(timeout=120) for child in children]
    for child, (_, errors) in zip(children, answers, strict=True):
        assert child.returncode == 0, errors
    return [json.loads(text) for text, _ in answers]


def test_ceiling_and_averages_are_the_same_whatever_multiplies_matrices(
    computed: list[list[dict[str, object]]],
) -> None:
    """To the last digit, where OpenBLAS has kernels for several processors."""
    old, newer, _ = computed
    assert old == newer


def test_twelve_digits_are_those_of_a_processor_without_vector_instructions(
    computed: list[list[dict[str, object]]],
) -> None:
    here, _, plain = computed
    assert shared_digits(here) == shared_digits(plain)


def test_twelve_digits_are_kept_wherever_a_number_stands() -> None:
    found = shared_digits({"a": [1 / 3, (2 / 3, 5, "x", None)], "b": 1e-300 / 3, "c": True})
    assert found == {
        "a": [0.333333333333, (0.666666666667, 5, "x", None)],
        "b": 3.33333333333e-301,
        "c": True,
    }


def test_numbers_of_the_board_have_six_digits() -> None:
    page = (ROOT / "leaderboard" / "index.html").read_text()
    numbers = re.findall(r'data-value="(-?[0-9.]+)"', page)
    assert len(numbers) > 100
    assert all(re.fullmatch(r"\d+(\.\d{6})?", number) for number in numbers)
    assert not re.search(r"\d\.\d{7}", page + (ROOT / "leaderboard" / "README.md").read_text())


def test_scores_that_differ_in_their_last_digits_have_not_moved(tmp_path: Path) -> None:
    path = submit(tmp_path)
    entry = json.loads(path.read_text())
    for trial in entry["trials"]:
        for name in ("log_loss", "mean_kl"):
            claim = trial["scores"][name]
            assert claim == float(f"{claim:.12g}")
            trial["scores"][name] = float(np.nextafter(claim, 1))
    path.write_text(json.dumps(entry))
    before = path.read_bytes()
    assert rescore(tmp_path / "entries", write=True) == []
    assert path.read_bytes() == before
