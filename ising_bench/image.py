"""Lattices as pictures: two-colour palette PNG, one bit a site, one pixel a site."""

import io

import numpy as np
from PIL import Image

from ising_bench.systems import Spins

UP_COLOUR = (38, 70, 160)  # blue, as in the paper
DOWN_COLOUR = (250, 214, 60)  # yellow


def encode(spins: Spins) -> bytes:
    """The PNG of one lattice, (L, L) int8 of +1 and -1."""
    image = Image.fromarray((spins > 0).astype(np.uint8)).convert("P")
    image.putpalette(DOWN_COLOUR + UP_COLOUR)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", bits=1, compress_level=1)
    return buffer.getvalue()


def decode(png: bytes) -> Spins:
    """The inverse of `encode`. Raises ValueError where it is no such PNG."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            rgb = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"not a readable PNG: {error}") from error
    up = rgb[..., 2] == UP_COLOUR[2]
    if not np.array_equal(rgb, np.array([DOWN_COLOUR, UP_COLOUR], np.uint8)[up.astype(int)]):
        raise ValueError("a pixel has neither the colour of spin up nor that of spin down")
    return np.where(up, np.int8(1), np.int8(-1))
