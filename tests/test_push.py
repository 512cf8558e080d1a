"""Pushing to the Hub: whole or not at all, whatever breaks. The client is the real one."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import REPO, Cli, DryRun, only_line
from hub_server import TOKEN, Blob, HubFault, HubServer, Repo
from ising_bench.card import card, croissant
from ising_bench.dataset import verify as verification
from ising_bench.dataset.verify import verify
from ising_bench.errors import FolderError, IsingBenchError, VerificationError
from ising_bench.identity import Home
from ising_bench.leaderboard.export import eval_yaml
from ising_bench.paper import TASK
from ising_bench.publishing import publication as publishing
from ising_bench.publishing.publication import Publication, staged
from ising_bench.publishing.push import push
from ising_bench.releases import manifest
from ising_bench.releases.v1_1 import V1_1

# the Hub's client causes this in its own HTTP library
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(scope="module")
def everything(dry_run: DryRun) -> Publication:
    """All of the release with its documents, kept."""
    return Publication(dry_run.folder, manifest.read(dry_run.folder))


@pytest.fixture(scope="module")
def published(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The paper set and its documents but for the figures, as if they were a release."""
    folder = tmp_path_factory.mktemp("published") / "stage"
    shutil.copytree(built, folder)
    claim, home = manifest.read(folder), Home(REPO, "v1.1.0")
    documents: dict[str, str | bytes] = {
        manifest.CARD_NAME: card.render(claim, V1_1, home, set()),
        "croissant.json": croissant.render(claim, V1_1, home),
        "eval.yaml": eval_yaml(V1_1),
    }
    return Publication(folder, manifest.write(claim, documents, folder))


