"""Random priors and sizes: what is claimed bounds the error; what is refused is refused by a budget of work."""

import math

import numpy as np
import pytest
import scipy.stats

from longtail.errors import AccuracyError
from longtail.frequencies.marginal import marginal
from longtail.frequencies.mellin_barnes import MellinBarnes
from longtail.theory import (
    Dirichlet,
    FrequencyList,
    Geometric,
    Lognormal,
    LongTailModel,
    Pareto,
    ScipyPrior,
    TwoPoint,
    Zipf,
)


def log_uniform(random, high):
    return round(math.exp(random.uniform(0, math.log(high))))


def random_prior(random):
    n = log_uniform(random, 1e6)
    few = min(n, 500)
    return [
        lambda: Zipf(n, random.uniform(0, 3)),
        lambda: Geometric(n, 1 - math.exp(random.uniform(-12, 0))),
        lambda: TwoPoint(max(1, n // log_uniform(random, 1000)), n, math.exp(random.uniform(-8, 0))),
        lambda: Lognormal(n, random.uniform(0.1, 4)),
        lambda: Pareto(n, math.exp(random.uniform(-1, 2))),
        lambda: FrequencyList(random.integers(0, 30, few) + (np.arange(few) == 0)),
        lambda: FrequencyList(random.pareto(1.3, few)),
    ][random.integers(7)]()


@pytest.mark.parametrize("seed", range(28))
def test_no_claim_is_broken_by_pascals_rule(seed):
    """E(l, n - l) is the sum of E(l, n - l + 1) and E(l + 1, n - l), which take contours of their own."""
    random = np.random.default_rng(seed)
    engine, n = marginal(random_prior(random), "normalized", 1e-9), log_uniform(random, 1e6)
    count = min(n, int(random.integers(0, 20)))
    terms = [engine.power_sum(count, n - count + 1), engine.power_sum(count + 1, n - count)]
    whole = engine.power_sum(count, n - count)
    if whole.log > -math.inf and max(value.relative_error for value in (whole, *terms)) < 1e-3:
        parts = [math.exp(value.log - whole.log) for value in terms]
        claims = sum(part * value.relative_error for part, value in zip(parts, terms, strict=True))
        assert abs(sum(parts) - 1) <= whole.relative_error + claims + 4e-15


@pytest.mark.parametrize(
    ("n", "shape", "count", "samples"), [(9352, 3.43, 18, 40_936), (3, 0.2, 1, 50), (2, 3, 0, 900)]
)
def test_a_gamma_law_agrees_with_the_beta_law_to_what_is_claimed(n, shape, count, samples):
    """Found by 800 random cells: a nearly imaginary ray was summed too coarsely for high powers."""
    integral = marginal(ScipyPrior(n, scipy.stats.gamma(shape)), "normalized", 1e-9)
    closed = marginal(Dirichlet(n, shape), "normalized", 1e-9)
    value, expected = (engine.power_sum(count, samples - count) for engine in (integral, closed))
    assert value.relative_error < 1e-8
    assert abs(value.log - expected.log) <= value.relative_error + expected.relative_error


def test_two_draws_of_a_law_are_as_likely_to_be_either():
    """E alpha = 1/2, by the integral: the smaller draws are not dropped where all draws may be that small."""
    engine = marginal(ScipyPrior(2, scipy.stats.lomax(1)), "normalized", 1e-9)
    assert isinstance(engine, MellinBarnes)
    halves = [engine.power_sum(1, 1), engine.power_sum(2, 0)]
    assert sum(value.value for value in halves) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("prior", "answered", "refused"),
    [
        (ScipyPrior(10, scipy.stats.fisk(1.5)), 10**4, 10**6),
        (ScipyPrior(50, scipy.stats.gamma(30)), 5 * 10**4, 5 * 10**5),
        (Lognormal(100), 10**4, 10**6),
        (Pareto(100, 1.5), 10**4, 10**6),
    ],
    ids=["log-logistic", "gamma", "lognormal", "Pareto"],
)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")  # scipy's fisk at the far end of its tail
def test_the_boundary_of_laws_at_n_far_above_n_subpopulations(prior, answered, refused):
    assert LongTailModel(prior=prior, n_samples=answered).tau(1) > 0
    with pytest.raises(AccuracyError, match="exponentially few"):
        LongTailModel(prior=prior, n_samples=refused).tau(1)


@pytest.mark.parametrize(
    ("prior", "l"),
    [(Zipf(300), 100), (Zipf(300), 300), (Lognormal(300, 0.5), 299)],
    ids=["list, far below", "list", "law"],
)
def test_counts_near_n_are_refused_for_the_right_reason(prior, l):  # noqa: E741
    """No frequency is near l / n: the list, summed as it stands, expects less than 1e-12 points seen so often."""
    with pytest.raises(AccuracyError, match=f"hardly any point is seen as often as {l:,} times in 300") as refused:
        LongTailModel(prior=prior, n_samples=300).tau(l)
    assert "larger rtol" not in str(refused.value)  # the error is beyond any rtol
    is_list = isinstance(prior, Zipf)
    assert ('convention="fixed"' in str(refused.value)) == is_list
    if is_list:
        fixed = LongTailModel(prior=prior, n_samples=300, convention="fixed")
        assert fixed.expected_number_seen(l) < 1e-12
        assert fixed.tau(l) == pytest.approx(1 / sum(1 / k for k in range(1, 301)), rel=0.02)


def test_a_density_that_is_singular_above_zero_is_refused():
    assert LongTailModel(prior=ScipyPrior(9, scipy.stats.beta(0.5, 1)), n_samples=9).tau(1) > 0
    with pytest.raises(AccuracyError, match="of its probability"):
        LongTailModel(prior=ScipyPrior(9, scipy.stats.beta(0.5, 0.5)), n_samples=9)
