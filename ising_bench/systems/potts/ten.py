"""The bit-parallel Metropolis kernel for ten colours: four planes, fifty sites in a word.

See `simulation/multispin.py` for the words. The planes hold the binary digits of the colour, the
lowest first. In a half-sweep a row takes words as `reference.py` says: twelve of proposals, more
where those decide nothing; then twelve of digits, more where those decide nothing.

A proposal is a uniform number r from 0 to 8 that stands for one of the nine other colours. Six bits
are a number from 0 to 63, which modulo 9 is uniform but for the 63: there the next six are taken.
As 8 is -1 modulo 9, the number is the lower three bits less the upper three.

All rows of all arrays stand in one workspace W at constant places: of twenty separate arrays the
vectoriser would have to ask whether they overlap, and gives up. It also wants stores below all
unaligned loads and 512 words away from them (nearer, it fears that a load waits for a store), so
the colour that moves stands first, and the colours change places after each half-sweep.
"""

import numba
import numpy as np

from ising_bench.jit import compiled
from ising_bench.simulation.multispin import (
    VECTOR,
    choose,
    count8,
    digits,
    periodic,
    sfc64,
)
from ising_bench.simulation.streams import LEADING_WORDS, MOST_WORDS
from ising_bench.systems.potts.thresholds import first_digits, one_digit, three_digits

_ROW = 136  # 128 rows, the two halo rows, and up to a multiple of a vector
_M0, _M1, _M2, _M3 = (i * _ROW for i in range(4))  # planes of the colour that moves
_LEFT, _RIGHT, _OTHER_LEFT, _OTHER_RIGHT, _SITES = (i * _ROW for i in range(4, 9))
_A, _B, _C, _N = (i * _ROW for i in range(11, 15))  # the streams
_R0, _R1, _R2, _R3, _OPEN = (i * _ROW for i in range(15, 20))
_O0, _O1, _O2, _O3 = (i * _ROW for i in range(26, 30))  # planes of the colour that stands
_LENGTH = 30 * _ROW


@numba.njit
def _modulo9(l0, l1, l2, u0, u1, u2):
    """The lower three bits less the upper three, modulo 9."""
    borrow = ~l0 & u0
    d0 = l0 ^ u0
    d1 = l1 ^ u1 ^ borrow
    borrow = (~l1 & (u1 | borrow)) | (u1 & borrow)
    d2 = l2 ^ u2 ^ borrow
    borrow = (~l2 & (u2 | borrow)) | (u2 & borrow)
    # below zero they are eight too large, and nine less one is to be added: eight and one more
    r0 = d0 ^ borrow
    carry = d0 & borrow
    r1 = d1 ^ carry
    carry &= d1
    r2 = d2 ^ carry
    return r0, r1, r2, carry & d2


@numba.njit
def _proposed(s0, s1, s2, s3, r0, r1, r2, r3):
    """The planes of the proposed colour: r if that is below the old one, else r + 1."""
    below = ~r0 & s0
    below = (~r1 & s1) | (~(r1 ^ s1) & below)
    below = (~r2 & s2) | (~(r2 ^ s2) & below)
    below = (~r3 & s3) | (~(r3 ^ s3) & below)
    carry = ~below
    n0 = r0 ^ carry
    carry &= r0
    n1 = r1 ^ carry
    carry &= r1
    n2 = r2 ^ carry
    carry &= r2
    return n0, n1, n2, r3 ^ carry


@numba.njit
def _differ(s0, s1, s2, s3, planes):
    return (s0 ^ planes[0]) | (s1 ^ planes[1]) | (s2 ^ planes[2]) | (s3 ^ planes[3])


@numba.njit
def _rotated(planes, left, right):
    return (
        (planes[0] << left) | (planes[0] >> right),
        (planes[1] << left) | (planes[1] >> right),
        (planes[2] << left) | (planes[2] >> right),
        (planes[3] << left) | (planes[3] >> right),
    )


@numba.njit
def _six(a, b, c, n, step):
    """Six words."""
    a, b, c, n, w0 = sfc64(a, b, c, n, step)
    a, b, c, n, w1 = sfc64(a, b, c, n, step)
    a, b, c, n, w2 = sfc64(a, b, c, n, step)
    a, b, c, n, w3 = sfc64(a, b, c, n, step)
    a, b, c, n, w4 = sfc64(a, b, c, n, step)
    a, b, c, n, w5 = sfc64(a, b, c, n, step)
    return a, b, c, n, w0, w1, w2, w3, w4, w5


