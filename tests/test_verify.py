"""Verification finds every planted fault, and says in which file and row."""

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from conftest import Cli
from ising_bench.dataset.build import build
from ising_bench.dataset.verify import verify, verify_config
from ising_bench.errors import FolderError
from ising_bench.releases import image, manifest, table
from ising_bench.releases.v1_1 import V1_1
from ising_bench.systems.ising import PERIODIC_FERRO, SYSTEMS

CONFIG = "periodic_ferro"
TEST = f"{CONFIG}/test-00000-of-00001.parquet"
Change = Callable[[dict[str, list[Any]]], None]


def rewrite(folder: Path, path: str, change: Change, forge: bool = True) -> None:
    """Change the columns of a file; `forge` makes the manifest's hash and size fit again."""
    known = V1_1.config(path.split("/")[0])
    rows = table.read(folder / path, known)
    columns = {name: rows.column(name).to_pylist() for name in rows.column_names}
    change(columns)
    table.write(pa.table(columns, schema=table.schema(known)), folder / path)
    if forge:
        record = json.loads((folder / "manifest.json").read_text())
        config, name = path.split("/")
        split = record["configs"][config]["splits"][name.split("-")[0]]
        file = manifest.file_record(folder / path, folder)
        split["files"] = [{"path": file.path, "bytes": file.bytes, "sha256": file.sha256}]
        (folder / "manifest.json").write_text(json.dumps(record))


def problems(folder: Path, config: str = CONFIG) -> list[str]:
    return verify_config(folder, manifest.read(folder), config, V1_1)


def test_the_release_verifies(built: Path) -> None:
    found, faults = verify(built)
    assert faults == []
    assert found.kind == "release"


def flip_energy(c: dict[str, list[Any]]) -> None:
    c["energy"][7] += 0.0004


def flip_magnetization(c: dict[str, list[Any]]) -> None:
    c["magnetization"][7] = -c["magnetization"][7] + 0.5


def wrong_label(c: dict[str, list[Any]]) -> None:
    c["label"][7] = (c["label"][7] + 1) % 4


def wrong_temperature(c: dict[str, list[Any]]) -> None:
    c["temperature"][7] = 4.0 if c["temperature"][7] < 2 else 0.5


def temperature_off_the_grid(c: dict[str, list[Any]]) -> None:
    c["temperature"][7] = 2.005


def temperature_below_zero(c: dict[str, list[Any]]) -> None:
    c["temperature"][7] = -0.05


def spin_missing(c: dict[str, list[Any]]) -> None:
    c["spins"][7][3][5] = None


def temperature_nan(c: dict[str, list[Any]]) -> None:
    c["temperature"][7] = float("nan")


def flip_a_spin(c: dict[str, list[Any]]) -> None:
    c["spins"][7][3][5] *= -1


def spin_zero(c: dict[str, list[Any]]) -> None:
    c["spins"][7][3][5] = 0


def ragged(c: dict[str, list[Any]]) -> None:
    c["spins"][7][0].append(c["spins"][7][1].pop())


def image_of_another(c: dict[str, list[Any]]) -> None:
    c["image"][7]["bytes"] = image.encode(PERIODIC_FERRO.symbols, -np.array(c["spins"][7], np.int8))


def grey_image(c: dict[str, list[Any]]) -> None:
    buffer = io.BytesIO()
    Image.new("L", (100, 100), 127).save(buffer, "PNG")
    c["image"][7]["bytes"] = buffer.getvalue()


def no_image(c: dict[str, list[Any]]) -> None:
    c["image"][7]["bytes"] = b"not a png"


def missing_value(c: dict[str, list[Any]]) -> None:
    c["label"][7] = None


def label_of_no_class(c: dict[str, list[Any]]) -> None:
    c["label"][7] = 4


def odd_id(c: dict[str, list[Any]]) -> None:
    c["sample_id"][7] = "../../etc/passwd"


def repeated_id(c: dict[str, list[Any]]) -> None:
    c["sample_id"][7] = c["sample_id"][6]


