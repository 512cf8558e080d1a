"""Submissions: good ones pass, and each of many hostile or broken ones is a clear error."""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import Cli, only_line
from ising_bench.cli import leaderboard
from ising_bench.cli.annotations import warn
from ising_bench.errors import FolderError, IsingBenchError
from ising_bench.leaderboard import board, details, new
from ising_bench.leaderboard.check import check
from ising_bench.leaderboard.entry import Author, AuthorFields, schema
from ising_bench.releases.v1 import V1
from ising_bench.scoring import predictions
from ising_bench.scoring.truth import sample_ids, truth

CONFIG = "periodic_ferro"

FILLED_IN = {
    "Your Name": "Bo Author",
    "my model": "a blur",
    "kind of model, such as convolutional network": "blur",
    "one or two sentences": "The exact posterior, blurred.",
    "# parameters": "parameters",
    "what it served for, such as choosing the epoch that is kept": "nothing",
}


def filled_in(template: str) -> str:
    for placeholder, text in FILLED_IN.items():
        assert placeholder in template
        template = template.replace(placeholder, text)
    return template


DETAILS = filled_in(details.DETAILS)


def noisy(seed: int, noise: float = 0.1) -> np.ndarray:
    """Honest-looking predictions: the exact posterior of images, blurred."""
    rng = np.random.default_rng(seed)
    blurred = truth(V1, CONFIG).posterior + noise * rng.dirichlet(np.ones(4), 400)
    return blurred / blurred.sum(1, keepdims=True)


def submit(root: Path, name: str = "mine", trials: int = 5, seed: int = 0) -> Path:
    """A good entry under root/entries; returns its JSON file."""
    work = root / f"work-{name}"
    work.mkdir(parents=True)
    csv, toml = work / "p.csv", work / "details.toml"
    made = {i: noisy(seed + i) for i in range(trials)}
    predictions.write(csv, sample_ids(V1, CONFIG), made)
    seeds = list(range(trials)) if trials > 1 else []
    toml.write_text(DETAILS.replace("[0, 1, 2, 3, 4]", str(seeds)))
    (path,) = new.from_predictions(name, csv, V1, CONFIG, toml, root / "entries")
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return submit(tmp_path)


def test_a_good_entry_passes(good: Path, cli: Cli) -> None:
    for path in (good, good.parent, good.parent.parent, good.with_suffix(".csv")):
        found = check([path])
        assert (found.problems, found.flags) == ([], {})
        assert [scored.path for scored in found.entries] == [good]
    done = cli("leaderboard", "check", "entries/mine")
    assert done.returncode == 0, done.stderr
    assert "1 entry in order" in done.stdout
    assert only_line(cli("leaderboard", "check", "nowhere").stderr)


