"""Private test sets: nothing leaks before the reveal, and the reveal proves everything."""

import json
import shutil
import stat
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from conftest import Cli, only_line
from ising_bench.errors import FolderError, UnknownNameError, VerificationError
from ising_bench.leaderboard import fresh
from ising_bench.leaderboard.fresh import Secret
from ising_bench.paper import TASK
from ising_bench.releases.table import spins_of
from ising_bench.releases.v1 import V1
from ising_bench.scoring import predictions
from ising_bench.scoring.bayes import class_posterior_of
from ising_bench.scoring.truth import sample_ids

CONFIG = "periodic_ferro"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Secret, Path]:
    """A secret, and the folder with its file, images and labels."""
    folder = tmp_path_factory.mktemp("fresh")
    secret = fresh.commit(V1, CONFIG, 1, folder / "secret.json")
    fresh.build(secret, folder / "images")
    fresh.write_labels(secret, folder / "labels.csv")
    return secret, folder


def test_only_the_owner_can_read_secret_and_labels(made: tuple[Secret, Path]) -> None:
    _, folder = made
    for name in ("secret.json", "labels.csv"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        with pytest.raises(FolderError, match="is there already"):
            fresh.commit(V1, CONFIG, 1, folder / name)
    assert fresh.read(folder / "secret.json") == made[0]


def test_what_is_handed_out_says_nothing_but_the_images(made: tuple[Secret, Path]) -> None:
    secret, folder = made
    handed = pq.read_table(folder / "images" / "images.parquet")
    assert sorted(handed.column_names) == ["image", "sample_id", "spins"]
    ids = handed["sample_id"].to_pylist()
    assert ids == sorted(ids)
    assert not set(ids) & set(sample_ids(V1, CONFIG))
    shown = b"".join(path.read_bytes() for path in (folder / "images").iterdir())
    for private in (secret.entropy, secret.salt):
        assert private.encode() not in shown
    labels = [int(line.split(",")[1]) for line in (folder / "labels.csv").read_text().split()[1:]]
    assert np.bincount(labels).tolist() == list(TASK.test.counts)
    # the order of rows says nothing of the class: neighbours agree as often as chance has it
    agree = np.mean(np.array(labels[1:]) == np.array(labels[:-1]))
    assert 0.2 < agree < 0.4


def test_the_commitment_binds_every_part(made: tuple[Secret, Path]) -> None:
    secret, _ = made
    others = {
        Secret(secret.kind, secret.release, c, t, e, s).commitment
        for c in (CONFIG, "skewed_ferro")
        for t in (1, 2)
        for e in (secret.entropy, "0" * 64)
        for s in (secret.salt, "0" * 64)
    }
    assert len(others) == 16
    assert secret.commitment in others


def test_predictions_of_the_set_are_scored(made: tuple[Secret, Path], tmp_path: Path) -> None:
    secret, folder = made
    handed = pq.read_table(folder / "images" / "images.parquet")
    spins = spins_of(handed, 100)
    p = class_posterior_of(V1.config(CONFIG), spins)
    csv = tmp_path / "p.csv"
    predictions.write(csv, tuple(handed["sample_id"].to_pylist()), {0: p})
    scores = fresh.score(secret, csv)
    assert scores.mean_kl == pytest.approx(0, abs=1e-5)
    assert scores.macro_f1 > 0.94
    public = tmp_path / "public.csv"
    predictions.write(public, sample_ids(V1, CONFIG), {0: p})
    with pytest.raises(VerificationError, match="is a test image of this config"):
        fresh.score(secret, public)


def test_the_reveal_proves_commitment_and_images(made: tuple[Secret, Path], tmp_path: Path) -> None:
    secret, folder = made
    images = folder / "images" / "images.parquet"
    assert fresh.check_revealed(secret, secret.commitment, images) == 400
    with pytest.raises(VerificationError, match="published was"):
        fresh.check_revealed(secret, "0" * 64, images)
    other = fresh.commit(V1, CONFIG, 1, tmp_path / "other.json")
    with pytest.raises(VerificationError, match="not what the secret gives"):
        fresh.check_revealed(other, other.commitment, images)


def test_on_the_command_line(tmp_path: Path, cli: Cli) -> None:
    committed = cli("fresh", "commit", "skewed_ferro")
    assert committed.returncode == 0, committed.stderr
    commitment = committed.stdout.strip()
    assert len(commitment) == 64
    assert "is there already" in only_line(cli("fresh", "commit", "skewed_ferro").stderr)
    assert cli("fresh", "build").returncode == 0
    assert "--labels" in only_line(cli("fresh", "build", "--out", "more").stderr)
    assert not (tmp_path / "more").exists()
    assert "not empty" in only_line(cli("fresh", "build", "--labels", "more.csv").stderr)
    note = json.loads((tmp_path / "fresh-images" / "commitment.json").read_text())
    assert note["commitment"] == commitment
    done = cli("fresh", "reveal", commitment)
    assert done.returncode == 0, done.stderr
    assert "400 images" in done.stdout
    assert "published was" in only_line(cli("fresh", "reveal", "1a2b").stderr)
    other = cli("fresh", "reveal", commitment, "--images", "fresh-labels.csv")
    assert "fresh-labels.csv is not what was handed out" in only_line(other.stderr)
    ids = [line.split(",")[0] for line in (tmp_path / "fresh-labels.csv").read_text().split()[1:]]
    predictions.write(tmp_path / "p.csv", tuple(ids), {0: np.full((400, 4), 0.25)})
    scored = cli("fresh", "score", "p.csv", "--json")
    assert json.loads(scored.stdout)["macro_f1"] == pytest.approx(0.1364, abs=1e-3)
    shutil.copy(tmp_path / "p.csv", tmp_path / "fresh-secret.json")
    assert "holds no secret" in only_line(cli("fresh", "build", "--out", "x").stderr)


def test_a_secret_for_another_release_is_an_error(
    tmp_path: Path, made: tuple[Secret, Path]
) -> None:
    text = (made[1] / "secret.json").read_text().replace('"1.0.0"', '"0.9.0"')
    (tmp_path / "old.json").write_text(text)
    with pytest.raises(UnknownNameError, match=r"unknown release '0\.9\.0'"):
        fresh.read(tmp_path / "old.json")
