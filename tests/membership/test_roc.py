"""Curves beside scikit-learn's, and intervals that cover."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score, roc_curve

from longtail.errors import InputError
from longtail.membership import AttackScores, roc


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


def test_scores_that_are_all_equal_find_members_by_chance_alone():
    """No threshold separates anybody: the area is 1/2, a rate what chance gives, and the interval holds all of it."""
    inclusion = np.arange(200).reshape(4, 50) % 2 == 0
    curve = roc(np.ones((4, 50)), inclusion)
    assert curve.auc.value == 0.5
    assert curve.tpr_at_1_percent.value == pytest.approx(0.01, abs=1e-9)
    assert (curve.tpr_at_1_percent.low, curve.tpr_at_1_percent.high) == (0.0, 1.0)
    assert "scores tie from 0.0 % to 100.0 % false positives" in curve.tpr_at_1_percent.warning


@pytest.mark.parametrize("grid", [360, 40, 5])
def test_a_rate_within_a_tie_is_the_mean_over_orders_of_the_tied(grid):
    """Ties broken at random 400 times, by another route: the mean, and the two ends, which are the extreme orders."""
    scores, inclusion = table(6)
    tied = np.round(norm.cdf(scores) * grid) / grid  # as RMIA's: multiples of one over the population
    curve = roc(tied, inclusion)
    rng, others = np.random.default_rng(7), (~inclusion).sum()

    def found(order, rate):
        """The true-positive rate at the last threshold with as many false positives as the rate allows, in parts."""
        member = inclusion.ravel()[np.lexsort((order.ravel(), -tied.ravel()))]
        false = np.cumsum(~member)
        at = [np.cumsum(member)[np.searchsorted(false, k, "right") - 1] for k in (int(rate * others),)]
        return at[0] / inclusion.sum()

    for rate, estimate in ((0.001, curve.tpr_at_0_1_percent), (0.01, curve.tpr_at_1_percent)):
        drawn = [found(rng.random(tied.shape), rate) for _ in range(400)]
        assert estimate.value == pytest.approx(np.mean(drawn), abs=max(0.003, 5 * np.std(drawn) / 20))
        false, true, _ = roc_curve(inclusion.ravel(), tied.ravel(), drop_intermediate=False)
        assert estimate.low <= true[false <= rate].max()
        assert estimate.high >= true[false > rate].min()


def test_a_rate_does_not_leap_where_a_tie_grows_past_it():
    """Top ties of 0.9 and of 1.1 permille of the others, with the same members: 3 % and 3 % of 0.1/0.11."""
    inclusion = np.zeros((10, 2000), bool)
    inclusion[:, :1000] = True
    rates = []
    for n_tied in (9, 11):
        scores = np.random.default_rng(0).random((10, 2000))
        scores[:, :30] = 2.0
        scores.reshape(-1)[1000 + 2000 * (np.arange(n_tied) % 10) + np.arange(n_tied)] = 2.0
        rates.append(roc(scores, inclusion).tpr_at_0_1_percent)
    assert rates[0].value == pytest.approx(0.030, abs=5e-4)
    assert rates[1].value == pytest.approx(0.03 * 10 / 11, abs=1e-9)
    assert rates[1].low == 0.0
    assert rates[1].high >= 0.03


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


def test_copies_that_are_one_unit_make_no_interval_narrower():
    """Each example ten times over, as ten rows of one unit: the same numbers and the same intervals as once."""
    scores, inclusion = table(8, between=0.5)
    unit = np.repeat(np.arange(120), 10)
    once = roc(scores, inclusion)
    copies = AttackScores(
        attack="attack",
        score=np.repeat(scores, 10, axis=1).astype(np.float32),
        inclusion=np.repeat(inclusion, 10, axis=1),
        refused={},
        unit=unit,
    )
    tied, untied = roc(copies), roc(replace(copies, unit=None))
    assert tied.auc.value == pytest.approx(once.auc.value, abs=1e-3)
    assert tied.auc.high - tied.auc.low == pytest.approx(once.auc.high - once.auc.low, rel=0.02)
    assert untied.auc.high - untied.auc.low < 0.9 * (tied.auc.high - tied.auc.low)


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
