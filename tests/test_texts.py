"""Texts of strangers: whatever is in them, what comes out is a value or one line."""

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli, only_line
from ising_bench import measured
from ising_bench.baselines import recipe as recipes
from ising_bench.baselines import records
from ising_bench.baselines.run import run
from ising_bench.card import header
from ising_bench.dataset.verify import verify
from ising_bench.errors import IsingBenchError
from ising_bench.leaderboard import fresh
from ising_bench.leaderboard.board_files import write_board
from ising_bench.leaderboard.entry import Author, AuthorFields, Code
from ising_bench.leaderboard.new import from_predictions, from_run
from ising_bench.leaderboard.rescore import mark
from ising_bench.releases import manifest
from ising_bench.releases.manifest import ConfigRecord, FileRecord, Manifest, SplitRecord
from ising_bench.releases.v1 import V1
from ising_bench.texts import json_of, toml_of, yaml_of

DIGITS = b"1" * 5000

HOSTILE_TOML = {
    "not UTF-8": (b'x = "\xff"', "not UTF-8: see byte 5"),
    "UTF-16": ("x = 1".encode("utf-16"), "not UTF-8"),
    "open brackets": (b"x = " + b"[" * 3000, "nested too deeply"),
    "closed brackets": (b"x = " + b"[" * 100 + b"]" * 100, "nested too deeply"),
    "nested tables": (b"[" + b"a." * 3000 + b"a]", "nested too deeply"),
    "5000 digits": (b"x = " + DIGITS, "not TOML"),
    "5000 hexadecimal digits": (b"x = 0x" + DIGITS, "more than 64 bits"),
    "no such month": (b"x = 2001-99-99", "not TOML"),
    "no such day": (b"x = 2001-02-30", "not TOML"),
    "a day": (b"x = 2001-02-03", "is a date"),
    "an hour": (b"x = [{ y = 07:32:00 }]", "is a date"),
    "infinity": (b"x = -inf", "not a finite number"),
    "no number": (b"x = nan", "not a finite number"),
    "overflow": (b"x = 1e999", "not a finite number"),
    "NUL": (b"x = 1\0", "not TOML"),
}
HOSTILE_YAML = {
    "open brackets": ("x: " + "[" * 3000, "nested too deeply"),
    "no such month": ("x: 2001-99-99", "month must be"),
    "no such hour": ("x: 2001-01-01 99:00:00", "not YAML"),
    "5000 digits": (f"x: {DIGITS.decode()}", "digits"),
    "no truth": ("x: !!bool perhaps", "not YAML"),
    "no integer": ("x: !!int ''", "not YAML"),
    "no time": ("x: !!timestamp soon", "not YAML"),
    "no float": ("x: !!float wide", "not YAML"),
    "endless sexagesimal": (f"x: !!float '{'1:' * 400}1.0'", "not YAML"),
    "an object": ("x: !!python/object/apply:os.system [ls]", "not YAML"),
    "a table as a key": ("? {a: b}\n: c", "not YAML"),
    "NUL": ("x: \0", "not YAML"),
    "two documents": ("a: b\n---\nc: d", "not YAML"),
}
HOSTILE_JSON = {
    "not UTF-8": (b'{"x": "\xff"}', "not UTF-8"),
    "open brackets": (b"[" * 90_000, "nested too deeply"),
    "5000 digits": (DIGITS, "digits"),
    "no number": (b"[NaN]", "NaN is not a JSON number"),
    "a key twice": (b'{"x": 1, "x": 2}', "stands twice"),
    "nothing": (b"", "not JSON"),
}


def one_line(error: pytest.ExceptionInfo[IsingBenchError]) -> str:
    line = str(error.value)
    assert len(line.splitlines()) == 1
    assert len(line) < 500
    return line


