"""Curves beside scikit-learn's, and intervals that cover."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score, roc_curve

from longtail.errors import InputError
from longtail.membership import roc


def table(seed, n_trials=30, n=120, shift=1.0, between=0.0):
    """Scores with a target effect and an example effect of standard deviation ``between`` on how much leaks."""
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, n)) < 0.5
    leak = shift + between * (rng.normal(size=(n_trials, 1)) + rng.normal(size=(1, n)))
    return rng.normal(size=inclusion.shape) + leak * inclusion, inclusion


def test_area_and_low_rates_agree_with_scikit_learn():
    scores, inclusion = table(1)
    curve = roc(scores, inclusion)
    assert curve.auc.value == pytest.approx(roc_auc_score(inclusion.ravel(), scores.ravel()), abs=5e-4)
    false, true, _ = roc_curve(inclusion.ravel(), scores.ravel(), drop_intermediate=False)
    assert curve.tpr_at_0_1_percent.value == pytest.approx(true[false <= 0.001].max(), abs=1e-12)
    assert curve.tpr_at_1_percent.value == pytest.approx(true[false <= 0.01].max(), abs=1e-12)


def test_ties_are_one_threshold():
    """Scores that are all equal separate nobody: no threshold has a low false-positive rate and finds anyone."""
    inclusion = np.arange(200).reshape(4, 50) % 2 == 0
    curve = roc(np.ones((4, 50)), inclusion)
    assert curve.auc.value == 0.5
    assert curve.tpr_at_1_percent.value == 0.0
    assert curve.tpr_at_1_percent.high > 0.0


def test_perfect_separation_is_no_certainty():
    inclusion = np.arange(200).reshape(4, 50) % 2 == 0
    curve = roc(inclusion.astype(float), inclusion)
    assert curve.auc.value == curve.balanced_accuracy.value == curve.tpr_at_0_1_percent.value == 1.0
    assert curve.auc.low < 0.97


def test_few_false_positives_are_warned_of():
    scores, inclusion = table(2)
    curve = roc(scores, inclusion)
    assert "fewer than 10" in curve.tpr_at_0_1_percent.warning
    assert curve.tpr_at_1_percent.warning == ""


def test_examples_without_a_score_are_left_out():
    scores, inclusion = table(3)
    scores[:, :20] = np.nan
    assert roc(scores, inclusion).n_examples == 100
    assert roc(scores, inclusion).auc.value == roc(scores[:, 20:], inclusion[:, 20:]).auc.value


@pytest.mark.parametrize(("shift", "between"), [(0.0, 0.0), (1.0, 0.0), (0.7, 0.7)])
def test_intervals_cover_the_truth_of_other_targets_and_examples(shift, between):
    """150 tables each. A 95 % interval that covers 95 % would fail the lower limit in one seed of 2,000.

    Truth: with leaks normal about ``shift``, a member's score is normal with variance 1 + 2 between^2.
    """
    width = np.sqrt(1 + 2 * between**2)
    truth = {
        "auc": norm.cdf(shift / np.sqrt(1 + width**2)),
        "tpr_at_1_percent": norm.sf((norm.isf(0.01) - shift) / width),
    }
    curves = [roc(*table(seed, shift=shift, between=between)) for seed in range(150)]
    for name, value in truth.items():
        intervals = [getattr(curve, name) for curve in curves]
        covered = np.mean([each.low <= value <= each.high for each in intervals])
        assert covered >= (0.89 if name == "auc" else 0.87), (name, covered)


def test_balanced_accuracy_is_not_flattered_by_its_threshold():
    """Where nothing leaks it is 1/2 on average: 200 tables of 15 x 20, mean within 4 standard errors."""
    values = [roc(*table(seed, n_trials=15, n=20, shift=0.0)).balanced_accuracy.value for seed in range(200)]
    assert abs(np.mean(values) - 0.5) < 4 * np.std(values) / np.sqrt(200)


def test_one_target_is_enough_for_a_curve():
    scores, inclusion = table(4, n_trials=1, n=2000)
    curve = roc(scores[0], inclusion[0])
    assert curve.auc.low < norm.cdf(1 / np.sqrt(2)) < curve.auc.high


def test_bad_input_is_refused():
    scores, inclusion = table(5)
    with pytest.raises(InputError, match="membership must be bools of the shape"):
        roc(scores, inclusion[:, :-1])
    with pytest.raises(InputError, match="members and others"):
        roc(scores, np.ones_like(inclusion))
