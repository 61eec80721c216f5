"""Shrunken moments beside a naive loop with scipy's laws, where nothing leaks, and where there are few models."""

import numpy as np
import pytest
from scipy.special import polygamma
from scipy.stats import chi2, mannwhitneyu, t

from longtail.errors import InputError
from longtail.membership import lira, rmia, roc, shrunken_lira
from longtail.membership.model_levels import levelled, levels
from longtail.membership.shrunken_moments import Binned, _bins, _inverse_trigamma, _means, _variances, trend
from longtail.outcomes import Outcomes


def study(seed, n_trials=16, n=40, gap=1.5, uneven=0.0):
    """Balanced; the spread of an example falls with its mean confidence, and so does what its presence adds."""
    rng = np.random.default_rng(seed)
    inclusion = np.argsort(rng.random((n_trials, n)), axis=0) < n_trials // 2
    mean = 3 * rng.normal(size=n)
    spread = np.exp(-uneven * mean / 3 + 0.3 * rng.normal(size=n))
    confidence = mean + spread * rng.normal(size=inclusion.shape) + gap * np.exp(-uneven * mean / 3) * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def test_scores_agree_with_a_naive_loop():
    """One bin, so that trends are means: the equations example by example, with scipy's Student's law."""
    outcomes = study(1, n=40)
    scores, x, inside = shrunken_lira(outcomes).score, outcomes.confidence, outcomes.inclusion
    for trial in (0, 7, 15):
        sides = []
        for i in range(40):
            later = [(trial + step) % 16 for step in range(1, 16)]
            partner = next(k for k in later if inside[k, i] != inside[trial, i])
            left = np.setdiff1d(np.arange(16), [trial, partner])
            sides.append((x[left, i][inside[left, i]], x[left, i][~inside[left, i]]))
        pooled = [np.mean([side[k].var(ddof=1) for side in sides]) for k in (0, 1)]  # each side has seven
        own = np.array([(6 * a.var(ddof=1) / pooled[0] + 6 * b.var(ddof=1) / pooled[1]) / 12 for a, b in sides])
        excess = np.log(own).var() - polygamma(1, 6)
        freedom = 2 * _inverse_trigamma(max(excess, 1e-3))
        bias = np.log(chi2(12).rvs(400_000, random_state=0) / 12).mean()
        prior_bias = np.log(chi2(freedom).rvs(400_000, random_state=1) / freedom).mean()
        usual = np.exp(np.log(own).mean() - bias + prior_bias)
        variance = (freedom * usual + 12 * own) / (freedom + 12)
        noise = [variance * pooled[0] / 7, variance * pooled[1] / 7]
        law = []
        for side in (0, 1):
            mean = np.array([each[side].mean() for each in sides])
            excess_mean = np.maximum(np.mean((mean - mean.mean()) ** 2 - noise[side]), 2 * noise[side])
            kept = excess_mean / (excess_mean + noise[side])
            center = mean.mean() + kept * (mean - mean.mean())
            law.append(t(12, center, np.sqrt(variance * pooled[side] + kept * noise[side])))
        np.testing.assert_allclose(scores[trial], law[0].logpdf(x[trial]) - law[1].logpdf(x[trial]), atol=0.03)


def test_scores_are_the_same_for_members_and_others_where_nothing_leaks():
    """16 models, balanced, 8,000 examples of uneven spread: z of the rank test beyond 4 is one seed in 16,000."""
    outcomes = study(4, n=8_000, gap=0.0, uneven=1.0)
    scores = shrunken_lira(outcomes)
    inside, outside = scores.score[scores.inclusion], scores.score[~scores.inclusion]
    n, m = len(inside), len(outside)
    z = (mannwhitneyu(inside, outside).statistic - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)
    assert abs(z) < 4