@pytest.mark.parametrize("name", HOSTILE_TOML)
def test_hostile_toml_is_one_line(name: str) -> None:
    content, said = HOSTILE_TOML[name]
    with pytest.raises(IsingBenchError, match=said) as error:
        toml_of(content, "mine.toml")
    assert one_line(error).startswith("mine.toml")


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_hostile_yaml_is_one_line(name: str) -> None:
    text, said = HOSTILE_YAML[name]
    with pytest.raises(IsingBenchError, match=said) as error:
        yaml_of(text, "mine.yaml")
    assert one_line(error).startswith("mine.yaml")


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json_is_one_line(name: str) -> None:
    content, said = HOSTILE_JSON[name]
    with pytest.raises(IsingBenchError, match=said) as error:
        json_of(content, "mine.json")
    assert one_line(error).startswith("mine.json")


def test_a_byte_order_mark_and_any_line_ends_are_read() -> None:
    for content in (b"\xef\xbb\xbfx = 1\ny = 2\n", b"x = 1\r\ny = 2\r\n", b"x = 1\ry = 2"):
        assert toml_of(content, "mine.toml") == {"x": 1, "y": 2}
    assert json_of(b'\xef\xbb\xbf{"x": 1}\r\n', "mine.json") == {"x": 1}


SEEDS: list[tuple[Callable[[bytes, str], Any], bytes]] = [
    (toml_of, b'a = [1, 2.5e3, "x\\n"]\n[b.c]\nd = { e = true, f = 0x1F }\ng = 2001-02-03\n'),
    (json_of, b'{"a": [1, -2.5e3, "x\\u00e9"], "b": {"c": [true, null, {}]}}'),
    (
        lambda content, name: yaml_of(content.decode("latin-1"), name),
        b"a: [1, 2.5e3, ~]\nb: &x {c: !!str 1, d: 0o7}\ne: *x\nf: 2001-02-03\ng: >-\n  h\n",
    ),
]


@pytest.mark.parametrize(("read", "good"), SEEDS, ids=["TOML", "JSON", "YAML"])
def test_no_mutation_of_a_good_text_gets_out_otherwise(
    read: Callable[[bytes, str], Any], good: bytes
) -> None:
    rng = random.Random(0)
    pieces = [b"[", b"{", b"}", b"!!int ", b"!!binary ", b"&x", b"*x", b"-", b":", b"9" * 30]
    pieces += [b"\xff", b"\0", b"'", b'"', b"\n", b"<<: ", b"2001-99-99", b"nan", b"99:99:99"]
    read(good.replace(b"g = 2001-02-03\n", b""), "good")
    for _ in range(400):
        content = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(content))
            content[place : place + rng.randint(0, 3)] = rng.choice(pieces)
        with suppress(IsingBenchError):
            read(bytes(content), "mutated")


HOSTILE_HEADERS = {
    "not UTF-8": (b"---\nx: \xff\n---\n", "not UTF-8: see byte 7"),
    "3000 brackets": (b"---\nx: " + b"[" * 3000 + b"\n---\n", "nested too deeply"),
    "no such month": (b"---\nx: 2001-99-99\n---\n", "month must be"),
    "5000 digits": (b"---\nx: " + DIGITS + b"\n---\n", "digits"),
    "no header": (b"# A card\n", "has no header"),
    "a list": (b"---\n- x\n---\n", "not a table"),
    "of others": (b"---\nconfigs: []\n---\n", "its header is wrong in configs"),
}


@pytest.mark.parametrize("name", HOSTILE_HEADERS)
def test_verify_names_a_card_with_a_header_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    card, said = HOSTILE_HEADERS[name]
    rows = FileRecord("periodic_ferro/test-00000-of-00001.parquet", 1, "0" * 64)
    config = ConfigRecord(
        content_digest="0" * 64, splits={"test": SplitRecord(1, (1, 0, 0, 0), 1, (rows,))}
    )
    release = Manifest(
        kind="release",
        release=V1.version,
        entropy=V1.entropy,
        size=100,
        configs={"periodic_ferro": config},
    )
    manifest.write(release, {manifest.CARD_NAME: card}, tmp_path)
    with_card = [line for line in verify(tmp_path)[1] if manifest.CARD_NAME in line]
    assert len(with_card) == 1
    assert said in with_card[0]
    assert with_card[0].endswith("build again")