def test_an_entry_of_a_withdrawn_release_must_be_superseded(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(board.WITHDRAWN, "1.0.0", "labels of one split were wrong")
    (problem,) = check([good]).problems
    assert "release 1.0.0 is withdrawn (labels of one split were wrong)" in problem
    record = json.loads(good.read_text()) | {"status": "superseded", "reason": "by release 2.0.0"}
    good.write_text(json.dumps(record))
    assert check([good]).problems == []


def test_entries_of_a_run_of_a_baseline(tmp_path: Path, cli: Cli) -> None:
    assert cli("baseline", "energy_threshold", "--config", CONFIG).returncode == 0
    unnamed = cli("leaderboard", "new", "cuts", "--run", "runs/energy_threshold")
    assert "--author" in only_line(unnamed.stderr)
    args = ("leaderboard", "new", "cuts", "--run", "runs/energy_threshold", "--author", "Ann")
    done = cli(*args)
    assert done.returncode == 0, done.stderr
    entry = json.loads((tmp_path / f"leaderboard/entries/cuts/{CONFIG}.json").read_text())
    assert (entry["track"], entry["kind"]) == ("physics", "deterministic")
    assert entry["authors"] == [{"name": "Ann", "contact": None}]
    assert cli("leaderboard", "check", "leaderboard/entries").returncode == 0
    assert "is there already" in only_line(cli(*args).stderr)
    none = cli("leaderboard", "new", "x", "--run", "runs", "--author", "Ann")
    assert "holds no run" in only_line(none.stderr)


def spelt_otherwise(path: Path) -> None:
    """Lines in another order, more digits, CRLF: as other tools write it."""
    header, *lines = path.read_text().splitlines()
    longer = [line + "0" if re.search(r"\.[0-9]+$", line) else line for line in reversed(lines)]
    path.write_bytes(("\r\n".join([header, *longer]) + "\r\n").encode())


def test_an_entry_is_a_pure_function_of_run_and_author(tmp_path: Path, cli: Cli) -> None:
    assert cli("baseline", "bayes", "--config", CONFIG).returncode == 0
    author = AuthorFields("b", (Author("Ann"),), "CC-BY-4.0")
    made = [
        new.from_run(tmp_path / "runs" / "bayes", tmp_path / root, author)[0].read_bytes()
        for root in ("one", "two")
    ]
    assert made[0] == made[1]
    spelt_otherwise(tmp_path / "runs" / "bayes" / f"{CONFIG}.csv")
    (again,) = new.from_run(tmp_path / "runs" / "bayes", tmp_path / "three", author)
    assert again.read_bytes() == made[0]
    assert check([again]).problems == []
    unsigned = AuthorFields("b", (Author("Your Name"),), "CC-BY-4.0")
    with pytest.raises(IsingBenchError, match=r"authors\.0\.name: is still the template's"):
        new.from_run(tmp_path / "runs" / "bayes", tmp_path / "four", unsigned)
    args = ("leaderboard", "new", "c", "--run", "runs/bayes", "--author", "Ann", "--code")
    assert "commit" in only_line(cli(*args, "https://example.org/cuts@1a2b").stderr)
    assert cli(*args, f"https://example.org/cuts@{'1a' * 20}").returncode == 0
    entry = (tmp_path / "leaderboard" / "entries" / "c" / f"{CONFIG}.json").read_text()
    assert json.loads(entry)["model"]["code"]["commit"] == "1a" * 20


def test_the_template_is_filled_in_and_accepted(tmp_path: Path, cli: Cli) -> None:
    assert cli("leaderboard", "template", CONFIG).returncode == 0
    text = (tmp_path / f"{CONFIG}.csv").read_text()
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == list(sample_ids(V1, CONFIG))
    assert "is there already" in only_line(cli("leaderboard", "template", CONFIG).stderr)
    again = ("leaderboard", "new", "flat", "--predictions", f"{CONFIG}.csv", "--config", CONFIG)
    toml = tmp_path / "details.toml"
    toml.write_text(filled_in(toml.read_text()))
    assert "5 seeds" in only_line(cli(*again).stderr)
    toml.write_text(toml.read_text().replace("[0, 1, 2, 3, 4]", "[]"))
    assert cli(*again).returncode == 0
    assert cli("leaderboard", "check", "leaderboard/entries").returncode == 0
    toml.write_text(toml.read_text() + "surprise = 1")
    other = ("leaderboard", "new", "other", *again[3:])
    assert "surprise" in only_line(cli(*other).stderr)
    toml.unlink()
    missing = only_line(cli(*other).stderr)
    assert "template" in missing
    assert "--details" in missing


Change = Callable[[dict[str, Any]], None]


def put(*place: Any) -> Change:
    """Set the value at a place of the JSON: keys and indices, then the value."""

    def change(entry: dict[str, Any]) -> None:
        *keys, last, value = place
        inner: Any = entry
        for key in keys:
            inner = inner[key]
        inner[last] = value

    return change


def drop(*place: Any) -> Change:
    def change(entry: dict[str, Any]) -> None:
        *keys, last = place
        inner: Any = entry
        for key in keys:
            inner = inner[key]
        del inner[last]

    return change


HOSTILE_RECORDS: dict[str, tuple[Change, str]] = {
    "unknown key": (put("rank", 1), "rank"),
    "unknown inner key": (put("model", "score", 1.0), "model.score"),
    "missing key": (drop("license"), "license"),
    "integer as string": (put("model", "parameters", "12345"), "model.parameters"),
    "float as string": (put("trials", 0, "scores", "macro_f1", "0.9"), "macro_f1"),
    "boolean as integer": (put("data_use", "training_images", True), "training_images"),
    "negative count": (put("data_use", "generated_samples", -1), "generated_samples"),
    "huge count": (put("model", "parameters", 10**30), "model.parameters"),
    "claimed score raised": (put("trials", 2, "scores", "macro_f1", 0.999), "trials.2"),
    "claimed by a hair": (put("trials", 0, "scores", "log_loss", 0.1), "the predictions give"),
    "claimed confusion": (put("trials", 0, "scores", "confusion", [[1]]), "confusion"),
    "a trial too many": (lambda e: e["trials"].append(e["trials"][0] | {"seed": 9}), "6 trials"),
    "a trial too few": (drop("trials", 4), "at least 5 trials"),
    "seeds not distinct": (put("trials", 1, "seed", 0), "seed of its own"),
    "seed missing": (put("trials", 1, "seed", None), "seed of its own"),
    "deterministic with five": (put("kind", "deterministic"), "exactly one trial"),
    "reported with predictions": (put("kind", "reported"), "track reference"),
    "unknown track": (put("track", "fast"), "track"),
    "unknown release": (put("benchmark", "release", "9.9.9"), "unknown release"),
    "another digest": (put("benchmark", "content_digest", "0" * 64), "content_digest"),
    "unknown config": (put("benchmark", "config", "square"), "config"),
    "another config": (put("benchmark", "config", "skewed_ferro"), "its file"),
    "path traversal in the name": (put("name", "../../etc/passwd"), "name"),
    "another name": (put("name", "yours"), "its folder"),
    "control characters": (put("model", "name", "a\x1b[31m"), "model.name"),
    "newline in a name": (put("authors", 0, "name", "a\nb"), "authors.0.name"),
    "endless name": (put("model", "name", "a" * 201), "model.name"),
    "script as a link": (
        put("model", "code", {"url": "javascript:alert(1)", "commit": "0" * 40}),
        "code.url",
    ),
    "test set used": (put("data_use", "test_used_for_selection", True), "test_used_for_selection"),
    "no authors": (put("authors", []), "authors"),
    "withdrawn without reason": (put("status", "withdrawn"), "reason"),
    "wrong hash": (put("predictions_sha256", "0" * 64), "sha256 is"),
    "the template's author": (put("authors", 0, "name", "Your Name"), "authors.0.name: is still"),
    "the template's model": (put("model", "name", "My  Model"), "model.name: is still"),
    "the template's sentences": (
        put("model", "description", "one or two sentences"),
        "model.description: is still",
    ),
    "the template's code": (
        put("model", "code", {"url": "https://example.org/code", "commit": "0" * 40}),
        "model.code.commit: is still",
    ),
    "the template's validation": (
        put(
            "data_use", "validation", "what it served for, such as choosing the epoch that is kept"
        ),
        "data_use.validation: is still",
    ),
    "hash in capitals": (put("predictions_sha256", "A" * 64), "predictions_sha256"),
}


@pytest.mark.parametrize("name", HOSTILE_RECORDS)
def test_a_wrong_record_is_named_with_its_place(good: Path, name: str) -> None:
    change, message = HOSTILE_RECORDS[name]
    entry = json.loads(good.read_text())
    change(entry)
    good.write_text(json.dumps(entry))
    found = check([good])
    assert found.entries == []
    assert any(message in problem and str(good.parent) in problem for problem in found.problems), (
        found.problems
    )


HOSTILE_TEXTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "Expecting value"),
    "truncated": (lambda text: text[: len(text) // 2], "line"),
    "two values": (lambda text: text + text, "Extra data"),
    "repeated key": (lambda text: text.replace(b"{", b'{"name": "other",', 1), "stands twice"),
    "NaN": (lambda text: text.replace(b'"seed": 0', b'"seed": NaN'), "not a JSON number"),
    "infinity": (lambda text: text.replace(b'"seed": 0', b'"seed": -Infinity'), "not a JSON"),
    "not UTF-8": (lambda text: text.replace(b"a blur", b"a \xff\xfe"), "not UTF-8"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "not UTF-8"),
    "deep nesting": (lambda _: b"[" * 90_000 + b"]" * 90_000, "nested"),
    "deep nesting in a field": (
        lambda text: text.replace(b'"a blur"', b"[" * 5000 + b"]" * 5000),
        "nested",
    ),
    "too large": (lambda text: text + b" " * 300_000, "bytes, more than"),
    "a list": (lambda _: b"[]", "json: must be a record of named fields"),
    "NULs": (lambda _: bytes(1000), "Expecting value"),
    "huge number": (lambda text: text.replace(b"12345", b"1" * 5000), "digits"),
}


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_broken_file_is_named(good: Path, name: str) -> None:
    change, message = HOSTILE_TEXTS[name]
    good.write_bytes(change(good.read_bytes()))
    begun = time.monotonic()
    found = check([good])
    assert time.monotonic() - begun < 30  # a machine may be busy
    assert found.entries == []
    assert any(message in problem for problem in found.problems), found.problems


def rehash(path: Path) -> None:
    """Make the entry agree with its predictions' hash again."""
    entry = json.loads(path.read_text())
    digest = hashlib.sha256(path.with_suffix(".csv").read_bytes()).hexdigest()
    path.write_text(json.dumps(entry | {"predictions_sha256": digest}))


def test_swapped_ids_change_the_scores_and_are_found(good: Path) -> None:
    csv = good.with_suffix(".csv")
    header, *lines = csv.read_text().splitlines()
    ids = [line.split(",")[0] for line in lines]
    swapped = [f"{a},{line.split(',', 1)[1]}" for a, line in zip(reversed(ids), lines, strict=True)]
    csv.write_text("\n".join([header, *swapped]) + "\n")
    rehash(good)
    assert any("the predictions give" in problem for problem in check([good]).problems)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "\n".join(text.split("\n")[:1500]) + "\n", "lacks"),
        (lambda text: text + text.split("\n", 1)[1], "twice"),
        (lambda text: text.replace(",", ";"), "header"),
        (lambda text: text.replace("\n", '"\n'), "header"),
        (lambda text: text.split("\n", 1)[0] + "," * 1_000_00 + "\n", "header"),
        (lambda text: text + "\n" * 3, "line"),
        (lambda text: text * 10, "bytes, more than"),
        (lambda _: "\0" * 1000, "header"),
    ],
)
def test_broken_predictions_are_named(
    good: Path, change: Callable[[str], str], message: str
) -> None:
    csv = good.with_suffix(".csv")
    csv.write_text(change(csv.read_text()))
    rehash(good)
    found = check([good])
    assert any(message in problem and str(csv) in problem for problem in found.problems)