def image_with_a_telling_name(c: dict[str, list[Any]]) -> None:
    c["image"][7]["path"] = "CR.png"


def image_with_text(c: dict[str, list[Any]]) -> None:
    text = PngInfo()
    text.add_text("label", "CR")
    picture = Image.open(io.BytesIO(c["image"][7]["bytes"]))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", bits=1, pnginfo=text)
    c["image"][7]["bytes"] = buffer.getvalue()


def image_with_more_behind(c: dict[str, list[Any]]) -> None:
    c["image"][7]["bytes"] += b"CR"


def image_of_true_colours(c: dict[str, list[Any]]) -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(c["image"][7]["bytes"])).convert("RGB").save(buffer, "PNG")
    c["image"][7]["bytes"] = buffer.getvalue()


def image_cut_short(c: dict[str, list[Any]]) -> None:
    c["image"][7]["bytes"] = c["image"][7]["bytes"][:60]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (flip_energy, "energy is"),
        (flip_magnetization, "magnetization is"),
        (wrong_label, "label is"),
        (wrong_temperature, "label is"),
        (temperature_off_the_grid, "temperature 2.005"),
        (temperature_nan, "temperature nan"),
        (temperature_below_zero, "temperature -0.05"),
        (spin_missing, "a spin is missing"),
        (flip_a_spin, "energy is"),
        (spin_zero, "a spin is none of -1, +1"),
        (ragged, "not 100 x 100"),
        (image_of_another, "does not show the spins"),
        (grey_image, "the image cannot be read"),
        (no_image, "the image cannot be read"),
        (image_with_a_telling_name, "the image is named 'CR.png'"),
        (image_with_text, "header, palette and pixels alone"),
        (image_with_more_behind, "header, palette and pixels alone"),
        (image_of_true_colours, "the image cannot be read"),
        (image_cut_short, "header, palette and pixels alone"),
        (missing_value, "a value is missing"),
        (label_of_no_class, "label 4"),
        (odd_id, "16 hexadecimal digits"),
        (repeated_id, "repeated or out of order"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_a_fault_in_one_row_is_found_though_the_hashes_fit(
    copied: Path, change: Change, said: str
) -> None:
    rewrite(copied, TEST, change)
    faults = problems(copied)
    assert any(said in fault and TEST in fault for fault in faults), faults
    whole_file = ("not 100 x 100", "missing")
    assert any("row 7" in fault for fault in faults) or any(w in said for w in whole_file)


def test_a_consistent_forgery_is_not_the_release(copied: Path) -> None:
    """Two rows exchange their places, and manifest and content digest are made to fit."""

    def exchange(c: dict[str, list[Any]]) -> None:
        for name in ("image", "spins", "label", "temperature", "energy", "magnetization"):
            c[name][3], c[name][4] = c[name][4], c[name][3]
        for i in (3, 4):
            c["image"][i]["path"] = c["sample_id"][i] + ".png"

    rewrite(copied, TEST, exchange)
    assert "manifest says" in problems(copied)[0]
    record = json.loads((copied / "manifest.json").read_text())
    actual = problems(copied)[0].split("content digest is ")[1].split(",")[0]
    record["configs"][CONFIG]["content_digest"] = actual
    (copied / "manifest.json").write_text(json.dumps(record))
    assert len(problems(copied)) == 1
    assert V1_1.digests[CONFIG] in problems(copied)[0]


def test_a_copied_row_is_found_unless_it_is_a_ground_state(copied: Path) -> None:
    def copy(c: dict[str, list[Any]]) -> None:
        hot = [i for i, label in enumerate(c["label"]) if label == 3]
        for name in ("image", "spins", "energy", "magnetization"):
            c[name][hot[1]] = c[name][hot[0]]

    rewrite(copied, TEST, copy)
    assert any("the same lattice as" in fault for fault in problems(copied))


def test_a_copy_in_another_split_is_found(copied: Path) -> None:
    train = table.read(copied / f"{CONFIG}/train-00000-of-00001.parquet", V1_1.config(CONFIG))
    hot = train.column("label").to_pylist().index(3)

    def copy(c: dict[str, list[Any]]) -> None:
        place = c["label"].index(3)
        for name in ("image", "spins", "energy", "magnetization"):
            c[name][place] = train.column(name)[hot].as_py()

    rewrite(copied, TEST, copy)
    assert any("test-" in f and "same lattice as" in f and "train-" in f for f in problems(copied))


def test_fixed_rows_are_checked(copied: Path) -> None:
    path = "skewed_ferro/test-00000-of-00001.parquet"

    def turn(c: dict[str, list[Any]]) -> None:
        spins = -np.array(c["spins"][7], np.int8)
        c["spins"][7] = spins.tolist()
        c["image"][7]["bytes"] = image.encode(PERIODIC_FERRO.symbols, spins)
        c["magnetization"][7] *= -1

    rewrite(copied, path, turn)
    assert any("row 7: a site that is fixed" in fault for fault in problems(copied, "skewed_ferro"))


def test_class_counts_are_those_of_table_1(copied: Path) -> None:
    """A row less, in the file and in the manifest."""

    def drop(c: dict[str, list[Any]]) -> None:
        for column in c.values():
            column.pop()

    rewrite(copied, TEST, drop)
    assert any(f"{CONFIG}/test: images of each class" in fault for fault in problems(copied))


def test_every_wrong_file_is_named(copied: Path, cli: Cli) -> None:
    victims = [f"{s.name}/validation-00000-of-00001.parquet" for s in SYSTEMS]
    (copied / victims[0]).unlink()
    (copied / victims[1]).write_bytes((copied / victims[1]).read_bytes()[:-10])
    data = bytearray((copied / victims[2]).read_bytes())
    data[5000] ^= 1
    (copied / victims[2]).write_bytes(data)
    (copied / victims[3]).write_bytes(b"")
    (copied / "skewed_ferro" / "train-00001-of-00002.parquet").write_bytes(b"more")
    done = cli("verify", str(copied))
    assert done.returncode == 1
    for victim in [*victims, "skewed_ferro/train-00001-of-00002.parquet"]:
        assert victim in done.stdout
    assert "does not verify" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unforged_change_names_file_and_row(copied: Path) -> None:
    rewrite(copied, TEST, flip_energy, forge=False)
    faults = problems(copied)
    assert any("manifest says" in fault for fault in faults)
    assert any("row 7" in fault for fault in faults)


def test_a_fresh_draw_cannot_claim_to_be_the_release(tmp_path: Path) -> None:
    out = tmp_path / "fresh"
    build(V1_1.redrawn("cd" * 32), [CONFIG], out)
    path = out / "manifest.json"
    for claim in ({"kind": "release"}, {"kind": "release", "entropy": V1_1.entropy}):
        record = json.loads(path.read_text())
        path.write_text(json.dumps({**record, **claim}))
        assert verify(out)[1] != []
        path.write_text(json.dumps(record))
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "entropy": "ef" * 32}))
    assert "content digest" in verify(out)[1][0]


