"""Baselines without a training framework: each turns images into P(class) after one look at the
training images."""

from collections.abc import Callable

import numpy as np

from ising_bench.extras import needs
from ising_bench.ndarrays import Array, Spins
from ising_bench.releases.release import Config
from ising_bench.rows import Rows
from ising_bench.scoring.bayes import class_posterior_of
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.sublattices import sublattice_signs

Classifier = Callable[[Spins], Array]  # (n, L, L) to (n, classes)


def fit(method: str, config: Config, train: Rows) -> Classifier:
    """Fit a method to the training images of a config."""
    return _METHODS[method](config, train)


def _majority(config: Config, train: Rows) -> Classifier:
    """The shares of the classes, whatever the image."""
    shares = np.bincount(train.labels, minlength=config.task.classes) / len(train)
    return lambda spins: np.tile(shares, (len(spins), 1))


def _magnetization(config: Config, train: Rows) -> Classifier:
    """Logistic regression on |m| and the staggered |m| per site."""

    def features(spins: Spins) -> Array:
        staggered = (spins * sublattice_signs(config.size)).mean((1, 2))
        return np.abs(np.column_stack([config.system.magnetization(spins), staggered]))

    return _logistic(features, train)


def _energy_logistic(config: Config, train: Rows) -> Classifier:
    """Logistic regression on the level of the statistic, the energy above the ground state, and its
    logarithm, since the classes are as far apart on the one scale at low temperature as on the
    other at high."""
    system, statistic, sites = config.system, config.statistic, config.size**2

    def features(spins: Spins) -> Array:
        if system.hidden:
            level = system.energy(spins) - system.ground_energy(config.size)
        else:
            level = statistic.of(spins)
        return np.column_stack([level / sites, np.log1p(level)])

    return _logistic(features, train)


def _logistic(features: Callable[[Spins], Array], train: Rows) -> Classifier:
    needs("sklearn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # a weak penalty, only against columns that separate the classes completely
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1000, max_iter=10_000))
    model.fit(features(train.spins), train.labels)
    return lambda spins: model.predict_proba(features(spins))


def _energy_threshold(config: Config, train: Rows) -> Classifier:
    """Cuts of the energy; the probabilities are the smoothed shares of the training images between
    two cuts, with the cut's own class never behind another."""
    energy, classes = config.system.energy, config.task.classes
    cuts = fit_cuts(energy(train.spins), train.labels, classes)
    between = cuts(energy(train.spins))
    shares = np.ones((classes, classes))
    np.add.at(shares, (between, train.labels), 1)
    own = np.arange(classes)
    shares[own, own] = np.maximum(shares[own, own], shares.max(1) + 1)
    shares /= shares.sum(1, keepdims=True)
    return lambda spins: shares[cuts(energy(spins))]


def _bayes(config: Config, _: Rows) -> Classifier:
    """The exact posterior under the prior of the test split: nothing is fitted."""
    return lambda spins: class_posterior_of(config, spins)


_METHODS: dict[str, Callable[[Config, Rows], Classifier]] = {
    "majority": _majority,
    "magnetization": _magnetization,
    "energy_threshold": _energy_threshold,
    "energy_logistic": _energy_logistic,
    "bayes": _bayes,
}
