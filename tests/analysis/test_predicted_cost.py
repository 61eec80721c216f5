"""In worlds where everything is known, the predicted difference, the measured one and the exact one agree."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from longtail.analysis.paired_trials import BINS, PairedTrials, PlainTrials, measured_by_bin, measured_on_seen
from longtail.analysis.predicted_cost import predicted_cost
from longtail.dataset import Dataset
from longtail.limits import LabelPrivate, Rounded, WeightPruned
from longtail.outcomes import Outcomes
from longtail.randomness import generator
from longtail.scores.new_examples import NewExamples
from longtail.simulators import DiscreteDomain, GammaLimited, GaussianMixture, LabelPrivateVote, MajorityVote, NeverFits
from longtail.theory import Zipf
from longtail.trials import CompiledMLP, Predictions, SubsetDesign, run_trials

DOMAIN = DiscreteDomain(prior=Zipf(1500), n_samples=1500, n_classes=10)
N_TEST, N_TRIALS = 6000, 12


@dataclass(frozen=True)
class OfPoints:
    """A learner of the discrete domain as one of ours: an example's only feature is its point."""

    rule: Any
    name = "of-points"
    version = "1"
    executor = "threads"

    def describe(self):
        return {"rule": repr(self.rule)}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        rng = generator(seed, "rule")
        points, labels = X[:, 0].astype(int), y.astype(np.uint8)
        said = {}
        asked = np.unique(X_eval[:, 0].astype(int))
        counts = np.bincount(points, minlength=asked.max() + 1)
        order = np.argsort(points, kind="stable")
        starts = np.concatenate([[0], np.cumsum(counts)])
        for count in np.unique(counts[asked]):
            those = asked[counts[asked] == count]
            rows = starts[those][:, None] + np.arange(count)
            shown = labels[order[rows]] if count else np.zeros((len(those), 0), np.uint8)
            said.update(zip(those.tolist(), self.rule.predict(shown, n_classes, rng).tolist(), strict=True))
        return Predictions(labels=np.array([said[int(point)] for point in X_eval[:, 0]]), logits=None)


@pytest.fixture(scope="module")
def world():
    sample = DOMAIN.draw(seed=4)
    points, labels = sample.examples()
    test = generator(4, "test").choice(len(sample.frequencies), size=N_TEST, p=sample.frequencies)
    data = Dataset.from_arrays(
        points[:, None].astype(float), labels.astype(int), test[:, None].astype(float), sample.labels[test].astype(int)
    )
    design = SubsetDesign(n_trials=N_TRIALS, fraction=0.7)
    plain = run_trials(OfPoints(MajorityVote()), data, design, jobs=1)
    return sample, points, test, data, design, plain


def pair_of(plain, limited, ids, ids_test):
    of_plain = PlainTrials(
        inclusion=plain.inclusion, correct=plain.correct, ids=ids, test_correct=plain.test_correct, ids_test=ids_test
    )
    return PairedTrials(plain=of_plain, limited=limited.correct, limited_test=limited.test_correct)


def paired(world, rule):
    _, points, test, data, design, plain = world
    limited = run_trials(OfPoints(rule), data, design, jobs=1)
    return pair_of(plain, limited, points.astype(np.int64), test.astype(np.int64))


def exact_difference(world, trials, rule):
    """Sum over points of D(x) times the difference of accuracies at its count, averaged over subsets."""
    sample = world[0]
    total = []
    for trial in range(N_TRIALS):
        counts = np.bincount(trials.plain.ids[trials.plain.inclusion[trial]], minlength=len(sample.frequencies))
        gap = [MajorityVote().accuracy(c, 10, 0.0) - rule.accuracy(c, 10, 0.0) for c in range(counts.max() + 1)]
        total.append(sample.frequencies @ np.array(gap)[counts])
    return float(np.mean(total))


@pytest.mark.parametrize(
    "rule", [NeverFits(max_count=1), NeverFits(max_count=3), GammaLimited(gamma=0.3), LabelPrivateVote(epsilon=2.0)]
)
def test_prediction_measurement_and_truth_agree(world, rule):
    """One world, seeds fixed; both intervals are of 95 %, so that both miss by chance in one of ten such tests."""
    trials = paired(world, rule)
    truth = exact_difference(world, trials, rule)
    predicted = predicted_cost(trials).total
    measured = on_new(trials).cost()
    assert predicted.low <= truth <= predicted.high
    assert measured.low <= truth <= measured.high
    assert predicted.value == pytest.approx(truth, rel=0.15)
    assert predicted.high - predicted.low < truth