@pytest.mark.parametrize("n_trials", [16, 32])
def test_where_examples_differ_it_finds_more_than_one_variance_for_all_or_one_for_each(n_trials):
    outcomes = study(5, n_trials=n_trials, n=2_000, uneven=1.0)
    scores = shrunken_lira(outcomes), lira(outcomes, variance="pooled"), lira(outcomes)
    shrunk, pooled, own = (roc(each).tpr_at_0_1_percent.value for each in scores)
    assert shrunk >= 1.15 * max(pooled, own) > 0


def test_eight_models_are_enough_where_the_others_refuse():
    outcomes = study(6, n_trials=8, n=300, gap=4.0)
    with pytest.raises(InputError, match="fewer than 8 models in for 300 of 300 examples"):
        lira(outcomes)
    assert roc(shrunken_lira(outcomes)).auc.low > 0.8
    with pytest.raises(InputError, match="3 models in, 3 out"):
        shrunken_lira(study(7, n_trials=4))


def test_the_prior_of_variances_is_found():
    """Variances of 6 degrees about a trend, true prior of 8: its degrees are found within a third, 20,000 examples."""
    rng = np.random.default_rng(8)
    center = rng.normal(size=20_000)
    truth = np.exp(center) * 8 / rng.chisquare(8, 20_000)
    own = truth * rng.chisquare(6, 20_000) / 6
    posterior, freedom = _variances(own, np.full(20_000, 6.0), Binned.of(center))
    assert 6 + 6 < freedom[0] < 6 + 11
    assert np.mean(np.log(posterior / truth) ** 2) < 0.6 * np.mean(np.log(own / truth) ** 2)


def test_constant_sides_and_few_examples_give_finite_scores():
    outcomes = study(9, n_trials=8, n=24)
    confidence = np.where(outcomes.inclusion, 60000.0, outcomes.confidence).astype(np.float16)
    scores = shrunken_lira(Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=confidence))
    assert np.isfinite(scores.score).all()
    assert scores.score[scores.inclusion].min() > scores.score[~scores.inclusion].max()


def test_no_mean_moves_by_more_than_a_third_of_its_way_to_the_trend():
    """Means that differ by less than their noise would all be the trend; each keeps two thirds of its distance."""
    rng = np.random.default_rng(10)
    measured = 0.5 * rng.normal(size=40)
    center, doubt = _means(measured, np.ones(40), Binned.of(rng.normal(size=40)))
    assert (center - measured.mean()) / (measured - measured.mean()) == pytest.approx(2 / 3)
    assert doubt == pytest.approx(2 / 3)


def test_levels_of_models_are_taken_out_where_test_examples_show_them():
    """Levels of variance 4 make the attack worse by far, if they stay; taken out, it is what it was to 0.03."""
    plain, rng = study(11, n=600), np.random.default_rng(12)
    level, tested = 2 * rng.normal(size=(16, 1)), rng.normal(size=(16, 200))

    def area(shift, test_confidence):
        table = Outcomes.from_arrays(
            plain.inclusion,
            plain.correct,
            confidence=plain.confidence + shift,
            test_correct=tested > 0,
            test_confidence=test_confidence,
        )
        return roc(shrunken_lira(table)).auc.value

    without, taken, left = area(0.0, tested), area(level, tested + level), area(level, tested)
    assert abs(taken - without) < 0.03
    assert left < without - 0.1


def test_what_follows_the_level_depends_on_how_sure_models_are():
    """Examples of which models are sure follow the level twice as much, the others not at all: both are found."""
    rng = np.random.default_rng(14)
    level, sure = rng.normal(size=(32, 1)), np.repeat([0.0, 1.0], 1_000)
    outcomes = study(15, n_trials=32, n=2_000)
    table = Outcomes.from_arrays(
        outcomes.inclusion,
        outcomes.correct,
        confidence=outcomes.confidence,
        test_correct=np.ones((32, 400), bool),
        test_confidence=level + 0.1 * rng.normal(size=(32, 400)),
    )
    noise = 0.1 * rng.normal(size=(32, 2_000))
    less = levelled(40 * sure + 2 * sure * level + noise, table)
    apart = less - less.mean(axis=0)
    assert apart.std() == pytest.approx(noise.std(), rel=0.05)


