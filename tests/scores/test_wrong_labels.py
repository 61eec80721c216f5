"""Wrong labels that are planted and known: who is called wrong, how surely, and how many there were before."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.label_evidence import LabelEvidence, label_evidence
from longtail.scores.wrong_labels import label_judge

N_RARE, N_WRONG, N_FLIPPED = 300, 60, 80


def evidence_of(wrong, rng):
    """Evidence of two normal populations, 3 standard deviations apart, of log-odds that are true.

    Normals of variance s^2 that are s^2 apart have the log-odds -x - s^2 / 2 for equal numbers: so s is 3.
    """
    columns = rng.normal(0, 1, (len(wrong), 5))
    columns[:, 0] = 3 * columns[:, 0] - 9.0 * wrong
    return LabelEvidence(train=np.arange(len(wrong)), columns=columns, neighbors=np.zeros((len(wrong), 1), np.int64))


def planted(rng, n_wrong=N_WRONG):
    """The planted study: flipped ones first, then those that were wrong before, then rare ones."""
    wrong = np.r_[np.ones(N_FLIPPED + n_wrong), np.zeros(N_RARE)]
    flipped = np.arange(len(wrong)) < N_FLIPPED
    return evidence_of(wrong, rng), flipped


def test_probabilities_are_calibrated_where_wrong_labels_look_as_planted_ones():
    """In 40 worlds: of those called about p, a share of about p is wrong, though the judge never saw which.

    A bin has some hundred examples or more, so that the standard error of a share is about 0.02. The ridge pulls what
    is likely, but not sure, towards one half: there the share may be up to a fifth above what was said, never below.
    """
    said, truth = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        judge = label_judge(*planted(rng), seed=seed)
        wrong = np.r_[np.ones(N_WRONG), np.zeros(N_RARE)]
        said.append(judge.probability(evidence_of(wrong, rng)))
        truth.append(wrong)
    p, wrong = np.concatenate(said), np.concatenate(truth)
    for low, high, above in ((0.0, 0.1, 0.05), (0.5, 0.9, 0.2), (0.9, 1.01, 0.05)):
        bin_ = (p >= low) & (p < high)
        assert bin_.sum() > 100
        assert -0.05 < wrong[bin_].mean() - p[bin_].mean() < above
    assert p.sum() / wrong.sum() == pytest.approx(1.0, abs=0.15)


def test_weights_are_pulled_as_far_as_planted_labels_bear_it():
    """Ten worlds each, seeds 0 to 9. The first column is the truth and ten times as many were wrong before: in four
    worlds or more it orders alone. The fourth column is the truth and few were wrong before: it always has its weight.
    """
    alone = 0
    for seed in range(10):
        weights = abs(label_judge(*planted(np.random.default_rng(seed), n_wrong=10 * N_FLIPPED)).weights[:-1])
        alone += bool(weights[1:].max() < 0.01 * weights[0])
        evidence, flipped = planted(np.random.default_rng(seed))
        evidence.columns[:, [0, 3]] = evidence.columns[:, [3, 0]]
        assert abs(label_judge(evidence, flipped).weights[3]) > 0.5
    assert alone >= 4


def test_clean_data_have_nobody_called_wrong():
    """Without labels that were wrong before, what looks like a flipped one is rare: at most one of 300 is called."""
    for seed in range(5):
        rng = np.random.default_rng(100 + seed)
        judge = label_judge(*planted(rng, n_wrong=0), seed=seed)
        assert judge.before < 0.15
        assert (judge.probability(evidence_of(np.zeros(N_RARE), rng)) >= 0.5).sum() <= 1


def test_precision_and_recall_are_those_of_a_threshold_by_hand():
    """The log-odds of equal normals 3 apart: 2.4 % beyond the threshold on the wrong side, give or take."""
    rng = np.random.default_rng(0)
    judge = label_judge(*planted(rng, n_wrong=0))
    assert judge.n_flipped == N_FLIPPED
    assert 0.75 < judge.recall.value < 1.0
    assert judge.recall.low < judge.recall.value < judge.recall.high
    assert 0.75 < judge.precision.value <= 1.0


def test_few_planted_labels_leave_the_order_of_confident_learning_and_many_may_leave_it():
    """Twelve of 60 say by chance this and that of five columns; 4,000 of 12,000 say that only the second matters."""
    rng = np.random.default_rng(7)
    few = evidence_of(np.arange(60) < 12, rng)
    fresh = evidence_of(np.arange(400) < 200, rng)
    told = label_judge(few, np.arange(60) < 12).log_odds(fresh)
    assert np.corrcoef(told, fresh.columns[:, 0])[0, 1] < -0.97
    wrong = np.arange(12_000) < 4_000
    columns = rng.normal(0, 1, (12_000, 5))
    columns[:, 1] += 3.0 * wrong
    neighbors = np.zeros((12_000, 1), np.int64)
    many = label_judge(LabelEvidence(train=np.arange(12_000), columns=columns, neighbors=neighbors), wrong)
    weights = many.weights[:-1] / many.spread
    assert 2.0 < weights[1] < 3.2  # The log-odds of unit normals 3 apart are 3 x and a constant.
    assert abs(weights[0]) < 0.3


def test_too_few_planted_labels_are_refused():
    evidence, flipped = planted(np.random.default_rng(0))
    few = np.zeros_like(flipped)
    few[:9] = True
    with pytest.raises(InputError, match="at least 10 planted labels in question"):
        label_judge(evidence, few)


def test_evidence_of_four_examples_by_hand():
    """Two trials in, two out. Example 0 is right when in, wrong when out, with probability 1/4 when out."""
    inclusion = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]], bool)
    correct = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 1, 1], [0, 1, 1, 1]], bool)
    confidence = np.where(correct, 3.0, -np.log(3.0))
    margin = np.where(correct, 2.0, -1.0)
    outcomes = Outcomes.from_arrays(inclusion, correct, margin, confidence=confidence)
    X = np.array([[0.0], [1.0], [2.0], [10.0]])
    found = label_evidence(outcomes, X, np.array([1, 0, 1, 0]))
    assert found.train.tolist() == [0]
    left_out, assurance, hard, contradiction, agreement = found.columns[0]
    assert left_out == pytest.approx(np.log((0.25 + 1e-3) / (0.75 + 1e-3)))
    assert assurance > 0
    assert hard == -1.0
    assert found.neighbors.tolist() == [[1, 2, 3]]
    # The usual distance to the third nearest is the median of 10, 9, 8, 10.
    unit = np.median([10.0, 9.0, 8.0, 10.0])
    weight = np.exp(-((np.array([1.0, 2.0, 10.0]) / unit) ** 2))
    assert contradiction == pytest.approx((weight[0] + weight[2]) / 3)
    assert agreement == pytest.approx(weight[1] / 3)
    with pytest.raises(InputError, match="X and y must"):
        label_evidence(outcomes, X[1:], np.array([1, 0, 1, 0]))