def test_bins_add_up_and_each_agrees(world):
    trials = paired(world, GammaLimited(gamma=0.3))
    predicted, measured = predicted_cost(trials).bins, measured_by_bin(trials, on_new(trials))
    assert sum(each.value for each in predicted.values()) == pytest.approx(predicted_cost(trials).total.value)
    assert sum(each.value for each in measured.values()) == pytest.approx(on_new(trials).cost().value, abs=1e-6)
    for name in BINS:
        assert predicted[name].low <= measured[name].high
        assert measured[name].low <= predicted[name].high
    assert predicted["seen once"].value > 0.02


def test_equal_learners_cost_nothing(world):
    trials = paired(world, MajorityVote())
    assert abs(predicted_cost(trials).total.value) < 0.01


def test_a_group_is_a_population_of_its_own(world):
    """Points in two groups that are drawn alike: each group's prediction stands near the exact one of the whole."""
    rule = NeverFits(max_count=1)
    trials = paired(world, rule)
    truth = exact_difference(world, trials, rule)
    half = trials.within(trials.plain.ids % 2 == 0, trials.plain.ids_test % 2 == 0)
    predicted = predicted_cost(half).total
    measured = on_new(half).cost()
    assert predicted.low <= measured.high
    assert measured.low <= predicted.high
    assert predicted.value == pytest.approx(truth, rel=0.35)


@pytest.fixture(scope="module")
def blurred():
    """A mixture in which a subpopulation is wider than what is learned from one example: coupling is below 1."""
    n_train, n_test = 1200, 12_000
    mixture = GaussianMixture(prior=Zipf(1200), n_samples=n_train + n_test, dimension=40, spread=0.9)
    sample = mixture.draw(seed=1)
    order = generator(1, "order").permutation(n_train + n_test)
    train, test = np.split(order, [n_train])
    data = Dataset.from_arrays(
        sample.points[train], sample.labels[train] > 0, sample.points[test], sample.labels[test] > 0
    )
    design = SubsetDesign(n_trials=N_TRIALS, fraction=0.7)
    plain = run_trials(BLURRED, data, design, jobs=1)
    return sample.subpopulations[train], sample.subpopulations[test], data, design, plain


BLURRED = CompiledMLP(hidden=32)


@pytest.mark.parametrize(
    "limited",
    [
        WeightPruned(inner=BLURRED, sparsity=0.8),
        LabelPrivate(inner=BLURRED, epsilon=1.5),
        Rounded(inner=BLURRED, bits=2),
    ],
    ids=lambda learner: learner.name,
)
def test_where_coupling_is_below_1_what_is_measured_of_it_makes_the_prediction_right(blurred, limited):
    """Whole and by frequency: 18 pairs of 95 % intervals, seeds fixed. Two right ones that are equally wide miss each
    other by chance once in 180 pairs (once in 20 where one of both has no width)."""
    kinds, kinds_test, data, design, plain = blurred
    other = run_trials(limited, data, design, jobs=1)
    trials = pair_of(plain, other, kinds, kinds_test)
    predicted, measured = predicted_cost(trials), measured_on_seen(trials, on_new(trials))
    assert overlap(predicted.total, measured)
    assert predicted.limited["seen once"].fits.high < 0.95
    by_bin = measured_by_bin(trials, on_new(trials))
    for name in BINS:
        assert overlap(predicted.bins[name], by_bin[name]), name
    assert predicted.total.value == pytest.approx(measured.value, abs=0.02)


def on_new(trials):
    """All that is new to the models: test examples, and training examples where left out."""
    plain = trials.plain
    return NewExamples.of(
        Outcomes.from_arrays(plain.inclusion, plain.correct, test_correct=plain.test_correct),
        Outcomes.from_arrays(plain.inclusion, trials.limited, test_correct=trials.limited_test),
        0.95,
    )


def overlap(one, other):
    return one.low <= other.high and other.low <= one.high