def test_a_header_reads_back_as_it_was_written() -> None:
    card = b"\xef\xbb\xbf---\r\nlicense: cc-by-4.0\r\n---\r\n# Title\r\n"
    assert header.read(card) == {"license": "cc-by-4.0"}


@pytest.mark.parametrize("content", [b"\xff", b"[" * 3000, DIGITS, b'{"recipe": "\xff"}', b""])
def test_records_of_hostile_json_are_one_line(tmp_path: Path, content: bytes) -> None:
    for name, read in (
        ("manifest.json", lambda: manifest.read(tmp_path)),
        ("run.json", lambda: records.read(tmp_path)),
        ("measured.json", lambda: measured.read(tmp_path / "measured.json")),
        ("secret.json", lambda: fresh.read(tmp_path / "secret.json")),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(IsingBenchError, match=name) as error:
            read()
        one_line(error)


def test_a_recipe_holds_no_more_than_its_run_can_record() -> None:
    """What a network's configuration is given goes into run.json and comes back the same."""
    text = '\nmethod = "image_classifier"\n[model]\narchitecture = "vit"\nconfig = { x = %s }'
    text = 'name = "n"\nfamily = "f"\ntrack = "open"\ndescription = "d"' + text
    for value, said in (("2001-02-03", "is a date"), ("inf", "finite"), ("[" * 60, "nested|TOML")):
        with pytest.raises(IsingBenchError, match=said):
            recipes.parse(text % value, "mine.toml")


@pytest.mark.parametrize("name", HOSTILE_TOML)
def test_recipes_and_details_of_hostile_toml_are_one_line(tmp_path: Path, name: str) -> None:
    content, said = HOSTILE_TOML[name]
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    for read in (
        lambda: recipes.load(path),
        lambda: from_predictions("mine", tmp_path / "p.csv", V1, "periodic_ferro", path, tmp_path),
    ):
        with pytest.raises(IsingBenchError, match=said) as error:
            read()
        assert str(path) in one_line(error)


def test_a_board_whose_page_is_not_utf8_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "entries" / "paper-vit").mkdir(parents=True)
    good = Path(__file__).parent.parent / "leaderboard/entries/paper-vit/periodic_ferro.json"
    (tmp_path / "entries" / "paper-vit" / good.name).write_bytes(good.read_bytes())
    (tmp_path / "README.md").write_bytes(b"\xff")
    with pytest.raises(IsingBenchError, match=r"README.md is not UTF-8: see byte 0"):
        write_board(tmp_path)
    assert not (tmp_path / "index.html").exists()


BYTES = b"a\xff".decode("utf-8", "surrogateescape")  # how Python hands over an argument's bytes


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_arguments_of_any_bytes_are_one_line_and_paths_of_any_bytes_work(
    tmp_path: Path, cli: Cli
) -> None:
    run(recipes.packaged("majority"), V1, ["periodic_ferro"], tmp_path / BYTES)
    new = ("leaderboard", "new", "mine", "--run", BYTES)
    assert "authors.0.name" in only_line(cli(*new, "--author", BYTES).stderr)
    assert not (tmp_path / "leaderboard").exists()

    def made(name: str = "mine", url: str = "https://example.org") -> Path:
        code = Code(url, "1a" * 20)
        author = AuthorFields(name, (Author("Ann"),), "CC-BY-4.0", code)
        return from_run(tmp_path / BYTES, tmp_path / "entries", author)[0]

    with pytest.raises(IsingBenchError, match=r"model\.code\.url"):
        made(url=f"https://example.org/{BYTES}")
    with pytest.raises(IsingBenchError, match="name"):
        made(name=BYTES)
    entry = made()
    before = entry.read_bytes()
    with pytest.raises(IsingBenchError, match="reason"):
        mark(entry, "withdrawn", BYTES)
    assert entry.read_bytes() == before
