"""What bit-parallel kernels have in common: the checkerboard in words, SFC64, digits of thresholds.

Multispin coding (Jacobs and Rebbi, J. Comput. Phys. 41, 203, 1981): a 64-bit word holds one
bit of each of the L/2 sites of one colour in one row, or of 64 of them where there are more, so all
of these move at once. A model with more than two states takes several such planes::

    column      0   1   2   3   4   5  ...
    even row    A0  B0  A1  B1  A2  B2 ...      A: colour 0, B: colour 1, digit: bit in the word
    odd row     B0  A0  B1  A1  B2  A2 ...

Above, below and one side neighbour of a word stand at the same bit positions, the other side
neighbour one bit away, to the left or right by the parity of row + colour.

numba keeps what it compiled by the file of the kernel that calls these: after a change here the
kernels' `__pycache__` must go.
"""

import numba
import numpy as np
from numpy.typing import NDArray

WORD = 64  # sites in a word
VECTOR = 8  # rows are padded to a multiple of this: a scalar remainder loop costs a tenth


def words_of_row(size: int) -> int:
    """How many words hold the sites of one colour of a row."""
    return -(-size // 2 // WORD)


def pack(bits: NDArray[np.bool]) -> NDArray[np.uint64]:
    """One bit of each site (n, L, L) as words (n, 2, W, L), colour by word by row, W of
    `words_of_row`."""
    n, size, _ = bits.shape
    by_colour = np.empty((n, 2, size, size // 2), bool)
    for colour in (0, 1):
        by_colour[:, colour, 0::2] = bits[:, 0::2, colour::2]
        by_colour[:, colour, 1::2] = bits[:, 1::2, 1 - colour :: 2]
    bytes_of = np.zeros((n, 2, size, 8 * words_of_row(size)), np.uint8)
    packed = np.packbits(by_colour, axis=-1, bitorder="little")
    bytes_of[..., : packed.shape[-1]] = packed
    return np.ascontiguousarray(bytes_of.view("<u8").swapaxes(-1, -2), np.uint64)


def unpack(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The inverse of `pack`: (n, L, L), 0 and 1."""
    n, _, _, size = words.shape
    bytes_of = np.ascontiguousarray(words.swapaxes(-1, -2), "<u8").view(np.uint8)
    by_colour = np.unpackbits(bytes_of, axis=-1, count=size // 2, bitorder="little")
    bits = np.empty((n, size, size), np.uint8)
    for colour in (0, 1):
        bits[:, 0::2, colour::2] = by_colour[:, colour, 0::2]
        bits[:, 1::2, 1 - colour :: 2] = by_colour[:, colour, 1::2]
    return bits


@numba.njit
def sfc64(a, b, c, n, step):
    """One SFC64 step (Doty-Humphrey, PractRand) of the state a, b, c and counter n: the new state
    and its word. step: 1. Where the compiler may not know that, it adds the counter first; else it
    adds it last, and all words wait for that."""
    word = (a + n) + b
    a = b ^ (b >> np.uint64(11))
    b = c + (c << np.uint64(3))
    c = ((c << np.uint64(24)) | (c >> np.uint64(40))) + word
    return a, b, c, n + step, word


@numba.njit
def next_word(stream):
    """The next word of one stream, (4,): a, b, c and the counter, which go on in place."""
    a, b, c, n, word = sfc64(stream[0], stream[1], stream[2], stream[3], np.uint64(1))
    stream[0], stream[1], stream[2], stream[3] = a, b, c, n
    return word


@numba.njit
def choose(mask, one, other):
    """The bits of `one` where the mask has ones, else of `other`."""
    return (mask & one) | (~mask & other)


@numba.njit
def compare(word, digit, last, undecided):
    """One binary digit of the comparison of each site's number with its threshold.

    last: the last digit of each site's number that was looked at, while it was undecided. Where
    that differs from the threshold's the site is decided, and its number is below if the digit is
    0.
    """
    return choose(undecided, word, last), undecided & ~(word ^ digit)


@numba.njit
def digits(threshold):
    """The 64 binary digits of a threshold, each spread over a whole word."""
    spread = np.empty(64, np.uint64)
    for k in range(64):
        spread[k] = np.uint64(0) - ((threshold >> np.uint64(63 - k)) & np.uint64(1))
    return spread


@numba.njit
def leading(d):
    """The LEADING_WORDS first digits as scalars: read from an array they stop the vectoriser."""
    return d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11]


@numba.njit
def all_sites(size):
    """The bits of the sites of one colour in the last word of a row."""
    highest = np.uint64(1) << np.uint64((size // 2 - 1) % 64)
    return highest | (highest - np.uint64(1))


@numba.njit
def periodic(size, padded):
    """Where the far side neighbour stands, for each colour and row, and which bits are sites.

    The far neighbour of bit j is bit j - 1 where row + colour is even (rotate left by one), else
    bit j + 1: shifts to the left and to the right, (2, padded) each, whose results together are the
    rotated word; sites: (padded,), none in the rows beyond the lattice.
    """
    half = np.uint64(size // 2)
    left, right = np.zeros((2, padded), np.uint64), np.zeros((2, padded), np.uint64)
    sites = np.zeros(padded, np.uint64)
    for r in range(size):
        sites[r] = all_sites(size)
        for colour in range(2):
            left[colour, r] = np.uint64(1) if (r + colour) % 2 == 0 else half - np.uint64(1)
            right[colour, r] = half - left[colour, r]
    return left, right, sites


@numba.njit
def _full_adder(x, y, z):
    either = x ^ y
    return either ^ z, (x & y) | (either & z)


@numba.njit
def count8(x1, x2, x3, x4, x5, x6, x7, x8):
    """Bits 0 to 3 of the number of ones among eight words, in each lane."""
    s1, c1 = _full_adder(x1, x2, x3)
    s2, c2 = _full_adder(x4, x5, x6)
    s3, c3 = _full_adder(x7, x8, s1)
    b0, c4 = s2 ^ s3, s2 & s3
    s5, d1 = _full_adder(c1, c2, c3)
    b1, d2 = s5 ^ c4, s5 & c4
    return b0, b1, d1 ^ d2, d1 & d2


@numba.njit
def ones(x):
    """The number of ones in a word."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@numba.njit
def lowest_row(rows):
    """Of a word with a byte for each of eight rows, each 0 or 1: which is the first that is set,
    and the others."""
    lowest = rows & (np.uint64(0) - rows)
    # a byte of the constant for each place that the lowest bit can have
    return np.int64((lowest * np.uint64(0x0001020304050607)) >> np.uint64(56)), rows ^ lowest
