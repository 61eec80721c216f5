"""Other estimands: their definitions trial by trial, coverage of their own truths, and that nothing mixes."""

import numpy as np
import pytest
from scipy.special import expit, ndtr
from scipy.stats import norm, ttest_ind

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import memorization


def _study(seed, n_trials=40, n=60):
    """Normal margins: in at 4, out at -1 to 3; confidence is the margin."""
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, n)) < 0.6
    mean = np.linspace(-1, 3, n)
    margin = np.where(inclusion, 4.0, mean) + rng.normal(size=inclusion.shape)
    return Outcomes.from_arrays(inclusion, margin > 0, margin, confidence=margin), mean


def test_probability_is_welchs_test_example_by_example():
    outcomes, _ = _study(0)
    scores = memorization(outcomes, estimand="probability")
    p = expit(outcomes.confidence)
    for i in (0, 20, 59):
        a, b = p[outcomes.inclusion[:, i], i], p[~outcomes.inclusion[:, i], i]
        assert scores.value[i] == pytest.approx(a.mean() - b.mean(), abs=1e-12)
        interval = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
        assert (scores.low[i], scores.high[i]) == pytest.approx((interval.low, min(interval.high, 1)), abs=1e-4)
    assert "E[p | in]" in scores.estimand


def test_intervals_cover_their_own_truths():
    """40 studies of 60 examples: 2,400 intervals each; 95 % less 2 points (4.5 sigma of independent ones)."""
    covered: dict[str, list] = {"probability": [], "probit": []}
    grid = norm.ppf((np.arange(2000) + 0.5) / 2000)
    for seed in range(40):
        outcomes, mean = _study(seed)
        truths = {
            "probability": expit(4 + grid).mean() - expit(mean[:, None] + grid).mean(axis=1),
            "probit": ndtr(4) - ndtr(mean),
        }
        for estimand, truth in truths.items():
            scores = memorization(outcomes, estimand=estimand)
            covered[estimand].append((scores.low <= truth) & (truth <= scores.high))
    assert np.mean(covered["probability"]) >= 0.93
    assert np.mean(covered["probit"]) >= 0.93


def test_undetermined_and_single_trials():
    outcomes, _ = _study(1)
    inclusion = outcomes.inclusion.copy()
    inclusion[:, 0] = True
    inclusion[:, 1] = True
    inclusion[0, 1] = False
    again = Outcomes.from_arrays(inclusion, outcomes.correct, outcomes.margin, confidence=outcomes.confidence)
    for estimand in ("probability", "probit"):
        scores = memorization(again, estimand=estimand)
        assert np.isnan([scores.value[0], scores.low[0], scores.q_value[0]]).all()
        assert (scores.low[1], scores.high[1]) == (-1, 1)


def test_what_they_need_is_said():
    outcomes, _ = _study(2)
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct)
    for arguments, message in (
        ({"estimand": "probability"}, "hold confidences"),
        ({"estimand": "probit"}, "hold margins"),
        ({"estimand": "soft"}, "estimand must be"),
        ({"estimand": "probit", "estimator": "efficient"}, 'estimator must be "difference" for'),
    ):
        with pytest.raises(InputError, match=message):
            memorization(bare, **arguments)
