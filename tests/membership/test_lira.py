"""LiRA beside a naive loop with scipy's normal law, and where nothing leaks."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, norm

from longtail.errors import InputError
from longtail.membership import lira
from longtail.outcomes import Outcomes


def study(seed, n_trials=22, n=14, gap=1.5, fraction=0.5):
    rng = np.random.default_rng(seed)
    inclusion = np.array([rng.permutation(n_trials) < round(fraction * n_trials) for _ in range(n)]).T
    location, scale = rng.normal(size=n), rng.uniform(0.5, 2, size=n)
    confidence = location + scale * rng.normal(size=(n_trials, n)) + gap * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def naive(outcomes, mode, variance, matched):
    """Target by target and example by example, with lists and scipy.stats."""
    n_trials, n = outcomes.inclusion.shape
    score = np.full((n_trials, n), np.nan)
    for trial in range(n_trials):
        company = [_company(outcomes, trial, i, matched) for i in range(n)]
        spread = [
            np.sqrt(
                sum(((side[k] - side[k].mean()) ** 2).sum() for side in company)
                / sum(len(side[k]) - 1 for side in company)
            )
            for k in (0, 1)
        ]
        for i, sides in enumerate(company):
            deviations = spread if variance == "pooled" else [side.std(ddof=1) for side in sides]
            x = outcomes.confidence[trial, i]
            (mean_in, mean_out), (spread_in, spread_out) = [side.mean() for side in sides], deviations
            online = norm.logpdf(x, mean_in, spread_in) - norm.logpdf(x, mean_out, spread_out)
            score[trial, i] = online if mode == "online" else -norm.logsf(x, mean_out, spread_out)
    return score


def _company(outcomes, trial, i, matched):
    n_trials = outcomes.n_trials
    left_out = {trial}
    if matched:
        later = [(trial + step) % n_trials for step in range(1, n_trials)]
        left_out.add(next(t for t in later if outcomes.inclusion[t, i] != outcomes.inclusion[trial, i]))
    rest = [t for t in range(n_trials) if t not in left_out]
    return [
        np.array([outcomes.confidence[t, i] for t in rest if outcomes.inclusion[t, i] == side])
        for side in (True, False)
    ]


@pytest.mark.parametrize("matched", [True, False])
@pytest.mark.parametrize("variance", ["per_example", "pooled"])
@pytest.mark.parametrize("mode", ["online", "offline"])
def test_running_sums_agree_with_a_naive_loop(mode, variance, matched):
    outcomes = study(seed=1)
    scores = lira(outcomes, mode, variance, matched=matched)
    np.testing.assert_allclose(scores.score, naive(outcomes, mode, variance, matched), rtol=2e-6, atol=2e-6)


def test_running_sums_survive_an_outlier_and_an_offset():
    """The one value that makes the variance is taken out again; 1e4 is far from everything."""
    outcomes = study(seed=2)
    confidence = outcomes.confidence.copy()
    confidence[3, 2] = 90.0
    shifted = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=confidence)
    np.testing.assert_allclose(lira(shifted).score, naive(shifted, "online", "per_example", True), rtol=1e-5, atol=1e-5)


def test_single_precision_storage_changes_little():
    outcomes = study(seed=3)
    half = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=outcomes.confidence.astype(np.float16))
    assert np.corrcoef(lira(outcomes).score.ravel(), lira(half).score.ravel())[0, 1] > 0.9999


def test_matched_scores_are_the_same_for_members_and_others_where_nothing_leaks():
    """20 models, balanced, 12,000 examples; z of the rank test beyond 4 would be one seed in 16,000.

    Unmatched, the same table shows the bias: z below -4.
    """
    outcomes = study(seed=4, n_trials=20, n=12_000, gap=0.0)
    scores = {matched: lira(outcomes, matched=matched) for matched in (True, False)}
    z = {matched: _rank_z(found.score, outcomes.inclusion) for matched, found in scores.items()}
    assert abs(z[True]) < 4
    assert z[False] < -4
    assert "biased" in scores[False].note


def _rank_z(score, inclusion):
    inside, outside = score[inclusion], score[~inclusion]
    u = mannwhitneyu(inside, outside).statistic
    n, m = len(inside), len(outside)
    return (u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)


def test_examples_that_cannot_be_attacked_are_refused_by_reason_and_the_rest_goes_on():
    outcomes = study(seed=5)
    inclusion, confidence = outcomes.inclusion.copy(), outcomes.confidence.copy()
    inclusion[:, 0] = np.arange(22) < 7
    inclusion[:, 1] = np.arange(22) < 15
    confidence[:, 2] = 4.0
    confidence[5, 3] = np.nan
    scores = lira(Outcomes.from_arrays(inclusion, outcomes.correct, confidence=confidence))
    assert scores.refused == {
        "fewer than 8 models in": 1,
        "fewer than 8 models out": 1,
        "confidence is constant": 1,
        "confidence is NaN": 1,
    }
    assert np.isnan(scores.score[:, :4]).all()
    assert np.isfinite(scores.score[:, 4:]).all()


def test_saturated_confidences_give_finite_scores():
    """Members at one constant: the density is as wide as the rounding of the storage."""
    outcomes = study(seed=6)
    confidence = np.where(outcomes.inclusion, 65504.0, outcomes.confidence).astype(np.float16)
    scores = lira(Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=confidence))
    assert np.isfinite(scores.score).all()
    assert scores.score[outcomes.inclusion].min() > scores.score[~outcomes.inclusion].max()


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (None, "confidence must be stored with the trials for LiRA, online"),
        (np.ones((22, 14)), "confidence is constant for 14 of 14"),
    ],
)
def test_an_attack_on_nobody_is_refused_by_name(confidence, said):
    outcomes = study(seed=7)
    with pytest.raises(InputError, match=said):
        lira(Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=confidence))


def test_unknown_options_are_refused():
    with pytest.raises(InputError, match="mode"):
        lira(study(seed=8), "sideways")
    with pytest.raises(InputError, match="variance"):
        lira(study(seed=8), variance="fixed")
