"""Lattices as pictures: palette PNG, one pixel a site, as many bits as its symbols need."""

import io
import struct

import numpy as np
from PIL import Image

from ising_bench.ndarrays import Spins
from ising_bench.symbols import Symbols

_LARGEST = 1024
_HEADER = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 13, b"IHDR")  # and 13 bytes of it follow


def encode(symbols: Symbols, spins: Spins) -> bytes:
    """The PNG of one lattice, (L, L)."""
    return encode_codes(symbols, symbols.codes(spins))


def encode_codes(symbols: Symbols, codes: np.ndarray) -> bytes:
    """The same of its codes."""
    rows, columns = codes.shape
    image = Image.frombytes("P", (columns, rows), codes.tobytes())
    image.putpalette(bytes(part for colour in symbols.colours for part in colour))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", bits=symbols.bits, compress_level=1)
    return buffer.getvalue()


def decode(symbols: Symbols, png: bytes) -> Spins:
    """The inverse of `encode`. Raises ValueError where it is no such PNG."""
    _check_chunks(png, symbols.bits)
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            shown = np.asarray(image)
            palette = image.getpalette("RGB") or []
    except Exception as error:  # Pillow has no common root for what broken files raise
        raise ValueError(f"not a readable PNG: {type(error).__name__}") from error
    byte_of, table = symbols.byte_of_colour, bytearray(256)
    known = bytearray()  # places in the palette whose colour is a symbol's
    for place, colour in enumerate(zip(*[iter(palette)] * 3, strict=False)):
        if colour in byte_of:
            table[place] = byte_of[colour]
            known.append(place)
    places = shown.tobytes()
    if places.translate(None, bytes(known)):
        raise ValueError("a pixel has the colour of no spin")
    return np.frombuffer(places.translate(table), symbols.dtype).reshape(shown.shape)


def _check_chunks(png: bytes, bits: int) -> None:
    """Raise ValueError for anything but one small palette picture: no text that could give a label
    away, no huge canvas, nothing after the end."""
    names, place = [], 8
    while place + 8 <= len(png):
        length, name = struct.unpack(">I4s", png[place : place + 8])
        names.append(name)
        place += 12 + length
    expected = [b"IHDR", b"PLTE", *[b"IDAT"] * (len(names) - 3), b"IEND"]
    if not png.startswith(_HEADER) or place != len(png) or names != expected:
        raise ValueError("not a PNG of header, palette and pixels alone")
    width, height, depth, kind = struct.unpack(">IIBB", png[len(_HEADER) :][:10])
    if max(width, height) > _LARGEST or (depth, kind) != (bits, 3):
        raise ValueError(f"not a {bits}-bit palette PNG of at most {_LARGEST} x {_LARGEST} pixels")
