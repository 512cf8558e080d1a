"""`ising-bench leaderboard render`: everything in the folder that follows from the entries."""

import json
from pathlib import Path

from ising_bench.errors import VerificationError
from ising_bench.files import write_whole
from ising_bench.leaderboard import entry, page, render
from ising_bench.leaderboard.check import check
from ising_bench.texts import text_of

BEGIN, END = (
    "<!-- tables: written by `ising-bench leaderboard render` -->",
    "<!-- end of tables -->",
)


def write_board(root: Path) -> list[Path]:
    """Write the tables into `root`/README.md, between its two marks, index.html and schema.json.

    Raises VerificationError, and writes nothing, where an entry is not in order or README.md has
    no marks, IsingBenchError where it is not UTF-8.
    """
    checked = check([root / "entries"])
    if checked.problems:
        raise VerificationError(checked.problems)
    readme = root / "README.md"
    before = text_of(readme.read_bytes(), str(readme)) if readme.is_file() else f"{BEGIN}\n{END}\n"
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise VerificationError([f"{readme}: lacks the lines {BEGIN} and {END}"])
    tables = render.markdown(checked.entries, checked.flags)
    texts = {
        readme: f"{head}{BEGIN}\n{tables}\n{END}{tail}",
        root / "index.html": page.page(checked.entries, checked.flags),
        root / "schema.json": json.dumps(entry.schema(), indent=1) + "\n",
    }
    for path, text in texts.items():
        write_whole(path, text.encode("utf-8"))
    return list(texts)
