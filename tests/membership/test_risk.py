"""Risk at a prior beside Bayes' rule on counted persons, and the best of several attacks."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import mannwhitneyu, t

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.membership import risk_at, roc, vulnerability
from longtail.outcomes import Outcomes


def test_precision_is_the_share_of_the_named_who_were_in():
    """Counted: of 10,000 persons 2,000 were in; 0.3 of those and 0.01 of the others are named."""
    named_in, named_out = 0.3 * 2000, 0.01 * 8000
    rate = Estimate(value=0.3, low=0.2, high=0.4, level=0.9, method="counted", warning="few")
    risk = risk_at(0.2, rate, 0.01, n_members=2000)
    assert risk.precision.value == pytest.approx(named_in / (named_in + named_out))
    assert risk.lift.value == pytest.approx(named_in / (named_in + named_out) / 0.2)
    assert (risk.found.low, risk.found.value, risk.found.high) == (400, 600, 800)
    assert risk.precision.low == pytest.approx(400 / 480)
    assert (risk.precision.level, risk.precision.warning) == (0.9, "few")


@pytest.mark.parametrize(("prior", "rate"), [(0.0, 0.01), (1.0, 0.01), (0.1, 0.0), (-3.0, 0.01)])
def test_a_prior_outside_the_open_interval_is_refused(prior, rate):
    found = Estimate(value=0.1, low=0.1, high=0.1, level=0.95, method="")
    with pytest.raises(InputError, match="lie strictly between 0 and 1"):
        risk_at(prior, found, rate, 10)
    if rate:
        with pytest.raises(InputError, match="prior must lie"):
            exposure_findings(Analysis(None, table(0)), priors=(prior,))


def table(seed, n=150, gap=1.0, n_trials=40):
    rng = np.random.default_rng(seed)
    inclusion = np.argsort(rng.random((n_trials, n)), axis=0) < n_trials // 2
    confidence = rng.normal(size=inclusion.shape) + gap * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def test_the_strongest_attack_comes_first_with_an_interval_for_all_at_once():
    found = exposure_findings(Analysis(None, table(1)), priors=(0.25,))
    rates = [attack.tpr_at_1_percent for attack in found.attacks]
    assert found.strongest.value == rates[0].value
    assert found.strongest.low == pytest.approx(max(roc_of(rate, len(rates)) for rate in rates), rel=1e-9)
    assert found.strongest.level == 0.95
    assert found.strongest.low < rates[0].low < rates[0].high < found.strongest.high
    assert [(risk.prior, risk.false_positive_rate) for risk in found.risks] == [(0.25, 0.01), (0.25, 0.001)]
    assert found.risks[0].found.value == pytest.approx(75 * rates[0].value)  # half of 150 are members
    assert found.n_surely == int((vulnerability(table(1)).q_value <= 0.05).sum()) > 0
    assert all(attack.above_chance for attack in found.attacks)


def roc_of(rate, k):
    """The lower end at a k-th of the error by Student's law, from the width of the interval that is told."""
    one, of_k = t.ppf(0.975, 19), t.ppf(1 - 0.025 / k, 19)
    half = (logit(rate.high) - logit(rate.low)) / 2
    return expit(logit(rate.value) - half * of_k / one)


def test_where_nothing_leaks_no_attack_is_above_chance():
    """Two studies: a false alarm of either kind has a chance of 5 % each at most; the seeds are fixed."""
    studies = [exposure_findings(Analysis(None, table(seed, gap=0.0))) for seed in range(2)]
    assert not any(attack.above_chance for found in studies for attack in found.attacks)
    assert all(found.n_surely == 0 for found in studies)


def test_above_chance_needs_more_where_more_were_compared():
    rng = np.random.default_rng(3)
    inclusion = rng.random((30, 200)) < 0.5
    curve = roc(rng.normal(size=inclusion.shape) + 0.12 * inclusion, inclusion)
    assert curve.above_chance(0.95)
    assert not curve.above_chance(0.95, compared=10**6)


def test_exposed_surely_is_mann_and_whitneys_test():
    """Where normal law and exact law may differ: 40 models. Ranks without ties, so both have one variance."""
    outcomes = table(5, n=60, gap=0.6)
    q = vulnerability(outcomes).q_value
    columns = zip(outcomes.confidence.T, outcomes.inclusion.T, strict=True)
    sides = [(column[inside], column[~inside]) for column, inside in columns]
    p = np.array(
        [mannwhitneyu(*side, alternative="greater", method="asymptotic", use_continuity=True).pvalue for side in sides]
    )
    order = np.argsort(p)
    adjusted = np.minimum.accumulate((p[order] * 60 / np.arange(1, 61))[::-1])[::-1]
    np.testing.assert_allclose(q[order], np.minimum(adjusted, 1), rtol=1e-9)
