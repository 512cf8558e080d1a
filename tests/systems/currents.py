"""Exact partition functions of small tori of rotors, as sums over conserved currents.

exp(b C(a - a')) = sum over k of F_k exp(i k (a - a')): summing over all angles leaves an integer on
each bond, the current, such that as much enters a site as leaves it (J. V. Jose, L. P. Kadanoff, S.
Kirkpatrick, D. R. Nelson, Phys. Rev. B 16, 1217, 1977, on the way to the Villain model). Row by
row, the state is the currents that pass to the next row; those along a row follow from its two
sides but for one constant.
"""

from itertools import product

import numpy as np


def weights(bond: np.ndarray, most: int) -> np.ndarray:
    """F_0 to F_most of a bond weight given at evenly spaced angles, (angles,)."""
    angles = 2 * np.pi * np.arange(len(bond)) / len(bond)
    return np.array([(bond * np.cos(k * angles)).mean() for k in range(most + 1)])


def log_partition(factors: np.ndarray, rows: int, columns: int) -> float:
    """ln of the mean weight over all angles of the rows x columns torus, given F_0 to F_K: currents
    beyond K are left out. Sides of 2 have double bonds."""
    most = len(factors) - 1
    share = factors / factors[0]
    states = np.array(list(product(range(-most, most + 1), repeat=columns)))
    total = 0.0
    for net in range(most * columns + 1):  # and as much the other way
        passing = states[states.sum(1) == net]
        # what is along the row, but for a constant, when `passing[i]` comes and `passing[j]` goes
        along = np.cumsum(passing[:, None] - passing[None], axis=2)
        transfer = np.zeros(along.shape[:2])
        for constant in range(-2 * most, 2 * most + 1):
            inside = np.abs(along + constant)
            weight = np.where(inside <= most, share[np.minimum(inside, most)], 0.0)
            transfer += weight.prod(2)
        transfer *= share[np.abs(passing)].prod(1)[:, None]
        trace = np.trace(np.linalg.matrix_power(transfer, rows))
        total += trace if net == 0 else 2 * trace
    return float(np.log(total) + 2 * rows * columns * np.log(factors[0]))
