"""The rendered board: harmless whatever an entry says, whole without a network, usable by hand."""

import html.parser
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import browser
from conftest import Board, Cli, only_line
from ising_bench.leaderboard import entry as entries
from ising_bench.leaderboard import new, render
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.board_files import BEGIN, END, write_board
from ising_bench.leaderboard.check import check
from ising_bench.leaderboard.entry import Author, Code, Model
from ising_bench.leaderboard.markup import in_html, in_markdown
from ising_bench.leaderboard.page import page as page_of
from ising_bench.paper import TABLE2
from ising_bench.releases.v1 import V1
from test_leaderboard_check import submit

EVIL = '<script>document.title="owned"</script><img src=x onerror=alert(1)>"\' | [x](http://e.il)'


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A leaderboard folder with two entries and the paper's rows."""
    root = tmp_path_factory.mktemp("board")
    for name, seed in (("first", 0), ("second", 50)):
        submit(root, name, seed=seed)
        shutil.rmtree(root / f"work-{name}")
    new.quoted(V1, root / "entries")
    write_board(root)
    return root


def evil(board: Path) -> list[Scored]:
    """The board with texts that mean harm wherever an entry can put text."""
    found = check([board / "entries"]).entries
    return [
        replace(
            scored,
            entry=replace(
                scored.entry,
                name=EVIL,
                model=Model(EVIL, EVIL, EVIL, 1, None, Code(EVIL, EVIL), EVIL),
                authors=(Author(EVIL, EVIL),),
                license=EVIL,
            ),
        )
        for scored in found
    ]


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_texts_of_entries_are_harmless_in_the_page(board: Path) -> None:
    scored = evil(board)
    text = page_of(scored, {str(scored[0].path): [EVIL]})
    tags = Tags()
    tags.feed(text)
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not any(tag in ("img", "iframe", "object", "link", "a", "base") for tag, _ in tags.found)
    for _, attributes in tags.found:
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        assert "href" not in attributes
    assert "document.title=&quot;owned" in text


def test_texts_of_entries_are_harmless_in_markdown(board: Path) -> None:
    scored = evil(board)
    text = render.markdown(scored, {str(scored[0].path): [EVIL]})
    assert "<script" not in text
    assert "](" not in text
    assert "://" not in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (4, 9), line
    assert in_markdown("a|b\n<c>") == "a&#124;b&#10;&#60;c&#62;"
    assert in_html('<a b="c">') == "&lt;a b=&quot;c&quot;&gt;"


def test_the_page_needs_no_network(board: Path) -> None:
    text = (board / "index.html").read_text()
    assert not re.search(r"https?://|//[a-z]", text)
    assert "default-src 'none'" in text


def test_what_is_rendered_follows_from_the_entries(board: Path, tmp_path: Path, cli: Cli) -> None:
    copy = tmp_path / "leaderboard"
    shutil.copytree(board / "entries", copy / "entries")
    done = cli("leaderboard", "render")
    assert done.returncode == 0, done.stderr
    for name in ("README.md", "index.html", "schema.json"):
        assert (copy / name).read_bytes() == (board / name).read_bytes()
    assert json.loads((copy / "schema.json").read_text()) == entries.schema()
    (copy / "README.md").write_text(f"# mine\n{BEGIN}\noutdated\n{END}\nafter\n")
    write_board(copy)
    text = (copy / "README.md").read_text()
    assert text.startswith("# mine\n")
    assert text.endswith("\nafter\n")
    assert "outdated" not in text
    (copy / "README.md").write_text("# no marks\n")
    before = (copy / "index.html").read_bytes()
    assert "lacks the lines" in only_line(cli("leaderboard", "render").stderr)
    (copy / "entries" / "first" / "periodic_ferro.json").write_text("{}")
    assert cli("leaderboard", "render").returncode == 1
    assert (copy / "index.html").read_bytes() == before


def test_the_paper_s_rows_are_quoted_and_not_ranked(board: Path) -> None:
    text = (board / "README.md").read_text()
    for model, by_config in TABLE2.items():
        for config, (mean, deviation) in by_config.items():
            quoted = in_markdown(f"{model}, {config}: {mean:.3f} ± {deviation:.3f}")
            assert quoted in text
    for line in text.splitlines():
        assert not (line.startswith("|") and "paper" in line.split("|")[2])
    assert len(TABLE2) * len(V1.sets["paper"]) == 12
    assert V1.config_names[:4] == V1.sets["paper"]