@numba.njit
def _cost(s0, s1, s2, s3, n0, n1, n2, n3, up, down, side, far):
    """Bits 0 and 1 of the cost (00 where it is 4), and where it is above 0. See `three.py`."""
    b0, b1, b2, b3 = count8(
        _differ(n0, n1, n2, n3, up),
        _differ(n0, n1, n2, n3, down),
        _differ(n0, n1, n2, n3, side),
        _differ(n0, n1, n2, n3, far),
        ~_differ(s0, s1, s2, s3, up),
        ~_differ(s0, s1, s2, s3, down),
        ~_differ(s0, s1, s2, s3, side),
        ~_differ(s0, s1, s2, s3, far),
    )
    return (b0, b1), b3 | (b2 & (b0 | b1))


@numba.njit(inline="always")
def _draw(W, padded, step):
    """The proposals of every site of one colour, but where they are still open."""
    for r in range(padded):
        a, b, c, n = W[_A + r], W[_B + r], W[_C + r], W[_N + r]
        a, b, c, n, l0, l1, l2, u0, u1, u2 = _six(a, b, c, n, step)
        a, b, c, n, k0, k1, k2, v0, v1, v2 = _six(a, b, c, n, step)
        again = l0 & l1 & l2 & u0 & u1 & u2
        W[_OPEN + r] = again & k0 & k1 & k2 & v0 & v1 & v2 & W[_SITES + r]
        r0, r1, r2, r3 = _modulo9(
            choose(again, k0, l0), choose(again, k1, l1), choose(again, k2, l2),
            choose(again, v0, u0), choose(again, v1, u1), choose(again, v2, u2),
        )  # fmt: skip
        W[_R0 + r], W[_R1 + r], W[_R2 + r], W[_R3 + r] = r0, r1, r2, r3
        W[_A + r], W[_B + r], W[_C + r], W[_N + r] = a, b, c, n


@numba.njit(inline="always")
def _draw_again(W, size):
    for r in range(size):
        still = W[_OPEN + r]
        if still:
            a, b, c, n = W[_A + r], W[_B + r], W[_C + r], W[_N + r]
            while still:
                a, b, c, n, l0, l1, l2, u0, u1, u2 = _six(a, b, c, n, np.uint64(1))
                r0, r1, r2, r3 = _modulo9(l0, l1, l2, u0, u1, u2)
                W[_R0 + r] = choose(still, r0, W[_R0 + r])
                W[_R1 + r] = choose(still, r1, W[_R1 + r])
                W[_R2 + r] = choose(still, r2, W[_R2 + r])
                W[_R3 + r] = choose(still, r3, W[_R3 + r])
                still &= l0 & l1 & l2 & u0 & u1 & u2
            W[_A + r], W[_B + r], W[_C + r], W[_N + r] = a, b, c, n


@numba.njit(inline="always")
def _move(W, padded, first, step):
    """Move what moves; what 12 digits leave undecided goes to `_settle`."""
    for r in range(padded):
        s0, s1, s2, s3 = W[_M0 + 1 + r], W[_M1 + 1 + r], W[_M2 + 1 + r], W[_M3 + 1 + r]
        n0, n1, n2, n3 = _proposed(s0, s1, s2, s3, W[_R0 + r], W[_R1 + r], W[_R2 + r], W[_R3 + r])
        up = W[_O0 + r], W[_O1 + r], W[_O2 + r], W[_O3 + r]
        side = W[_O0 + 1 + r], W[_O1 + 1 + r], W[_O2 + 1 + r], W[_O3 + 1 + r]
        down = W[_O0 + 2 + r], W[_O1 + 2 + r], W[_O2 + 2 + r], W[_O3 + 2 + r]
        far = _rotated(side, W[_LEFT + r], W[_RIGHT + r])
        which, costs = _cost(s0, s1, s2, s3, n0, n1, n2, n3, up, down, side, far)
        last, und = ~W[_SITES + r], costs & W[_SITES + r]
        a, b, c, n = W[_A + r], W[_B + r], W[_C + r], W[_N + r]
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, which, first, 0, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, which, first, 3, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, which, first, 6, step)
        a, b, c, n, last, und = three_digits(a, b, c, n, last, und, which, first, 9, step)
        W[_A + r], W[_B + r], W[_C + r], W[_N + r] = a, b, c, n
        W[_OPEN + r] = und
        stays = last | und
        W[_M0 + 1 + r], W[_M1 + 1 + r] = choose(stays, s0, n0), choose(stays, s1, n1)
        W[_M2 + 1 + r], W[_M3 + 1 + r] = choose(stays, s2, n2), choose(stays, s3, n3)


