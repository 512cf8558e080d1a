"""Lattices as pictures: two-colour palette PNG, one bit a site, one pixel a site."""

import io
import struct

import numpy as np
from PIL import Image

from ising_bench.arrays import Spins

UP_COLOUR = (38, 70, 160)  # blue, as in the paper
DOWN_COLOUR = (250, 214, 60)  # yellow

_LARGEST = 128
_HEADER = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 13, b"IHDR")  # and 13 bytes of it follow


def encode(spins: Spins) -> bytes:
    """The PNG of one lattice, (L, L) int8 of +1 and -1."""
    image = Image.fromarray((spins > 0).astype(np.uint8)).convert("P")
    image.putpalette(DOWN_COLOUR + UP_COLOUR)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", bits=1, compress_level=1)
    return buffer.getvalue()


def decode(png: bytes) -> Spins:
    """The inverse of `encode`. Raises ValueError where it is no such PNG."""
    _check_chunks(png)
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            codes = np.asarray(image)
            palette = image.getpalette("RGB") or []
    except Exception as error:  # Pillow has no common root for what broken files raise
        raise ValueError(f"not a readable PNG: {type(error).__name__}") from error
    spin_of = np.zeros(256, np.int8)  # by code; 0 where its colour is no spin's
    for code, colour in enumerate(zip(*[iter(palette)] * 3, strict=False)):
        spin_of[code] = {UP_COLOUR: 1, DOWN_COLOUR: -1}.get(colour, 0)
    spins = spin_of[codes]
    if not spins.all():
        raise ValueError("a pixel has neither the colour of spin up nor that of spin down")
    return spins


def _check_chunks(png: bytes) -> None:
    """Raise ValueError for anything but one small one-bit palette picture: no text that could give
    a label away, no huge canvas, nothing after the end."""
    names, place = [], 8
    while place + 8 <= len(png):
        length, name = struct.unpack(">I4s", png[place : place + 8])
        names.append(name)
        place += 12 + length
    expected = [b"IHDR", b"PLTE", *[b"IDAT"] * (len(names) - 3), b"IEND"]
    if not png.startswith(_HEADER) or place != len(png) or names != expected:
        raise ValueError("not a PNG of header, palette and pixels alone")
    width, height, depth, kind = struct.unpack(">IIBB", png[len(_HEADER) :][:10])
    if max(width, height) > _LARGEST or (depth, kind) != (1, 3):
        raise ValueError(f"not a one-bit palette PNG of at most {_LARGEST} x {_LARGEST} pixels")
