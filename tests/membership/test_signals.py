"""Attacks on losses: the statistic by its definition, LiRA by SciPy's densities, RMIA by its own ratio."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import logit

from longtail.errors import InputError
from longtail.membership import lira, rmia, vulnerability
from longtail.membership.signals import likelihoods, statistic_of
from longtail.outcomes import PERFORMANCES, Outcomes

LOSS, ERROR, SHARE = (PERFORMANCES[name] for name in ("log_loss", "squared_error", "token_accuracy"))


@pytest.fixture(scope="module")
def table():
    """Thirty models, twelve examples: the loss is lower where the example was trained on."""
    rng = np.random.default_rng(0)
    inside = rng.permuted(np.tile(np.arange(12) < 6, (30, 1)), axis=1)
    loss = rng.gamma(4, 0.3, size=(30, 12)) * np.where(inside, 0.5, 1.0)
    return Outcomes.from_arrays(
        inside, performance=loss, test_performance=rng.gamma(4, 0.3, size=(30, 40)), performance_name="log_loss"
    )


def test_the_statistic_is_the_logit_of_the_probability():
    loss = np.array([1e-6, 0.1, 1.0, 20.0])
    assert statistic_of(loss, LOSS) == pytest.approx(logit(np.exp(-loss)), rel=1e-6)
    assert statistic_of(loss, ERROR)[0] == pytest.approx(-np.log(1e-6), rel=1e-6)
    assert statistic_of(np.array([0.0]), LOSS)[0] == np.inf
    assert statistic_of(np.array([0.25]), SHARE).tolist() == [0.25]


def test_lira_on_losses_is_the_ratio_of_two_normal_densities(table):
    scores = lira(table, matched=False).score
    statistic = statistic_of(table.performance, LOSS)
    for trial, example in ((0, 0), (3, 7), (29, 11)):
        others = np.arange(30) != trial
        x = statistic[trial, example]
        laws = [
            stats.norm(statistic[side, example].mean(), statistic[side, example].std(ddof=1))
            for side in (others & table.inclusion[:, example], others & ~table.inclusion[:, example])
        ]
        assert scores[trial, example] == pytest.approx(laws[0].logpdf(x) - laws[1].logpdf(x), rel=1e-4, abs=1e-4)


def test_rmia_on_losses_is_the_share_of_test_examples_that_gain_less(table):
    scores = rmia(table, "offline", matched=False).score
    p, z = np.exp(-table.performance), np.exp(-table.test_performance)
    trial, example = 4, 3
    others = np.arange(30) != trial
    out = p[others & ~table.inclusion[:, example], example].mean()
    mine = p[trial, example] / (0.65 * out + 0.35)
    theirs = z[trial] / (0.65 * z[others].mean(axis=0) + 0.35)
    assert scores[trial, example] == pytest.approx((mine >= theirs).mean(), abs=1e-6)


def test_what_a_far_example_gains_does_not_depend_on_how_far_it_is(table):
    """A ratio of likelihoods is the same a thousand nats further down, where no number holds them."""
    far = table.performance.copy()
    far[:, [3, 7]] += [1000.0, 62.0]
    far_table = Outcomes.from_arrays(
        table.inclusion,
        performance=far,
        test_performance=np.append(table.test_performance, table.test_performance[:, :2] + 5000.0, axis=1),
        performance_name="log_loss",
    )
    with np.errstate(all="raise", under="ignore"):
        online, offline = (rmia(far_table, mode, offline_a=1.0).score for mode in ("online", "offline"))
    apart = Outcomes.from_arrays(
        table.inclusion,
        performance=table.performance,
        test_performance=np.append(table.test_performance, table.test_performance[:, :2], axis=1),
        performance_name="log_loss",
    )
    assert online == pytest.approx(rmia(apart, "online", offline_a=1.0).score, abs=1e-6)
    assert offline == pytest.approx(rmia(apart, "offline", offline_a=1.0).score, abs=1e-6)
    assert (rmia(far_table, "offline").score[:, 3] < 0.1).all()  # it would be likely if it were in, and is not


def test_an_example_that_no_model_comes_near_is_attacked_all_the_same(table):
    """Its loss tells members as well as a small one: LiRA's ratio of normal laws does not see where zero is."""
    far = table.performance * 5
    far[:, 3] += 1000.0
    held = Outcomes.from_arrays(
        table.inclusion, performance=far, test_performance=table.test_performance, performance_name="squared_error"
    )
    scores = lira(held, matched=False, variance="per_example")
    assert not scores.refused
    inside, trial = table.inclusion[:, 3], 4
    others = np.arange(30) != trial
    laws = [stats.norm(-far[side, 3].mean(), far[side, 3].std(ddof=1)) for side in (others & inside, others & ~inside)]
    expected = laws[0].logpdf(-far[trial, 3]) - laws[1].logpdf(-far[trial, 3])
    assert scores.score[trial, 3] == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_a_squared_error_s_likelihood_is_normal():
    error = np.array([[0.0, 1.0], [2.0, 0.5]])
    inside = np.array([[1, 0], [0, 1]])
    table = Outcomes.from_arrays(inside, performance=error, test_performance=error, performance_name="squared_error")
    sigma = np.sqrt(error.mean())
    expected = stats.norm.pdf(np.sqrt(error), scale=sigma) / stats.norm.pdf(0, scale=sigma)
    assert likelihoods(table, "RMIA")[0] == pytest.approx(expected, rel=1e-5)


def test_members_are_told_apart(table):
    """The planted gain of half the loss: the exposure of all twelve is above a coin's, in mean 0.8 or so (seed 0)."""
    assert vulnerability(table).value.mean() > 0.7


def test_rmia_refuses_what_is_no_loss(table):
    shares = Outcomes.from_arrays(
        table.inclusion, performance=np.exp(-table.performance), performance_name="token_accuracy"
    )
    with pytest.raises(InputError, match="performance must be a log loss or a squared error for RMIA"):
        rmia(shares)
    assert lira(shares).score.shape == (30, 12)