def test_a_file_of_half_a_gigabyte_is_refused_unread(good: Path) -> None:
    for path in (good, good.with_suffix(".csv")):
        kept = path.read_bytes()
        with path.open("wb") as file:
            file.truncate(500_000_000)
        assert any("500000000 bytes" in problem for problem in check([good]).problems)
        path.write_bytes(kept)


def test_links_and_foreign_files_are_refused(good: Path, tmp_path: Path) -> None:
    folder = good.parent
    (folder / "model.py").write_text("print('run me')")
    assert any("model.py" in problem for problem in check([folder]).problems)
    (folder / "model.py").unlink()
    (folder / "more.json").symlink_to("/etc/passwd")
    assert any("is a link" in problem for problem in check([folder]).problems)
    (folder / "more.json").unlink()
    secret = tmp_path / "secret.csv"
    shutil.move(good.with_suffix(".csv"), secret)
    good.with_suffix(".csv").symlink_to(secret)
    assert any("is a link" in problem for problem in check([folder]).problems)
    assert any("no such file" in problem for problem in check([good]).problems)
    good.with_suffix(".csv").unlink()
    (folder / "deep" / "er").mkdir(parents=True)
    assert any("deep" in problem for problem in check([folder.parent]).problems)


def test_all_problems_come_at_once_and_the_board_stays_as_it_was(tmp_path: Path, cli: Cli) -> None:
    bad, fine = submit(tmp_path, "bad"), submit(tmp_path, "fine", seed=50)
    entry = json.loads(bad.read_text())
    entry["surprise"], entry["track"] = 1, "fast"
    bad.write_text(json.dumps(entry))
    before = {path: path.read_bytes() for path in (tmp_path / "entries").rglob("*.*")}
    done = cli("leaderboard", "check", "entries")
    assert done.returncode == 1
    assert "surprise" in done.stdout
    assert "track" in done.stdout
    assert "2 problems" in only_line(done.stderr)
    assert {path: path.read_bytes() for path in (tmp_path / "entries").rglob("*.*")} == before
    assert [s.path for s in check([tmp_path / "entries"]).entries] == [fine]


