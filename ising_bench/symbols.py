"""What one site of an image holds, and how it is packed and coloured."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ising_bench.ndarrays import Spins

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255
_NONE = 255  # in the place of a code; with 256 values every byte is one


@dataclass(frozen=True)
class Symbols:
    """dtype: of the spins column, one byte a site. values: what a site may hold, in the order of
    their codes 0, 1, 2, ...; colours: of each, no two alike; kind: whether the values are numbers,
    names, any of which may be exchanged, or angles, 256 to a turn. Raises ValueError for
    others."""

    dtype: str
    values: tuple[int, ...]
    colours: tuple[Colour, ...]
    kind: Literal["numbers", "names", "angles"] = "numbers"

    def __post_init__(self) -> None:
        if np.dtype(self.dtype).itemsize != 1 or np.dtype(self.dtype).kind not in "iu":
            raise ValueError(f"dtype is {self.dtype}, not int8 or uint8")
        if not 2 <= len(self.values) == len(self.colours) <= 256:
            raise ValueError("a symbol for each of 2 to 256 values needs a colour")
        if len(set(self.values)) + len(set(self.colours)) < 2 * len(self.values):
            raise ValueError("two values or two colours are alike")

    @property
    def bits(self) -> int:
        """Bits that a site takes, in packed images and in pictures: 1, 2, 4 or 8."""
        return next(bits for bits in (1, 2, 4, 8) if 2**bits >= len(self.values))

    @cached_property
    def _code_of(self) -> bytes:
        """By byte; _NONE where it is none of the values."""
        table = np.full(256, _NONE, np.uint8)
        table[np.array(self.values, self.dtype).view(np.uint8)] = np.arange(len(self.values))
        return table.tobytes()

    def holds(self, spins: Spins) -> NDArray[np.bool]:
        """Whether all sites of each image (n, L, L) hold one of the values: (n,)."""
        _, held = self._lookup(spins)
        return np.asarray(held.reshape(len(spins), -1).all(1))

    def codes(self, spins: Spins) -> NDArray[np.uint8]:
        """The code of each site (...): (...). Raises ValueError for what is none of the values."""
        codes, held = self._lookup(spins)
        if not held.all():
            raise ValueError(f"a site holds none of {self.described}")
        return codes

    @cached_property
    def byte_of_colour(self) -> dict[Colour, int]:
        """What a site of this colour holds, as a byte."""
        return dict(zip(self.colours, np.array(self.values, self.dtype).tobytes(), strict=True))

    def packed(self, spins: Spins) -> NDArray[np.uint8]:
        """Images (n, L, L) with the codes packed into bytes, row by row, the first site most
        significant: (n, bytes). Images that differ in a site differ here. Raises as `codes`."""
        codes = self.codes(spins).reshape(len(spins), -1)
        if self.bits == 8:
            return codes
        shifts = np.arange(self.bits - 1, -1, -1, dtype=np.uint8)
        planes = codes[..., None] >> shifts & 1
        return np.packbits(planes.reshape(len(spins), -1).view(bool), axis=1)

    @property
    def has_sign(self) -> bool:
        """Whether all values may be turned over: -v is one where v is."""
        return self.kind == "numbers" and {-v for v in self.values} == set(self.values)

    @property
    def described(self) -> str:
        """The values in words."""
        first, *_, last = self.values
        if len(self.values) > 4:
            return f"{first} to {last}"
        return ", ".join(f"{v:+d}" if min(self.values) < 0 else str(v) for v in self.values)

    def _lookup(self, spins: Spins) -> tuple[NDArray[np.uint8], NDArray[np.bool]]:
        """The code of each site, and whether it holds one of the values: (...) each."""
        # some ten times as fast as indexing a table with an array
        sites = np.ascontiguousarray(spins, self.dtype)
        codes = np.frombuffer(sites.tobytes().translate(self._code_of), np.uint8)
        codes = codes.reshape(spins.shape)
        held = np.full(spins.shape, True) if len(self.values) == 256 else codes != _NONE
        return codes, held if spins.dtype == self.dtype else held & (sites == spins)