@numba.njit(inline="always")
def _settle(W, size, limits):
    """Decide the few sites whose first 12 digits equal those of their threshold: their own colour
    and their neighbours' are as they were."""
    for r in range(size):
        was_open = und = W[_OPEN + r]
        if und:
            s0, s1, s2, s3 = W[_M0 + 1 + r], W[_M1 + 1 + r], W[_M2 + 1 + r], W[_M3 + 1 + r]
            n0, n1, n2, n3 = _proposed(
                s0, s1, s2, s3, W[_R0 + r], W[_R1 + r], W[_R2 + r], W[_R3 + r]
            )
            up = W[_O0 + r], W[_O1 + r], W[_O2 + r], W[_O3 + r]
            side = W[_O0 + 1 + r], W[_O1 + 1 + r], W[_O2 + 1 + r], W[_O3 + 1 + r]
            down = W[_O0 + 2 + r], W[_O1 + 2 + r], W[_O2 + 2 + r], W[_O3 + 2 + r]
            far = _rotated(side, W[_LEFT + r], W[_RIGHT + r])
            which, _ = _cost(s0, s1, s2, s3, n0, n1, n2, n3, up, down, side, far)
            last = np.uint64(0)
            a, b, c, n = W[_A + r], W[_B + r], W[_C + r], W[_N + r]
            k = LEADING_WORDS
            while und and k < MOST_WORDS:
                a, b, c, n, last, und = one_digit(a, b, c, n, last, und, which, limits, k)
                k += 1
            W[_A + r], W[_B + r], W[_C + r], W[_N + r] = a, b, c, n
            moves = was_open & ~(last | und)
            W[_M0 + 1 + r], W[_M1 + 1 + r] = choose(moves, n0, s0), choose(moves, n1, s1)
            W[_M2 + 1 + r], W[_M3 + 1 + r] = choose(moves, n2, s2), choose(moves, n3, s3)


@numba.njit(inline="always")
def _wrap(W, size):
    """The halo rows of the colour that stands."""
    W[_O0], W[_O0 + 1 + size] = W[_O0 + size], W[_O0 + 1]
    W[_O1], W[_O1 + 1 + size] = W[_O1 + size], W[_O1 + 1]
    W[_O2], W[_O2 + 1 + size] = W[_O2 + size], W[_O2 + 1]
    W[_O3], W[_O3 + 1 + size] = W[_O3 + size], W[_O3 + 1]


@numba.njit(inline="always")
def _change_places(W, padded):
    for r in range(padded):
        W[_M0 + 1 + r], W[_O0 + 1 + r] = W[_O0 + 1 + r], W[_M0 + 1 + r]
        W[_M1 + 1 + r], W[_O1 + 1 + r] = W[_O1 + 1 + r], W[_M1 + 1 + r]
        W[_M2 + 1 + r], W[_O2 + 1 + r] = W[_O2 + 1 + r], W[_M2 + 1 + r]
        W[_M3 + 1 + r], W[_O3 + 1 + r] = W[_O3 + 1 + r], W[_M3 + 1 + r]
    for r in range(padded):
        W[_LEFT + r], W[_OTHER_LEFT + r] = W[_OTHER_LEFT + r], W[_LEFT + r]
        W[_RIGHT + r], W[_OTHER_RIGHT + r] = W[_OTHER_RIGHT + r], W[_RIGHT + r]


@compiled(error_model="numpy")
def sweep_chains(words, streams, thresholds, sweeps):
    """Advance n independent chains, in place.

    words: (n, 4, 2, L) uint64, plane by colour by row. The rest as in `three.py`.
    """
    size = words.shape[3]
    padded = -(-size // VECTOR) * VECTOR
    W = np.zeros(_LENGTH, np.uint64)
    left, right, sites = periodic(size, padded)
    for r in range(padded):
        W[_LEFT + r], W[_OTHER_LEFT + r] = left[0, r], left[1, r]
        W[_RIGHT + r], W[_OTHER_RIGHT + r] = right[0, r], right[1, r]
        W[_SITES + r] = sites[r]
    step = W[0] + np.uint64(1)  # see `sfc64`
    limits = np.empty((4, MOST_WORDS), np.uint64)

    for chain in range(words.shape[0]):
        for r in range(size):
            for plane in range(4):
                W[_M0 + plane * _ROW + 1 + r] = words[chain, plane, 0, r]
                W[_O0 + plane * _ROW + 1 + r] = words[chain, plane, 1, r]
                W[_A + plane * _ROW + r] = streams[chain, plane, r]
        for i in range(4):
            limits[i] = digits(thresholds[chain, i])
        first = first_digits(limits)
        for _ in range(2 * sweeps[chain]):
            _wrap(W, size)
            _draw(W, padded, step)
            _draw_again(W, size)
            _move(W, padded, first, step)
            _settle(W, size, limits)
            _change_places(W, padded)
        for r in range(size):
            for plane in range(4):
                words[chain, plane, 0, r] = W[_M0 + plane * _ROW + 1 + r]
                words[chain, plane, 1, r] = W[_O0 + plane * _ROW + 1 + r]
                streams[chain, plane, r] = W[_A + plane * _ROW + r]
