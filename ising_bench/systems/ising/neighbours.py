"""Where the neighbours of packed sites stand: within a word, in the word beside it, or across a
wrap."""

import numba
import numpy as np

from ising_bench.simulation.multispin import WORD


@numba.njit
def last_site(size, count, w):
    """The last bit of a word that is a site."""
    return np.uint64((size // 2 - 1) % WORD if w == count - 1 else WORD - 1)


@numba.njit
def geometry(size, padded, count, column_wrap):
    """How the far side neighbours of the words of a row are found, and which bits are sites.

    The far neighbour of bit j is bit j - 1 where row + colour is even, else bit j + 1. left, right:
    shifts, whose results together are the word rotated by one. first, last: the bit that comes from
    the other end of its word then, and in the former case belongs to the word before, in the latter
    to the word after. seam: the bit that lies across an antiperiodic wrap. All are (2, count,
    padded), colour by word by row; sites: (count, padded).
    """
    shape = (2, count, padded)
    left, right = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    first, last = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    sites = np.zeros((count, padded), np.uint64)
    for w in range(count):
        top = last_site(size, count, w)
        for r in range(size):
            sites[w, r] = ~np.uint64(0) >> (np.uint64(WORD - 1) - top)
            for colour in range(2):
                if (r + colour) % 2 == 0:
                    left[colour, w, r], right[colour, w, r] = np.uint64(1), top
                    first[colour, w, r] = np.uint64(1)
                else:
                    left[colour, w, r], right[colour, w, r] = top, np.uint64(1)
                    last[colour, w, r] = np.uint64(1) << top
    seam = np.zeros(shape, np.uint64)
    if column_wrap == -1:
        seam[:, 0] |= first[:, 0]
        seam[:, count - 1] |= last[:, count - 1]
    return left, right, first, last, seam, sites


@numba.njit(inline="always")
def join(words, size, left, right, first, last, seam, joined):
    """As `seam`, the bits in which a rotation within each word differs from its far neighbours,
    where a row has several words, (count, padded + 2): the bit from the other end of a word belongs
    to another."""
    count, padded = joined.shape
    for w in range(count):
        before, side, after = words[w - 1], words[w], words[w + 1 if w < count - 1 else 0]
        top = last_site(size, count, w - 1 if w > 0 else count - 1)
        for r in range(padded):
            me = side[r + 1]
            of_first = ((me >> right[w, r]) ^ (before[r + 1] >> top)) & first[w, r]
            of_last = ((me ^ after[r + 1]) << left[w, r]) & last[w, r]
            joined[w, r] = seam[w, r] ^ of_first ^ of_last


@numba.njit
def halo(words, size, row_wrap):
    """Rows beyond the first and the last, of all words: those across the wrap, turned over where it
    is antiperiodic."""
    mask = ~np.uint64(0) if row_wrap == -1 else np.uint64(0)
    for w in range(words.shape[0]):
        words[w, 0], words[w, size + 1] = words[w, size] ^ mask, words[w, 1] ^ mask
