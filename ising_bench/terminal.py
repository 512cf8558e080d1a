"""What a person reads, fitted to the terminal; elsewhere every line is whole, for scripts and logs.

Widths are in columns; None where there is no terminal.
"""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TextIO

_GAP = "  "
_KEPT = "\N{NO-BREAK SPACE}"  # stands in a space at which no line may end


def width(stream: TextIO | None = None) -> int | None:
    """Of the terminal behind a stream, by default standard output."""
    chosen = stream or sys.stdout
    if chosen is None or not chosen.isatty():
        return None
    return shutil.get_terminal_size().columns


def fold(text: str, columns: int | None, hanging: int = 0) -> str:
    """A line broken between words; the lines after the first are indented. A word that is too long,
    such as a digest or a path, is never cut."""
    if columns is None or len(text) <= columns:
        return text
    return "\n".join(
        textwrap.wrap(
            text,
            max(columns, hanging + 20),
            subsequent_indent=" " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def table(
    rows: Sequence[Sequence[str]],
    columns: int | None,
    head: Sequence[str] = (),
    right: Sequence[int] = (),
) -> str:
    """Rows of cells below one another, those at the indices `right` flush right; where that is
    wider than the terminal each row is a paragraph, its first cell and then the others, named by
    the head where there is one."""
    whole = [*([head] if head else []), *rows]
    widths = [max(map(len, cells)) for cells in zip(*whole, strict=True)]
    if columns is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= columns:
        lines = (
            _GAP.join(
                cell.rjust(wide) if i in right else cell.ljust(wide)
                for i, (cell, wide) in enumerate(zip(cells, widths, strict=True))
            )
            for cells in whole
        )
        return "\n".join(line.rstrip() for line in lines)
    return "\n".join(_paragraph(cells, head, columns) for cells in rows)


def _paragraph(cells: Sequence[str], head: Sequence[str], columns: int) -> str:
    names = head[1:] or [""] * (len(cells) - 1)
    pairs = (f"{name} {cell}".strip() for name, cell in zip(names, cells[1:], strict=True) if cell)
    text = ", ".join(pair.replace(" ", _KEPT) for pair in pairs)
    return f"{cells[0]}\n{fold(_GAP + text, columns, len(_GAP))}".replace(_KEPT, " ")
