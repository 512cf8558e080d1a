"""The figures: each is drawn, is not blank, shows what it claims, and stands on the card."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import Board, Cli, DryRun, only_line
from ising_bench.card.card import render
from ising_bench.dataset.samples import samples
from ising_bench.figures import lattices, sweep
from ising_bench.figures.draw import figures_of
from ising_bench.figures.scores import bars
from ising_bench.identity import Home
from ising_bench.releases import manifest
from ising_bench.releases.v1_1 import V1_1
from ising_bench.sublattices import sublattice_signs
from ising_bench.systems.ising import PERIODIC_FERRO
from ising_bench.systems.ising.model import BLUE, YELLOW

ROOT = Path(__file__).parent.parent
SHOWN = ROOT / "dataset_card" / "figures"

FIGURES = list(figures_of(V1_1))


@pytest.fixture(scope="module")
def drawn(dry_run: DryRun) -> dict[str, np.ndarray]:
    """As a push draws them; `test_wheel.py` draws some on the command line."""
    return {
        name: np.asarray(Image.open(dry_run.folder / "figures" / f"{name}.png").convert("RGB"))
        for name in FIGURES
    }


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_the_card_and_shows_something(name: str, drawn: dict) -> None:
    height, width, _ = drawn[name].shape
    assert 840 <= width <= 900
    assert 200 <= height <= 800
    assert len(np.unique(drawn[name].reshape(-1, 3), axis=0)) > 2


def test_lattices_stand_on_whole_pixels_in_the_true_colours(drawn: dict) -> None:
    """Two pixels a site: the lattice can be read back from the picture."""
    found = samples(V1_1, "periodic_antiferro", "train")
    row = lattices._spread(found, 0, 2)[0]
    picture = drawn["periodic_antiferro"]
    up, down = (np.all(picture == colour, axis=-1) for colour in (BLUE, YELLOW))
    rows, columns = np.nonzero(up | down)
    top, left = rows.min(), columns.min()
    corner = np.where(up, 1, -1)[top : top + 200, left : left + 200]
    np.testing.assert_array_equal(corner, np.kron(found.spins[row], np.ones((2, 2))))


def test_the_sweep_figure_is_a_sweep() -> None:
    before, between, after = sweep._states(V1_1.entropy)
    even = sublattice_signs(len(before)) > 0
    assert not np.array_equal(before, after)
    np.testing.assert_array_equal(between[~even], before[~even])
    np.testing.assert_array_equal(between[even], after[even])
    # whatever costs nothing is flipped, in each half
    for old, new, mine in ((before, between, even), (between, after, ~even)):
        for row, column in np.argwhere(mine):
            flipped = old.copy()
            flipped[row, column] *= -1
            cost = PERIODIC_FERRO.energy(flipped) - PERIODIC_FERRO.energy(old)
            assert cost > 0 or new[row, column] != old[row, column]


def test_the_scores_figure_shows_the_board(board_here: Board) -> None:
    shown = {(bar.name, bar.config): bar for bar in bars(V1_1)}
    entries = board_here.checked.entries
    assert set(shown) == {(s.entry.name, s.config) for s in entries}
    for scored in entries:
        bar = shown[scored.entry.name, scored.config]
        if scored.scores is not None:
            assert bar.mean == pytest.approx(scored.scores.macro_f1, abs=1e-9)
        elif scored.entry.reported is not None:
            assert bar.mean == scored.entry.reported.macro_f1


def test_the_card_shows_every_figure_and_a_local_one_none(whole: Path) -> None:
    found = manifest.read(whole)
    card = render(found, V1_1, Home("org/ising-bench", "v1.1.0"), FIGURES)
    shown = re.findall(r"!\[([^\]]+)\]\(figures/([a-z0-9_]+)\.png\)", card)
    assert sorted(name for _, name in shown) == sorted(FIGURES)
    assert "![" not in render(found, V1_1)


def test_the_repository_holds_the_figures_as_they_are_drawn(drawn: dict) -> None:
    """To a pixel here and there: fonts and rasterisers differ."""
    assert {path.stem for path in SHOWN.glob("*.png")} == set(FIGURES)
    for name, picture in drawn.items():
        shown = np.asarray(Image.open(SHOWN / f"{name}.png").convert("RGB"))
        assert shown.shape == picture.shape, name
        differ = np.abs(shown.astype(int) - picture).max(-1) > 60
        assert differ.mean() < 0.02, name


def test_a_file_in_the_place_of_the_folder_is_one_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert "taken" in only_line(cli("figures", "--out", "taken").stderr)
