"""The Mellin-Barnes engine against identities, exact sums and closed forms; and where it gives up."""

import math

import mpmath
import numpy as np
import pytest
import scipy.stats

from longtail.errors import AccuracyError
from longtail.frequencies.closed_forms import DirichletMarginal
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.marginal import marginal
from longtail.frequencies.mellin_barnes import MellinBarnes
from longtail.frequencies.normalizer.enumerated import EnumeratedMarginal, log_poisson
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

STRESS_PRIORS = {
    "Zipf": Zipf,
    "steep Zipf": lambda n: Zipf(n, 3),
    "flat Zipf": lambda n: Zipf(n, 0.5),
    "geometric": lambda n: Geometric(n, 0.9),
    "slow geometric": lambda n: Geometric(n, 0.9999),
    "two points": lambda n: TwoPoint(max(1, n // 100), n - max(1, n // 100), 0.01),
    "lognormal": Lognormal,
    "wide lognormal": lambda n: Lognormal(n, 3),
    "Pareto": lambda n: Pareto(n, 1.5),
    "Pareto without mean": lambda n: Pareto(n, 0.6),
    "with zeros": lambda n: FrequencyList([0, 1, 2, 3, 4, 5], [n // 2, *[n // 10] * 5]),
}
UNBOUNDED = ("lognormal", "wide lognormal", "Pareto", "Pareto without mean")  # need no answer at n far above N


def engine(prior) -> MellinBarnes:
    return MellinBarnes(prior, compress(prior), 1e-9)


@pytest.mark.parametrize("name", STRESS_PRIORS)
@pytest.mark.parametrize("n_subpopulations", [20, 1000, 10**9])
def test_no_value_breaks_pascals_rule_beyond_its_claim(name, n_subpopulations):
    """E(j, k) = E(j, k + 1) + E(j + 1, k), whose terms take different contours; ordinary cells must reach 1e-9."""
    marginal_of = marginal(STRESS_PRIORS[name](n_subpopulations), "normalized", 1e-9)
    for n in (1, 1000, 10**7):
        for count in (0, 2):
            if count > n or (n > 30 * n_subpopulations and name in UNBOUNDED):
                continue
            whole = marginal_of.power_sum(count, n - count)
            more, same = marginal_of.power_sum(count + 1, n - count), marginal_of.power_sum(count, n - count + 1)
            claim = max(whole.relative_error, more.relative_error, same.relative_error)
            if n <= 30 * n_subpopulations:
                assert claim <= 1e-9, (n, count)
            if claim <= 1e-6:
                assert math.expm1(np.logaddexp(more.log, same.log) - whole.log) == pytest.approx(0, abs=2 * claim)


@pytest.mark.parametrize("n", [100, 10**4, 10**6])
@pytest.mark.parametrize("prior", [TwoPoint(20, 180, 0.05), FrequencyList([5, 2, 1], [10, 20, 30])])
def test_against_the_exact_sum_over_all_normalizers(prior, n):
    """Also where answers are e^-700 and smaller: there the line runs through a saddle point far left."""
    exact, integral = EnumeratedMarginal(compress(prior)), engine(prior)
    for count in (0, 1, 2, 5, n // 1000):
        expected, value = exact.power_sum(count, n - count), integral.power_sum(count, n - count)
        assert value.relative_error < 1e-9
        assert value.log - expected.log == pytest.approx(0, abs=value.relative_error + expected.relative_error)


@pytest.mark.parametrize("prior", [Zipf(1000), Lognormal(1000, 2)])
def test_neighboring_counts_share_lines(prior):
    """E(j, k) = E(j, k + 1) + E(j + 1, k) across the ends of the ranges that share one, at n = 1,000.

    Lines of their own would be 34 and 35; 4 are computed.
    """
    integral = engine(prior)
    for j in range(9, 61, 3):
        whole, more, same = (integral.power_sum(*jk) for jk in ((j, 999 - j), (j + 1, 999 - j), (j, 1000 - j)))
        claim = max(whole.relative_error, more.relative_error, same.relative_error)
        assert claim < 1e-10
        assert math.expm1(np.logaddexp(more.log, same.log) - whole.log) == pytest.approx(0, abs=2 * claim)
    assert integral.lines.line.cache_info().misses < 9


@pytest.mark.parametrize("prior", [TwoPoint(1000, 490_000, 0.1), TwoPoint(200_000, 290_000, 0.1)])
def test_half_a_million_draws_enumerated_keep_their_digits(prior):
    """All masses sum to one: factorials of half a million, taken as differences of logarithms, made it 1 - 4e-10."""
    exact = EnumeratedMarginal(compress(prior))
    assert exact.power_sum(1, 0).value == pytest.approx(1, abs=1e-13)
    assert exact.weight(0, 1).value == pytest.approx(1, abs=1e-13)


def test_poisson_probabilities_agree_with_mpmath():
    k = np.array([0.0, 1, 5, 19, 20, 40, 1000, 499_000, 500_000, 503_000])
    for expected in (0.3, 20.0, 1e3, 5e5):
        for count, ours in zip(k, log_poisson(k, expected), strict=True):
            with mpmath.workdps(40):
                exact = count * mpmath.log(expected) - expected - mpmath.loggamma(count + 1)
            assert ours == pytest.approx(float(exact), rel=2e-15, abs=3e-13)


@pytest.mark.parametrize("ratio", [0.5, 0.999])
def test_a_claim_far_to_the_left_covers_the_error(ratio):
    """Two frequencies, n = 27,280, e^-18,896: the exponent at the peak is 10^4, and known to 10^4 roundings."""
    prior, j, k = Geometric(2, ratio), 8, 27_272
    with mpmath.workdps(40):
        p = [mpmath.mpf(1), mpmath.mpf(ratio)]
        exact = mpmath.log(sum((a / (a + r)) ** j * (r / (a + r)) ** k for a in p for r in p) / 2)
        value = engine(prior).power_sum(j, k)
        assert abs(value.log - exact) <= value.relative_error


@pytest.mark.parametrize("count", [0, 1, 9, 60])
def test_high_counts_against_the_dirichlet_closed_form(count):
    prior = ScipyPrior(500, scipy.stats.gamma(0.7))
    closed, integral = DirichletMarginal(Dirichlet(500, 0.7)), engine(prior)
    value, expected = integral.power_sum(count, 20_000 - count), closed.power_sum(count, 20_000 - count)
    assert value.relative_error < 1e-9
    assert value.log == pytest.approx(expected.log, abs=1e-9)


def test_a_long_list_agrees_with_the_law_it_was_made_from():
    n = 20_000
    by_list = LongTailModel(prior=FrequencyList(np.arange(1, n + 1) ** -1.2), n_samples=n)
    by_law = LongTailModel(prior=Zipf(n, 1.2), n_samples=n)
    for count in (1, 2, 6, 30, 300):
        assert by_list.tau(count) == pytest.approx(by_law.tau(count), rel=1e-11)
    assert by_list.weight(1e-5, 1e-3) == pytest.approx(by_law.weight(1e-5, 1e-3), rel=1e-9)


def test_exponentially_rare_singletons_are_computed():
    """At N = 1000, n = 10^6 singletons are e^-70 of the examples; the least frequency is then exact to 1e-9."""
    model = LongTailModel(prior=Zipf(1000), n_samples=10**6)
    value, error = model.tau_with_error(1)
    assert error < 1e-9
    assert value > 20 / 10**6
    assert model.expected_number_seen(1) < 1e-25


@pytest.mark.parametrize(
    "model",
    [
        LongTailModel(prior=Zipf(1000), n_samples=10**12),
        LongTailModel(prior=Lognormal(1000), n_samples=10**12),
    ],
)
def test_where_digits_run_out_the_regime_is_named(model):
    """N alpha so large that the logarithm of the answer uses up the digits: an error, and a cost of exactly zero."""
    with pytest.raises(AccuracyError, match="exponentially few"):
        model.tau(1)


def test_twice_as_loose_is_never_asked_for_more():
    """The boundary of the regime moves with rtol: what raises at 1e-9 may answer at 1e-6, and says the same."""
    prior = Zipf(20_000)
    for n in (10**8, 10**9, 10**10):
        value, error = LongTailModel(prior=prior, n_samples=n).tau_with_error(1)
        if error <= 1e-9:
            assert LongTailModel(prior=prior, n_samples=n, rtol=1e-6).tau(1) == pytest.approx(value, rel=1e-6)
        else:
            with pytest.raises(AccuracyError):
                LongTailModel(prior=prior, n_samples=n).tau(1)


def test_all_three_at_scale():
    """N = n = 10^12, a list that nobody could hold (``benchmarks/theory_speed.py`` times it)."""
    model = LongTailModel(prior=Zipf(10**12), n_samples=10**12)
    assert min(model.tau(1), model.unseen_mass, model.singleton_fraction) > 0


def test_counts_far_above_any_likely_frequency_are_a_named_regime():
    """Zipf, N = n = 1,000: the first entry of the list has frequency 0.13. Counts to 100 are answered."""
    model = LongTailModel(prior=Zipf(1000), n_samples=1000)
    assert 100 / 1000 < model.tau(100) < 110 / 1000
    with pytest.raises(AccuracyError, match="the sums cancel"):
        model.tau(400)