def test_an_empty_folder_is_no_board(tmp_path: Path) -> None:
    assert check([tmp_path]).problems
    with pytest.raises(FolderError, match="no such file"):
        check([tmp_path / "none"])


def test_details_that_do_not_fit_are_errors(tmp_path: Path) -> None:
    (tmp_path / "details.toml").write_text(DETAILS.replace('"open"', '"fast"'))
    csv = tmp_path / "p.csv"
    predictions.write(csv, sample_ids(V1, CONFIG), {0: noisy(0)})
    with pytest.raises(IsingBenchError, match="track"):
        new.from_predictions("x", csv, V1, CONFIG, tmp_path / "details.toml", tmp_path)
    (tmp_path / "details.toml").write_text(DETAILS.replace("[0, 1, 2, 3, 4]", "[3]"))
    with pytest.raises(IsingBenchError, match=r"^a trained entry has at least 5 trials, not 1$"):
        new.from_predictions("x", csv, V1, CONFIG, tmp_path / "details.toml", tmp_path)
    (tmp_path / "details.toml").write_text(DETAILS.replace("[0, 1, 2, 3, 4]", "[]"))
    with pytest.raises(IsingBenchError, match="name"):
        new.from_predictions("../x", csv, V1, CONFIG, tmp_path / "details.toml", tmp_path)
    assert not (tmp_path.parent / "x").exists()