def test_a_withdrawn_entry_stays_with_its_reason(board: Path) -> None:
    found = check([board / "entries"]).entries
    first = next(s for s in found if s.entry.name == "first")
    gone = replace(first, entry=replace(first.entry, status="withdrawn", reason="trained on test"))
    text = render.markdown([gone, *(s for s in found if s is not first)], {})
    assert "withdrawn, trained on test" in text
    assert "| first |" not in text


needs_browser = pytest.mark.skipif(
    browser.executable() is None, reason="no Chromium here; name one in $CHROMIUM"
)


@needs_browser
def test_in_a_browser_filters_sorting_and_details_work_by_keyboard(board: Path) -> None:
    with browser.page() as page:
        page.open(board / "index.html")
        assert page.requests == [(board / "index.html").resolve().as_uri()]
        assert page.run("document.getElementById('shown').textContent") == "1 of 1 tables shown"
        names = "[...document.querySelectorAll('tbody > tr:not(.detail) td:nth-child(2) button')]"
        assert set(page.run(f"{names}.map(b => b.textContent)")) == {"first", "second"}
        # a row opens by keyboard, and says so
        page.run(f"{names}[0].focus()")
        page.press("Enter", 13)
        assert page.run(f"{names}[0].getAttribute('aria-expanded')") == "true"
        opened = page.run(
            "[...document.querySelectorAll('tr.detail')].filter(r => !r.hidden).length"
        )
        assert opened == 1
        text = page.run("document.querySelector('tr.detail:not([hidden])').innerText")
        assert "Confusion" in text
        assert "Ann" not in text
        assert "Bo Author" in text
        # sorting, both ways, carries the open row along
        head = "document.querySelectorAll('th button')[1]"
        orders = []
        for _ in range(2):
            page.run(f"{head}.focus()")
            page.press("Enter", 13)
            orders.append(page.run(f"{names}.map(b => b.textContent)"))
        assert orders == [["first", "second"], ["second", "first"]]
        assert page.run(f"{head}.closest('th').getAttribute('aria-sort')") == "descending"
        # filters
        page.run("document.getElementById('config').value = 'periodic_ferro'")
        page.run("document.getElementById('config').dispatchEvent(new Event('change'))")
        assert page.run("document.querySelectorAll('section:not([hidden])').length") == 1


@needs_browser
@pytest.mark.parametrize("width", [400, 1400])
def test_in_a_browser_nothing_runs_over_the_edge(board: Path, width: int) -> None:
    with browser.page() as page:
        page.open(board / "index.html", width)
        assert page.run("document.documentElement.scrollWidth") <= width
        widths = "[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth)"
        assert max(page.run(widths)) <= 0


@needs_browser
def test_in_a_browser_a_hostile_entry_does_nothing(board: Path, tmp_path: Path) -> None:
    scored = evil(board)
    path = tmp_path / "evil.html"
    path.write_text(page_of(scored, {str(scored[0].path): [EVIL]}))
    with browser.page() as page:
        page.open(path)
        assert page.run("document.title") == "ising-bench leaderboard"
        assert page.requests == [path.resolve().as_uri()]
        assert page.run("document.querySelectorAll('img').length") == 0
        assert "<script>" in page.run("document.body.innerText")


ROOT = Path(__file__).parent.parent / "leaderboard"


def test_the_board_of_this_repository_is_in_order(board_here: Board) -> None:
    """Every entry checked and rescored; schema, folders, file names and the paper's rows agree."""
    found = board_here.checked
    assert found.problems == []
    assert json.loads((ROOT / "schema.json").read_text()) == entries.schema()
    named = {(s.entry.name, s.config) for s in found.entries}
    files = {(p.parent.name, p.stem) for p in (ROOT / "entries").rglob("*.json")}
    assert named == files
    assert (ROOT / "index.html").read_text() == board_here.page
    assert board_here.markdown in (ROOT / "README.md").read_text()


def test_the_quoted_rows_of_this_repository_are_the_paper_s(tmp_path: Path) -> None:
    for path in new.quoted(V1, tmp_path):
        assert path.read_bytes() == (ROOT / "entries" / path.relative_to(tmp_path)).read_bytes()