@pytest.fixture
def small(published: Publication) -> Publication:
    """One config and three documents of it: they break the same way, in a tenth of the time."""
    found = published.manifest
    configs = {"skewed_ferro": found.configs["skewed_ferro"]}
    return replace(
        published, manifest=replace(found, configs=configs, documents=found.documents[:3])
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits between its attempts; the tests do not."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


def test_push_then_load_as_anyone_would(
    hub: HubServer, whole: Path, everything: Publication, cli: Cli, tmp_path: Path
) -> None:
    done = cli("push", REPO, cwd=whole.parent)
    assert done.returncode == 0, done.stderr
    repo = hub.repos[REPO]
    assert repo.tags == {"v1.1.0": repo.head}
    assert len(repo.commits) == 2  # the empty one of every new repository, and this one
    assert f"{REPO} v1.1.0 is published: commit {repo.head}" in done.stdout
    tree = set(repo.commits[repo.head])
    assert {"README.md", "manifest.json", "croissant.json", "eval.yaml"} < tree
    assert sum(path.endswith(".parquet") for path in tree) == 51

    again = push(everything, REPO, "v1.1.0")
    assert (again.was_there, again.commit) == (True, repo.head)
    assert len(repo.commits) == 2

    code = (
        "from datasets import load_dataset\n"
        f"rows = load_dataset('{REPO}', 'periodic_ferro', split='test', revision='v1.1.0')\n"
        "print(rows['sample_id'][0], len(rows), rows[0]['image'].size)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first = V1_1.chains(V1_1.config("periodic_ferro"), TASK.test)[0].sample_id
    assert shown.stdout.split()[:2] == [first, "400"]
    assert hub.tokens == {TOKEN}
    assert TOKEN not in done.stdout + done.stderr


def test_a_dry_run_lists_and_keeps_what_it_does_not_send(
    hub: HubServer, whole: Path, dry_run: DryRun, cli: Cli, tmp_path: Path
) -> None:
    size = (whole / "skewed_ferro/test-00000-of-00001.parquet").stat().st_size
    assert f"{size:>10}  skewed_ferro/test-00000-of-00001.parquet" in dry_run.printed
    assert "would be pushed to ORG/ising-bench as v1.1.0; nothing was sent" in dry_run.printed
    shown = Path(shutil.copytree(dry_run.folder, tmp_path / "shown"))
    assert verify(shown)[1] == []
    (shown / "figures/energy.png").write_bytes(b"")
    assert any("figures/energy.png: has 0 bytes" in problem for problem in verify(shown)[1])
    for args in (["--dry-run", "--out", "shown"], ["--out", "elsewhere"]):
        line = only_line(cli("push", REPO, "--dir", str(whole), *args).stderr)
        assert "--out wants --dry-run" in line
    assert hub.requests == []


def test_private_makes_a_private_repository(hub: HubServer, small: Publication) -> None:
    push(small, REPO, "v1.1.0", private=True)
    assert hub.repos[REPO].is_private


def test_an_incomplete_folder_is_refused(built: Path, cli: Cli, hub: HubServer) -> None:
    line = only_line(cli("push", REPO, "--dir", str(built)).stderr)
    assert "lacks periodic_ferro_equilibrium" in line
    assert f"ising-bench build all --out {built}" in line
    assert hub.requests == []


def test_a_folder_that_does_not_verify_is_refused(
    whole: Path, tmp_path: Path, hub: HubServer, cli: Cli
) -> None:
    broken = Path(shutil.copytree(whole, tmp_path / "broken"))
    (broken / "skewed_ferro" / "notes.parquet").write_bytes(b"mine")
    victim = broken / "skewed_ferro/test-00000-of-00001.parquet"
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    done = cli("push", REPO, "--dir", str(broken))
    assert done.returncode == 1
    assert "skewed_ferro/test-00000-of-00001.parquet: sha256" in done.stderr
    assert "skewed_ferro/notes.parquet" in done.stderr
    assert "nothing was sent" in done.stderr
    assert hub.requests == []


def test_a_file_that_no_manifest_lists_is_refused(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        verification, "verify_config", lambda *_: []
    )  # of the rest nothing is wrong
    more = Path(shutil.copytree(whole, tmp_path / "more"))
    (more / "skewed_ferro" / "notes.parquet").write_bytes(b"mine")
    with pytest.raises(VerificationError, match=r"notes\.parquet"), staged(more, REPO):
        pass


@pytest.mark.usefixtures("hub")
def test_a_fresh_draw_needs_a_tag_of_its_own(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # fresh draws that do not verify, and figures, are looked at elsewhere
    monkeypatch.setattr(publishing, "verify", lambda folder: (manifest.read(folder), []))
    monkeypatch.setattr(publishing, "draw_all", lambda *_: [])
    fresh = Path(shutil.copytree(whole, tmp_path / "fresh"))
    claim = replace(manifest.read(whole), kind="fresh draw", entropy="ab" * 32)
    manifest.rewrite(claim, fresh)
    for tag in (None, "v1.1.0", "v2"):
        with pytest.raises(FolderError, match="--tag"), staged(fresh, REPO, tag):
            pass
    with staged(fresh, REPO, "fresh-ab") as (publication, tag):
        assert push(publication, REPO, tag).tag == "fresh-ab"
        card = (publication.folder / "README.md").read_text()
        record = json.loads((publication.folder / "croissant.json").read_text())
    assert record["version"] == "1.1.0+abababab"
    assert "not the release" in record["description"]
    assert "This is not release 1.1.0" in card
    assert 'revision="fresh-ab"' in card


def test_other_content_under_the_tag_is_refused(hub: HubServer, small: Publication) -> None:
    push(small, REPO, "v1.1.0")
    commits = dict(hub.repos[REPO].commits)
    record = small.manifest.configs["skewed_ferro"]
    other = replace(
        small.manifest, configs={"skewed_ferro": replace(record, content_digest="0" * 64)}
    )
    with pytest.raises(FolderError, match=r"has a tag v1\.1\.0 with other content"):
        push(replace(small, manifest=other), REPO, "v1.1.0")
    assert hub.repos[REPO].commits == commits


def test_a_tag_with_nothing_but_our_manifest_is_not_the_same(
    hub: HubServer, published: Publication
) -> None:
    repo = hub.repos[REPO] = Repo()
    manifest_alone = (published.folder / "manifest.json").read_bytes()
    repo.tags["v1.1.0"] = repo.commit({"manifest.json": Blob(manifest_alone, False)})
    with pytest.raises(FolderError, match="files are not those of its manifest"):
        push(published, REPO, "v1.1.0")


def test_a_fresh_draw_does_not_take_the_place_of_releases(
    hub: HubServer, small: Publication
) -> None:
    push(small, REPO, "v1.1.0")
    fresh = replace(small, manifest=replace(small.manifest, kind="fresh draw"))
    with pytest.raises(FolderError, match=r"holds releases \(v1\.1\.0\)"):
        push(fresh, REPO, "fresh-1")
    assert list(hub.repos[REPO].tags) == ["v1.1.0"]


@pytest.mark.parametrize(
    ("files", "is_stub"),
    [
        ({"README.md": b"---\nlicense: mit\n---\n"}, True),
        ({"README.md": b"---\nlicense: mit\n---\nMy own words.\n"}, False),
        ({"eval.yaml": b"name: mine\n"}, False),
        ({"manifest.json": b"{}"}, False),
    ],
)
def test_what_somebody_else_wrote_is_not_overwritten(
    files: dict[str, bytes], is_stub: bool, hub: HubServer, small: Publication
) -> None:
    repo = hub.repos[REPO] = Repo()
    repo.commit(repo.commits[repo.head] | {n: Blob(c, False) for n, c in files.items()})
    if is_stub:
        assert push(small, REPO, "v1.1.0").tag == "v1.1.0"
        return
    with pytest.raises(FolderError, match=f"did not publish: {next(iter(files))}"):
        push(small, REPO, "v1.1.0")
    assert len(repo.commits) == 2


def test_a_folder_that_changes_meanwhile_changes_nothing(
    hub: HubServer, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place, after it was verified: what is published is what was verified."""
    monkeypatch.setattr(publishing, "draw_all", lambda *_: [])
    folder = Path(shutil.copytree(whole, tmp_path / "changing"))
    with staged(folder, REPO) as (publication, tag):
        for path in folder.rglob("*.parquet"):
            with path.open("r+b") as file:
                file.seek(100)
                file.write(b"????")
        push(publication, REPO, tag)
    tree = hub.repos[REPO].commits[hub.repos[REPO].head]
    name = "skewed_ferro/test-00000-of-00001.parquet"
    assert tree[name].content == (whole / name).read_bytes()


def test_a_published_card_calls_nothing_unreleased(published: Publication) -> None:
    assert "unreleased" not in (published.folder / "README.md").read_text().lower()


def test_a_tag_of_somebody_else_is_refused(hub: HubServer, small: Publication) -> None:
    push(small, REPO, "first")
    hub.repos[REPO].tags["v1.1.0"] = next(iter(hub.repos[REPO].commits))  # the empty commit
    with pytest.raises(FolderError, match="other content"):
        push(small, REPO, "v1.1.0")


def test_foreign_files_are_refused_and_old_ones_of_ours_go(
    hub: HubServer, small: Publication, tmp_path: Path
) -> None:
    push(small, REPO, "first")
    fewer = replace(small.manifest, documents=small.manifest.documents[:-1])
    folder = Path(shutil.copytree(small.folder, tmp_path / "fewer"))
    gone = small.manifest.documents[-1].path
    (folder / "manifest.json").write_text((folder / "manifest.json").read_text() + " ")
    push(Publication(folder, fewer), REPO, "second")
    repo = hub.repos[REPO]
    assert gone in repo.commits[repo.tags["first"]]
    assert gone not in repo.commits[repo.tags["second"]]
    repo.commit(repo.commits[repo.head] | {"notes.txt": Blob(b"mine", False)})
    with pytest.raises(FolderError, match=r"did not publish: notes\.txt"):
        push(small, REPO, "third")
    assert "third" not in repo.tags


@pytest.mark.parametrize("status", [500, None])
@pytest.mark.usefixtures("impatient")
def test_broken_at_every_stage_nothing_half_is_tagged_and_the_next_push_completes(
    status: int | None, hub: HubServer, small: Publication
) -> None:
    push(small, "org/once", "v1.1.0")
    total = len(hub.requests)
    assert total > 10
    for number in range(total):
        repo = f"org/broken-{number}"
        hub.break_after(number, status)
        with pytest.raises(IsingBenchError, match="run the same command again") as caught:
            push(small, repo, "v1.1.0")
        assert len(str(caught.value).splitlines()) == 1
        assert repo not in hub.repos or not hub.repos[repo].tags
        hub.mend()
        done = push(small, repo, "v1.1.0")
        found = hub.repos[repo]
        assert found.tags == {"v1.1.0": done.commit}
        assert len(found.commits) == 2  # a commit that arrived unseen is not made twice
        for path in small.paths:
            assert found.commits[done.commit][path].content == (small.folder / path).read_bytes()


@pytest.mark.usefixtures("impatient")
def test_an_answer_that_is_lost_is_no_second_commit(hub: HubServer, small: Publication) -> None:
    """The commit was made, and the connection cut before the client heard of it."""
    push(small, "org/once", "v1.1.0")
    commit = next(i for i, request in enumerate(hub.requests) if "/commit/" in request)
    after = len(hub.requests) - commit
    for answered in range(1, after):
        repo = f"org/lost-{answered}"
        hub.break_after(commit + answered, None)
        with pytest.raises(IsingBenchError):
            push(small, repo, "v1.1.0")
        assert len(hub.repos[repo].commits) == 2
        hub.mend()
        push(small, repo, "v1.1.0")
        assert len(hub.repos[repo].commits) == 2


@pytest.mark.parametrize("path", ["manifest.json", "skewed_ferro/train-00000-of-00001.parquet"])
def test_bytes_that_arrive_otherwise_are_not_tagged(
    path: str, hub: HubServer, small: Publication
) -> None:
    hub.damage = lambda name, content: content[:-1] + b"?" if name == path else content
    with pytest.raises(IsingBenchError, match=f"other bytes than were sent in {path}"):
        push(small, REPO, "v1.1.0")
    assert hub.repos[REPO].tags == {}
    hub.mend()
    push(small, REPO, "v1.1.0")
    assert "v1.1.0" in hub.repos[REPO].tags


def test_a_push_of_somebody_else_in_between_is_noticed(hub: HubServer, small: Publication) -> None:
    def interfere(request: str) -> None:
        if "/preupload/" in request:
            repo = hub.repos[REPO]
            repo.commit(repo.commits[repo.head] | {"notes.txt": Blob(b"theirs", False)})

    hub.fail = interfere
    with pytest.raises(IsingBenchError, match="A commit has happened since"):
        push(small, REPO, "v1.1.0")
    assert hub.repos[REPO].tags == {}


def test_a_tag_that_appears_at_the_last_moment_stays(hub: HubServer, small: Publication) -> None:
    def interfere(request: str) -> None:
        if "/tag/" in request:
            hub.repos[REPO].tags["v1.1.0"] = next(iter(hub.repos[REPO].commits))

    hub.fail = interfere
    with pytest.raises(IsingBenchError, match="Tag reference exists already"):
        push(small, REPO, "v1.1.0")
    hub.mend()
    with pytest.raises(FolderError, match="other content"):
        push(small, REPO, "v1.1.0")


@pytest.mark.parametrize(
    ("token", "advice"),
    [("hf_an_expired_token", "does not accept the token"), ("", "no token is stored here")],
)
def test_a_token_that_is_not_accepted_is_not_shown(
    token: str, advice: str, hub: HubServer, small: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(IsingBenchError, match="hf auth login") as caught:
        push(small, REPO, "v1.1.0")
    assert advice in str(caught.value)
    assert not token or token not in str(caught.value)
    assert hub.repos == {}


def test_a_token_that_may_not_write(hub: HubServer, small: Publication) -> None:
    def forbid(request: str) -> None:
        if request.startswith("POST"):
            raise HubFault(403, "You don't have the rights")

    hub.fail = forbid
    with pytest.raises(IsingBenchError, match="the token does not allow it"):
        push(small, REPO, "v1.1.0")


@pytest.mark.parametrize(
    "repo",
    ["ising-bench", "a/b/c", "org/../x", "org/name@v1", "--private", "org/a--b", "org/x.git"],
)
def test_names_that_are_none(repo: str, small: Publication) -> None:
    with pytest.raises(IsingBenchError, match="ORG/NAME"):
        push(small, repo, "v1.1.0")


def test_a_tag_that_is_none(small: Publication) -> None:
    for tag in ("", "a b", "-x", "a/b", "v1.", "a..b", "x.lock", "main", "HEAD", "1a2b3c4d"):
        with pytest.raises(IsingBenchError, match="--tag"):
            push(small, REPO, tag)


def test_the_manifest_lists_all_that_is_published(published: Publication) -> None:
    listed = {path.relative_to(published.folder).as_posix() for path in published.folder.rglob("*")}
    files = {name for name in listed if (published.folder / name).is_file()}
    assert files == set(published.paths)
    assert manifest.read(published.folder) == published.manifest