def test_levels_are_means_over_test_examples_shrunken_by_their_noise():
    """400 models of level variance 1 over 8 examples of variance 16 (noise 2): a third is kept; none of noise alone."""
    rng = np.random.default_rng(13)
    level, noise = rng.normal(size=(400, 1)), 4 * rng.normal(size=(400, 8))
    found, apart = levels(level + noise), (level + noise) - (level + noise).mean(axis=0)
    kept = found / apart.mean(axis=1)
    assert kept == pytest.approx(1 / 3, abs=0.1)  # its standard error is 0.05
    assert np.abs(levels(np.sqrt(8) * noise[:, ::-1] - np.sqrt(8) * noise.mean(axis=1, keepdims=True))).max() == 0


@pytest.mark.parametrize("value", [1e-3, 0.1, 1.0, 30.0])
def test_the_inverse_of_trigamma(value):
    assert polygamma(1, _inverse_trigamma(value)) == pytest.approx(value, rel=1e-9)


def test_a_trend_of_few_examples_is_their_mean():
    assert trend(np.arange(5.0), np.arange(5.0) ** 2).tolist() == [6.0] * 5


def test_bins_are_those_of_the_stable_order():
    """Ties lie on both sides of an edge, at the first edge, everywhere, and nowhere; 0 and -0 are equal."""
    rng = np.random.default_rng(0)
    zeros = np.repeat([0.0, -0.0], 30)
    for x in (rng.normal(size=600), rng.integers(0, 7, 600) / 7, zeros, np.r_[np.zeros(400), rng.normal(size=300)]):
        for n_bins in (1, 2, 5, 20):
            starts = np.linspace(0, len(x), n_bins + 1).astype(int)[:-1]
            by_rank = np.empty(len(x), int)
            by_rank[np.argsort(x, kind="stable")] = np.repeat(np.arange(n_bins), np.diff(np.r_[starts, len(x)]))
            np.testing.assert_array_equal(_bins(x, starts), by_rank)


def with_tests(outcomes, tested):
    return Outcomes.from_arrays(
        outcomes.inclusion,
        outcomes.correct,
        confidence=outcomes.confidence,
        test_correct=tested > 0,
        test_confidence=tested,
    )


def test_of_few_models_a_third_of_the_log_odds_of_rmia_is_added():
    """Test examples on which all models agree: no levels, so that what they add is RMIA's share alone."""
    plain = study(2, n=60)
    tested = np.tile(np.random.default_rng(3).normal(size=50), (16, 1))
    table = with_tests(plain, tested)
    share = rmia(table).score
    odds = (50 * share + 0.5) / (50 * (1 - share) + 0.5)
    added = shrunken_lira(table).score - shrunken_lira(plain).score
    np.testing.assert_allclose(added, np.log(odds) / 3, atol=1e-5)
    many = study(2, n_trials=130, n=40)
    tested = np.tile(tested[:1], (130, 1))
    np.testing.assert_array_equal(shrunken_lira(with_tests(many, tested)).score, shrunken_lira(many).score)


def test_nothing_leaks_through_test_examples_either():
    """16 models, balanced, 6,000 examples, levels of models: z of the rank test beyond 4 is one seed in 16,000."""
    rng = np.random.default_rng(5)
    plain = study(5, n=6_000, gap=0.0, uneven=1.0)
    table = with_tests(plain, rng.normal(size=(16, 100)) + rng.normal(size=100) + rng.normal(size=(16, 1)))
    scores = shrunken_lira(table)
    inside, outside = scores.score[scores.inclusion], scores.score[~scores.inclusion]
    n, m = len(inside), len(outside)
    z = (mannwhitneyu(inside, outside).statistic - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)
    assert abs(z) < 4