def test_files_outside_the_folder_are_not_followed(copied: Path) -> None:
    (copied / TEST).rename(copied.parent / "secret.parquet")
    (copied / TEST).symlink_to("../../secret.parquet")
    assert any("a link that leads outside" in fault for fault in problems(copied))


def entropy_of_letters(record: dict[str, Any]) -> None:
    record["entropy"], record["kind"] = "é" * 64, "fresh draw"


def path_outside(record: dict[str, Any]) -> None:
    record["configs"][CONFIG]["splits"]["test"]["files"][0]["path"] = "../../secret.parquet"


def path_with_nul(record: dict[str, Any]) -> None:
    record["configs"][CONFIG]["splits"]["test"]["files"][0]["path"] = "a/b\0.parquet"


def foreign_split(record: dict[str, Any]) -> None:
    record["configs"][CONFIG]["splits"]["täst"] = record["configs"][CONFIG]["splits"]["test"]


def no_configs(record: dict[str, Any]) -> None:
    record["configs"] = {}


def no_files(record: dict[str, Any]) -> None:
    record["configs"][CONFIG]["splits"]["test"]["files"] = []


def negative_rows(record: dict[str, Any]) -> None:
    record["configs"][CONFIG]["splits"]["test"]["rows"] = -1


@pytest.mark.parametrize(
    "forge",
    [
        entropy_of_letters,
        path_outside,
        path_with_nul,
        foreign_split,
        no_configs,
        no_files,
        negative_rows,
    ],
)
def test_a_manifest_that_no_build_writes_is_damaged(
    copied: Path, forge: Callable[[dict[str, Any]], None]
) -> None:
    record = json.loads((copied / "manifest.json").read_text())
    forge(record)
    (copied / "manifest.json").write_text(json.dumps(record))
    with pytest.raises(FolderError, match="is damaged"):
        verify(copied)


