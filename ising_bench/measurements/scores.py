"""What rules of the energy score in the paper configs, and what more an image tells than that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ising_bench.dataset.samples import samples
from ising_bench.extras import needs
from ising_bench.measured import EnergyRuleScores
from ising_bench.measurements.effort import Effort, entropy_of, estimate
from ising_bench.ndarrays import Array, Labels
from ising_bench.physics.thermal import thermal_of
from ising_bench.progress import Advance, bar
from ising_bench.releases.release import Config, Release
from ising_bench.scoring import bayes
from ising_bench.scoring.ceiling import ceiling, expected_f1
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.metrics import confusion_matrix, macro_f1
from ising_bench.simulation.simulate import simulate
from ising_bench.systems.ising.features import features as features_of

_SPLITS = ("train", "test")
_ENERGY_BINS = 200
_LEAST_LOG = 1e-9
_BOOTSTRAP = 1000


def scores(release: Release, effort: Effort) -> tuple[EnergyRuleScores, ...]:
    """Fresh draws of train and test of every paper config. Needs scikit-learn."""
    needs("sklearn")
    configs = release.other_configs
    rows = sum(c.task.split(name).rows for c in configs for name in _SPLITS)
    with bar("fresh draws", effort.draws * rows) as advance:
        return tuple(_of_config(release, config, effort.draws, advance) for config in configs)


@dataclass(frozen=True)
class _Draws:
    """Images of many draws, too many to keep: which draw, which split, class, energy, and other
    features (n, k)."""

    draw: NDArray[np.int64]
    is_test: NDArray[np.bool]
    labels: Labels
    energy: NDArray[np.int64]
    features: Array


def _of_config(release: Release, config: Config, draws: int, advance: Advance) -> EnergyRuleScores:
    rows, classes = _fresh_draws(release, config, draws, advance), config.task.classes
    counts = config.task.test.counts
    by_rule = _confusions(rows, ceiling(config).rule(rows.energy), classes)
    by_features = _confusions(rows, _predict_from_features(config, rows), classes)
    rng = np.random.default_rng(0)
    picks = rng.integers(0, draws, (_BOOTSTRAP, draws))
    gains = [_score(by_features[p], counts) - _score(by_rule[p], counts) for p in picks]
    fitted = []
    for draw in range(draws):
        train = (rows.draw == draw) & ~rows.is_test
        test = (rows.draw == draw) & rows.is_test
        cuts = fit_cuts(rows.energy[train], rows.labels[train], classes)
        fitted.append(macro_f1(rows.labels[test], cuts(rows.energy[test]), classes))
    energy = config.system.energy
    train_split, test_split = (samples(release, config.name, name) for name in _SPLITS)
    released = fit_cuts(energy(train_split.spins), train_split.labels, classes)
    predicted = released(energy(test_split.spins))
    deviation = float(np.std([_score(by_rule[p], counts) for p in picks]))
    return EnergyRuleScores(
        config=config.name,
        rows=len(rows.labels),
        rule=estimate(_score(by_rule, counts), deviation),
        features_gain=estimate(
            _score(by_features, counts) - _score(by_rule, counts), float(np.std(gains))
        ),
        thresholds_mean=estimate(float(np.mean(fitted)), 0).value,
        thresholds_deviation=estimate(float(np.std(fitted, ddof=1)), 0).value,
        thresholds_released=estimate(macro_f1(test_split.labels, predicted, classes), 0).value,
    )


def _fresh_draws(release: Release, config: Config, draws: int, advance: Advance) -> _Draws:
    energy, features, labels, is_test, of = [], [], [], [], []
    for draw in range(draws):
        redrawn = release.redrawn(entropy_of(draw))
        for name in _SPLITS:
            chains = redrawn.chains(config, config.task.split(name))
            spins = simulate(chains, progress=advance)
            energy.append(config.system.energy(spins))
            features.append(features_of(config.system, spins))
            labels += [chain.label for chain in chains]
            is_test += [name == "test"] * len(chains)
            of += [draw] * len(chains)
    return _Draws(
        np.array(of), np.array(is_test), np.array(labels), np.concatenate(energy),
        np.concatenate(features),
    )  # fmt: skip


def _predict_from_features(config: Config, rows: _Draws) -> NDArray[np.int64]:
    """Each half of the draws predicted by a logistic regression fitted to the other half.

    Its inputs are the exact log posterior, so that it can do no worse than the energy but for
    noise, and what each feature has above its mean at that energy, in standard deviations.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    level = thermal_of(config.system, config.size).level_of(rows.energy)
    posterior, counts = bayes.class_posterior(config, level), config.task.test.counts
    log_posterior = np.log(np.clip(posterior, _LEAST_LOG, None))
    share = np.bincount(rows.labels) / len(rows.labels)
    weights = (np.array(counts) / sum(counts) / share)[rows.labels]
    predicted = np.empty_like(rows.labels)
    for half in (0, 1):
        fit = rows.draw % 2 == half
        x = np.column_stack([log_posterior, _given_energy(rows, fit)])
        # a weak penalty: with tens of thousands of rows it is only there for separable columns
        model = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=3000))
        model.fit(x[fit], rows.labels[fit], logisticregression__sample_weight=weights[fit])
        predicted[~fit] = model.predict(x[~fit])
    return predicted


def _given_energy(rows: _Draws, fit: NDArray[np.bool]) -> Array:
    """Features minus their mean at the row's energy, over their deviation there, both of `fit`."""
    edges = np.unique(np.quantile(rows.energy[fit], np.linspace(0, 1, _ENERGY_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, rows.energy)
    counts = np.maximum(np.bincount(place[fit], minlength=len(edges) + 1), 1)

    def average(values: Array) -> Array:
        return np.bincount(place[fit], values[fit], minlength=len(edges) + 1) / counts

    columns = []
    for feature in rows.features.T:
        deviation = feature - average(feature)[place]
        spread = np.sqrt(average(deviation**2))[place]
        z = np.divide(deviation, spread, out=np.zeros_like(deviation), where=spread > 1e-12)
        columns.append(np.clip(z, -6, 6))
    return np.column_stack(columns)


def _confusions(rows: _Draws, predicted: Labels, classes: int) -> Array:
    """Counts (draws, classes, classes)."""
    draws = range(rows.draw.max() + 1)
    of_draws = ((rows.labels[rows.draw == d], predicted[rows.draw == d]) for d in draws)
    return np.stack([confusion_matrix(*pair, classes) for pair in of_draws])


def _score(confusions: Array, counts: tuple[int, ...]) -> float:
    """Expected macro-F1 on a test split with these class counts."""
    total = confusions.sum(0)
    return float(expected_f1(total / total.sum(1, keepdims=True), counts).mean())
