"""Baselines without a training framework: each turns images into P(class) after one look at the
600 training images."""

from collections.abc import Callable

import numpy as np

from ising_bench.arrays import Array, Labels, Spins
from ising_bench.extras import needs
from ising_bench.releases.v1 import V1
from ising_bench.scoring.bayes import class_posterior_of, split_prior
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.metrics import CLASSES
from ising_bench.systems import System, magnetization, sublattice_signs

Classifier = Callable[[Spins], Array]  # (n, L, L) to (n, 4)


def fit(method: str, system: System, spins: Spins, labels: Labels) -> Classifier:
    """Fit a method to training images (n, L, L) with labels (n,)."""
    return _METHODS[method](system, spins, labels)


def _majority(_: System, __: Spins, labels: Labels) -> Classifier:
    """The shares of the classes, whatever the image."""
    shares = np.bincount(labels, minlength=CLASSES) / len(labels)
    return lambda spins: np.tile(shares, (len(spins), 1))


def _magnetization(_: System, spins: Spins, labels: Labels) -> Classifier:
    """Logistic regression on |m| and the staggered |m| per site."""

    def features(spins: Spins) -> Array:
        staggered = spins * sublattice_signs(spins.shape[-1])
        m = np.column_stack([magnetization(spins), magnetization(staggered)])
        return np.abs(m) / spins[0].size

    return _logistic(features, spins, labels)


def _energy_logistic(system: System, spins: Spins, labels: Labels) -> Classifier:
    """Logistic regression on the energy and its logarithm above the ground state, since the
    classes are as far apart on the one scale at low temperature as on the other at high."""

    def features(spins: Spins) -> Array:
        excess = (system.energy(spins) - system.ground_energy(spins.shape[-1])) / 4
        return np.column_stack([excess / spins[0].size, np.log1p(excess)])

    return _logistic(features, spins, labels)


def _logistic(features: Callable[[Spins], Array], spins: Spins, labels: Labels) -> Classifier:
    needs("sklearn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # a weak penalty, only against columns that separate the classes completely
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1000, max_iter=10_000))
    model.fit(features(spins), labels)
    return lambda spins: model.predict_proba(features(spins))


def _energy_threshold(system: System, spins: Spins, labels: Labels) -> Classifier:
    """Three cuts of the energy; the probabilities are the smoothed shares of the training images
    between two cuts, with the cut's own class never behind another."""
    cuts = fit_cuts(system.energy(spins), labels)
    between = cuts(system.energy(spins))
    shares = np.ones((CLASSES, CLASSES))
    np.add.at(shares, (between, labels), 1)
    own = np.arange(CLASSES)
    shares[own, own] = np.maximum(shares[own, own], shares.max(1) + 1)
    shares /= shares.sum(1, keepdims=True)
    return lambda spins: shares[cuts(system.energy(spins))]


def _bayes(system: System, _: Spins, __: Labels) -> Classifier:
    """The exact posterior under the prior of the test split: nothing is fitted."""
    prior = split_prior(V1.split("test"))
    return lambda spins: class_posterior_of(system, spins, prior)


_METHODS: dict[str, Callable[[System, Spins, Labels], Classifier]] = {
    "majority": _majority,
    "magnetization": _magnetization,
    "energy_threshold": _energy_threshold,
    "energy_logistic": _energy_logistic,
    "bayes": _bayes,
}
