"""What rules of the energy score in the paper configs, and what more an image tells than that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ising_bench.arrays import Array, Spins
from ising_bench.dataset.samples import samples
from ising_bench.extras import needs
from ising_bench.measured import EnergyRuleScores
from ising_bench.measurements.effort import Effort, entropy_of, estimate
from ising_bench.physics.order import interface_heights, order_parameter
from ising_bench.progress import Advance, bar
from ising_bench.releases.release import Config
from ising_bench.releases.v1 import CONFIG_SETS, V1
from ising_bench.scoring import bayes
from ising_bench.scoring.ceiling import ceiling, expected_f1
from ising_bench.scoring.energy_cuts import fit_cuts
from ising_bench.scoring.metrics import confusion_matrix, macro_f1
from ising_bench.simulation.chains import simulate
from ising_bench.systems import System, sublattice_signs

_COUNTS = V1.split("test").counts
_ENERGY_BINS = 200
_LEAST_LOG = 1e-9
_BOOTSTRAP = 1000


def scores(effort: Effort) -> tuple[EnergyRuleScores, ...]:
    """Fresh draws of train and test of every paper config. Needs scikit-learn."""
    needs("sklearn")
    names = CONFIG_SETS["paper"]
    rows = sum(V1.split(name).rows for name in ("train", "test"))
    with bar("fresh draws", len(names) * effort.draws * rows) as advance:
        return tuple(_of_config(V1.config(name), effort.draws, advance) for name in names)


@dataclass(frozen=True)
class _Rows:
    """Rows of many draws: which draw, which split, class, energy, and other features (n, k)."""

    draw: NDArray[np.int64]
    is_test: NDArray[np.bool]
    labels: NDArray[np.int64]
    energy: NDArray[np.int64]
    features: Array


def _of_config(config: Config, draws: int, advance: Advance) -> EnergyRuleScores:
    rows = _fresh_rows(config, draws, advance)
    rule = ceiling(config.system, _COUNTS).rule
    by_rule = _confusions(rows, rule(rows.energy))
    by_features = _confusions(rows, _predict_from_features(config.system, rows))
    rng = np.random.default_rng(0)
    picks = rng.integers(0, draws, (_BOOTSTRAP, draws))
    gains = [_score(by_features[p]) - _score(by_rule[p]) for p in picks]
    fitted = []
    for draw in range(draws):
        train = (rows.draw == draw) & ~rows.is_test
        test = (rows.draw == draw) & rows.is_test
        cuts = fit_cuts(rows.energy[train], rows.labels[train])
        fitted.append(macro_f1(rows.labels[test], cuts(rows.energy[test])))
    train_split, test_split = samples(config.name, "train"), samples(config.name, "test")
    released = fit_cuts(config.system.energy(train_split.spins), train_split.labels)
    return EnergyRuleScores(
        config=config.name,
        rows=len(rows.labels),
        rule=estimate(_score(by_rule), float(np.std([_score(by_rule[p]) for p in picks]))),
        features_gain=estimate(_score(by_features) - _score(by_rule), float(np.std(gains))),
        thresholds_mean=estimate(float(np.mean(fitted)), 0).value,
        thresholds_deviation=estimate(float(np.std(fitted, ddof=1)), 0).value,
        thresholds_released=estimate(
            macro_f1(test_split.labels, released(config.system.energy(test_split.spins))), 0
        ).value,
    )


def _fresh_rows(config: Config, draws: int, advance: Advance) -> _Rows:
    energy, features, labels, is_test, of = [], [], [], [], []
    for draw in range(draws):
        release = V1.redrawn(entropy_of(draw))
        for split in (release.split("train"), release.split("test")):
            chains = release.chains(config, split)
            spins = simulate(chains, progress=advance)
            energy.append(config.system.energy(spins))
            features.append(_features(config.system, spins))
            labels += [chain.label for chain in chains]
            is_test += [split.name == "test"] * len(chains)
            of += [draw] * len(chains)
    return _Rows(
        np.array(of), np.array(is_test), np.array(labels), np.concatenate(energy),
        np.concatenate(features),
    )  # fmt: skip


def _features(system: System, spins: Spins) -> Array:
    """Order parameter, lowest modes of the structure factor along both axes, unsatisfied bonds
    along both axes, and where there is one the length of the interface: (n, 7 or 8)."""
    s = spins * sublattice_signs(spins.shape[-1]) if system.coupling == -1 else spins
    columns = [order_parameter(system, spins)]
    for axis in (1, 2):
        modes = np.abs(np.fft.rfft(s.mean(axis)))
        columns += [modes[:, 1], modes[:, 2]]
    columns.append((s[:, :, 1:] != s[:, :, :-1]).sum((1, 2)))
    columns.append((s[:, 1:] != s[:, :-1]).sum((1, 2)))
    if system.has_fixed_rows:
        heights = interface_heights(spins)
        columns.append(np.abs(heights - np.roll(heights, 1, axis=1)).sum(1))
    return np.column_stack(columns)


def _predict_from_features(system: System, rows: _Rows) -> NDArray[np.int64]:
    """Each half of the draws predicted by a logistic regression fitted to the other half.

    Its inputs are the exact log posterior, so that it can do no worse than the energy but for
    noise, and what each feature has above its mean at that energy, in standard deviations.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    posterior = bayes.class_posterior(system, rows.energy)
    log_posterior = np.log(np.clip(posterior, _LEAST_LOG, None))
    share = np.bincount(rows.labels) / len(rows.labels)
    weights = (np.array(_COUNTS) / sum(_COUNTS) / share)[rows.labels]
    predicted = np.empty_like(rows.labels)
    for half in (0, 1):
        fit = rows.draw % 2 == half
        x = np.column_stack([log_posterior, _given_energy(rows, fit)])
        # a weak penalty: with tens of thousands of rows it is only there for separable columns
        model = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=3000))
        model.fit(x[fit], rows.labels[fit], logisticregression__sample_weight=weights[fit])
        predicted[~fit] = model.predict(x[~fit])
    return predicted


def _given_energy(rows: _Rows, fit: NDArray[np.bool]) -> Array:
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


def _confusions(rows: _Rows, predicted: NDArray[np.int64]) -> Array:
    """Counts (draws, 4, 4)."""
    draws = range(rows.draw.max() + 1)
    return np.stack(
        [confusion_matrix(rows.labels[rows.draw == d], predicted[rows.draw == d]) for d in draws]
    )


def _score(confusions: Array) -> float:
    """Expected macro-F1 on a test split of the released counts."""
    total = confusions.sum(0)
    return float(expected_f1(total / total.sum(1, keepdims=True), _COUNTS).mean())