def test_a_config_or_split_too_few_or_too_many(copied: Path) -> None:
    record = json.loads((copied / "manifest.json").read_text())
    splits = record["configs"][CONFIG]["splits"]
    for changed in ({k: splits[k] for k in ("train", "test")}, {**splits, "more": splits["test"]}):
        record["configs"][CONFIG]["splits"] = changed
        (copied / "manifest.json").write_text(json.dumps(record))
        assert problems(copied) != []
    record["configs"]["potts"] = record["configs"].pop(CONFIG)
    (copied / "manifest.json").write_text(json.dumps(record))
    assert any("has no such config" in fault for fault in verify(copied)[1])


def test_what_git_and_the_hub_leave_is_no_fault_but_is_not_replaced(copied: Path) -> None:
    (copied / ".gitattributes").touch()
    (copied / ".cache" / "huggingface").mkdir(parents=True)
    (copied / ".cache" / "huggingface" / "x.lock").touch()
    assert verify(copied)[1] == []
    with pytest.raises(FolderError, match=r"did not write: \.cache/huggingface/x\.lock"):
        build(V1_1, [CONFIG], copied)


def test_the_card_is_checked(copied: Path) -> None:
    path = copied / "README.md"
    path.write_text(path.read_text().replace("1.0.0", "1.0.1"))
    assert [fault[:20] for fault in verify(copied)[1]] == ["README.md: sha256 is"]
    path.unlink()
    assert [fault[:19] for fault in verify(copied)[1]] == ["README.md: missing,"]


def test_a_picture_too_large_to_decode_is_a_fault(copied: Path) -> None:
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")

    def bomb(c: dict[str, list[Any]]) -> None:
        c["image"][7]["bytes"] = buffer.getvalue()

    rewrite(copied, TEST, bomb)
    assert any("row 7: the image cannot be read" in fault for fault in problems(copied))


@pytest.mark.parametrize(
    "png",
    [
        image.encode(PERIODIC_FERRO.symbols, np.ones((4, 4), np.int8))[:8]
        + struct.pack(">I4s", 13, b"IHDR"),
        image.encode(PERIODIC_FERRO.symbols, np.ones((4, 4), np.int8)).replace(
            b"\0\0\0\rIHDR", b"\0\0\0\x0cIHDR"
        ),
        b"",
        b"\x89PNG\r\n\x1a\n",
        image.encode(PERIODIC_FERRO.symbols, np.ones((4, 4), np.int8)) * 2,
    ],
)
def test_a_picture_that_is_none_is_a_value_error(png: bytes) -> None:
    with pytest.raises(ValueError, match="not a"):
        image.decode(PERIODIC_FERRO.symbols, png)


def test_a_file_that_would_fill_the_memory_is_not_unpacked(copied: Path) -> None:
    path = copied / TEST
    rows = pq.read_table(path)
    with pq.ParquetWriter(path, rows.schema, compression="zstd") as writer:
        for _ in range(11):  # 4400 rows, of which a file may hold 4096
            writer.write_table(rows)
    assert any("more than 4096 rows" in problem for problem in problems(copied))
