"""Where predictions come from: a file of one's own, also behind a link, a pipe, standard input.

Its size is bounded, and it is text or nothing: what else people keep predictions in is named.
"""

import sys
from pathlib import Path

from ising_bench.errors import VerificationError

STANDARD_INPUT = Path("-")

_ARRAY = b"\x93NUMPY"
_KINDS = {
    _ARRAY: "a NumPy array",
    b"PK\x03\x04": "a zip archive, as .npz and .xlsx are",
    b"\x1f\x8b": "compressed by gzip",
    b"PAR1": "parquet",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def name_of(path: Path) -> str:
    """How errors call it."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def text_of(path: Path, limit: int) -> str:
    """The text of a file or a pipe, of `-` standard input, without a byte order mark.

    Raises VerificationError where there is nothing, more than `limit` bytes, or no ASCII.
    """
    content = _content(path, limit)
    name = name_of(path)
    for magic, kind in _KINDS.items():
        if content.startswith(magic):
            raise VerificationError([f"{name}: is {kind}, not ASCII text; {_advice(magic)}"])
    if len(content) > limit:
        size = path.stat().st_size if path.is_file() else f"at least {len(content)}"
        raise VerificationError([f"{name}: {size} bytes, more than {limit}"])
    if not content:
        raise VerificationError([f"{name}: is empty"])
    try:
        return content.removeprefix(_BYTE_ORDER_MARK).decode("ascii")
    except UnicodeDecodeError as error:
        marked = len(_BYTE_ORDER_MARK) * content.startswith(_BYTE_ORDER_MARK)
        raise VerificationError([f"{name}: byte {marked + error.start} is not ASCII"]) from None


def _content(path: Path, limit: int) -> bytes:
    """At most one byte more than is allowed."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(limit + 1)
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise VerificationError([f"{path}: no such file"]) from None
    except IsADirectoryError:
        raise VerificationError([f"{path}: is a folder; name a CSV of predictions"]) from None


def _advice(magic: bytes) -> str:
    if magic == _ARRAY:
        return (
            "an array has no ids: write a CSV with them (ising-bench leaderboard template), or "
            "in Python call ising_bench.score(config, numpy.load(file))"
        )
    return "write it as plain CSV"
