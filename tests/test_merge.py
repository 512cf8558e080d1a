"""Sets that several processes make, each its share, and `merge` puts together."""

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Cli, only_line
from ising_bench.dataset.generate import generate, generate_share
from ising_bench.dataset.merge import merge
from ising_bench.dataset.shards import Order, Share
from ising_bench.dataset.stores import Folder, Store, store_of
from ising_bench.dataset.verify import verify
from ising_bench.errors import FolderError, IsingBenchError, VerificationError
from ising_bench.releases import release

# 80 rows in files of 16
ORDER = Order(
    release="1.1.0", config="periodic_ferro", entropy="ab" * 32, each=20, size=16, sweeps=5
)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "SHARD_ROWS", 16)
    monkeypatch.setattr(release, "_most_rows", lambda _: 16)


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, bytes]:
    """The set as one process makes it."""
    generate(ORDER, Folder(tmp_path / "alone"))
    return content(tmp_path / "alone")


def shares(place: Store, *numbers: int, of: int = 3) -> None:
    for number in numbers:
        generate_share(ORDER, Share(number, of), place, threads=1)


def test_shares_in_one_place_are_the_set_whatever_their_order(
    tmp_path: Path, alone: dict[str, bytes]
) -> None:
    place = Folder(tmp_path / "shared")
    shares(place, 3, 1, 2)
    merged = merge([place], place)
    assert content(place.path) == alone
    assert verify(place.path) == (merged, [])
    assert merge([place], place) == merged  # once more changes nothing
    shares(place, 1)  # nor does a job that comes again
    assert content(place.path) == alone


def test_shares_in_places_of_their_own_are_the_set_too(
    tmp_path: Path, alone: dict[str, bytes]
) -> None:
    places: list[Store] = [Folder(tmp_path / "one"), store_of("memory://merge/two")]
    shares(places[0], 1, 2)
    shares(places[1], 3)
    before = content(tmp_path / "one")
    merge(places, Folder(tmp_path / "out"))
    assert content(tmp_path / "out") == alone
    assert content(tmp_path / "one") == before
    merge(places, places[0])
    assert content(tmp_path / "one") == alone


def test_what_is_missing_or_damaged_is_said_and_made_again(
    tmp_path: Path, alone: dict[str, bytes]
) -> None:
    place = Folder(tmp_path / "shared")
    shares(place, 1, 2)
    with pytest.raises(FolderError, match=r"1 of 5 files are not there yet \(numbers 2\)"):
        merge([place], place)
    shares(place, 3)
    name = "periodic_ferro/generated-00004-of-00005.parquet"
    (place.path / name).write_bytes(b"half")
    with pytest.raises(FolderError, match=r"\(numbers 4\)"):
        merge([place], place)
    generate(ORDER, place, resume=True)
    assert content(place.path) == alone


def test_parts_of_different_sets_are_not_merged(tmp_path: Path) -> None:
    one, other = Folder(tmp_path / "one"), Folder(tmp_path / "other")
    shares(one, 1, 2)
    generate_share(replace(ORDER, entropy="cd" * 32), Share(3, 3), other)
    with pytest.raises(FolderError, match="is part of another set"):
        merge([one, other], Folder(tmp_path / "out"))
    assert not (tmp_path / "out" / "manifest.json").exists()
    with pytest.raises(FolderError, match="another order"):
        generate_share(replace(ORDER, sweeps=6), Share(3, 3), one)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    with pytest.raises(FolderError, match="holds other files"):
        merge([one], Folder(tmp_path / "full"))
    with pytest.raises(FolderError, match="holds no unfinished set"):
        merge([one, Folder(tmp_path / "nothing")], Folder(tmp_path / "out"))


def test_an_interrupted_merge_goes_on(
    tmp_path: Path, alone: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, out = Folder(tmp_path / "one"), Folder(tmp_path / "out")
    shares(one, 1, 2, 3)
    write, written = Folder.write, []

    def full(self: Folder, name: str, content: bytes) -> None:
        written.append(name)
        if len(written) == 5:
            raise FolderError("no space left")
        write(self, name, content)

    monkeypatch.setattr(Folder, "write", full)
    with pytest.raises(FolderError, match="no space"):
        merge([one], out)
    monkeypatch.undo()
    monkeypatch.setattr(release, "_most_rows", lambda _: 16)
    merge([one], out)
    assert content(tmp_path / "out") == alone


def test_by_hand(tmp_path: Path, cli: Cli) -> None:
    monkey = ("periodic_ferro", "--per-class", "3", "--size", "8", "--out", "more")
    entropy = ("--entropy", "ab" * 32)
    for share in ("1/2", "2/2"):
        done = cli("generate", *monkey, *entropy, "--shard", share)
        assert done.returncode == 0, done.stderr
        assert "once all are there: ising-bench merge more" in done.stdout
    done = cli("merge", "more")
    assert done.returncode == 0, done.stderr
    assert "12 lattices in 1 file" in done.stdout
    assert cli("verify", "more").returncode == 0
    for options, said in (
        (("--shard", "3/2", *entropy), "I of I/N is from 1 to N"),
        (("--shard", "0/2", *entropy), "I of I/N is from 1 to N"),
        (("--shard", "x", *entropy), "is not I/N"),
        (("--shard", "1/2"), "wants --entropy"),
        (("--shard", "1/2", "--scheduler", "s.json", *entropy), "choose one"),
    ):
        assert said in only_line(cli("generate", *monkey, *options).stderr)
    assert "holds no unfinished set" in only_line(cli("merge", "nothing").stderr)
    assert not (tmp_path / "nothing").exists()
    assert "say with --out" in only_line(cli("merge", "one", "two").stderr)


def test_errors_come_whole_from_other_processes() -> None:
    import pickle

    error = VerificationError(["one thing", "another"])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
    assert str(pickle.loads(pickle.dumps(IsingBenchError("a line")))) == "a line"