def test_the_schema_closes_every_record() -> None:
    found = schema()
    definitions = found["$defs"]
    assert isinstance(definitions, dict)
    for record in [found, *definitions.values()]:
        assert record["additionalProperties"] is False


def test_flags_reach_the_reviewer(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an exit code of their own, and where GitHub runs the check by an annotation."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("one", "two"):
        submit(tmp_path, name)
    done = cli("leaderboard", "check", "entries/one", "--entries", "entries")
    flag = "predictions identical to those of two, but perhaps for their sharpness"
    assert done.returncode == 3, done.stderr
    assert f"entries/one/{CONFIG}.json: flag: {flag}\n" in done.stdout
    assert "1 entry in order" in done.stdout
    assert "1 entry flagged: a person has to look" in done.stdout
    assert (
        f"::warning file=entries/one/{CONFIG}.json,title=leaderboard flag::{flag}\n" in done.stdout
    )
    for command in (leaderboard.check, leaderboard.check_pull_request):
        assert "3: in order, but flagged" in str(command.__doc__)


def test_what_a_stranger_calls_a_file_is_no_command(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (tmp_path / "entries").mkdir()
    monkeypatch.chdir(tmp_path / "entries")
    place = Path("::error title=Approved::merge it")
    place.mkdir()
    (place / "notes.txt").write_text("")
    done = cli("leaderboard", "check", str(place), cwd=Path.cwd())
    lines = done.stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert lines[1].startswith(f"{place}/notes.txt: ")
    assert lines[-1] == f"::{token}::"
    assert done.returncode == 1


def test_an_annotation_is_one_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    warn("a,b:c\n::error::x", "100 %\r\n::error::owned")
    assert capsys.readouterr().out == (
        "::warning file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax,title=leaderboard flag::"
        "100 %25%0D%0A::error::owned\n"
    )
    monkeypatch.delenv("GITHUB_ACTIONS")
    warn("a", "b")
    assert capsys.readouterr().out == ""
