"""Parametric fits: they find what made the data, refuse what did not, and keep the identities of their families."""

import numpy as np
import pytest
from scipy.stats import kstest

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import FrequencyCounts, fit_tail
from longtail.tail.tail_fit import _expected, _pitman_yor
from longtail.theory import Lognormal, LongTailModel, Zipf
from ten_priors import draw


def sampled(name, n=5000, seed=0):
    return FrequencyCounts.from_counts(draw(name, n, n, generator(seed, "fit", name)).counts)


def test_it_finds_what_made_the_data():
    """As near as one draw of the frequencies allows: how often the list's first entries were drawn moves the slope."""
    zipf = fit_tail(sampled("Zipf 1"), "zipf")
    assert zipf.prior.exponent == pytest.approx(1.0, abs=0.12)
    assert zipf.prior.n_subpopulations == pytest.approx(5000, rel=0.3)
    lognormal = fit_tail(sampled("lognormal"), "lognormal")
    assert lognormal.prior.sigma == pytest.approx(1.0, abs=0.1)
    pitman_yor = fit_tail(sampled("Pitman–Yor"), "pitman-yor")
    assert pitman_yor.prior.discount == pytest.approx(0.5, abs=0.06)
    assert min(fit.p_value for fit in (zipf, lognormal, pitman_yor)) > 0.001


@pytest.mark.parametrize(
    ("name", "shape"), [("geometric", "zipf"), ("geometric", "lognormal"), ("two-point", "pitman-yor")]
)
def test_another_shape_is_not_called_a_fit(name, shape):
    fit = fit_tail(sampled(name), shape)
    assert fit.p_value < 1e-4
    assert "does not fit" in fit.verdict


def test_the_test_is_honest_where_the_shape_is_right():
    """40 uniform p-values would be this small with probability 0.1 %; seeds 0 to 39."""
    values = [fit_tail(sampled("Pitman–Yor", 2000, seed), "pitman-yor").p_value for seed in range(40)]
    assert kstest(values, "uniform", alternative="greater").pvalue > 0.001


def test_examples_are_conserved_by_the_pitman_yor_formula():
    """The expected counts sum to n over all multiplicities: here n = 60, below the pooled cell."""
    counts = FrequencyCounts.from_counts([9, 7, 5, 5, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
    _, expected = _pitman_yor(counts.fingerprint)
    assert counts.n_samples == 60
    assert np.arange(1, 101) @ expected[:-1] == pytest.approx(60, rel=1e-9)
    assert expected[-1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("prior", [Zipf(3000, 0.8), Lognormal(3000, 1.5)])
def test_expected_fingerprints_agree_with_the_theory(prior):
    """The model with its random normalizer: the plug-in differs by the normalizer's variance, some percent here."""
    model = LongTailModel(prior=prior, n_samples=3000, n_classes=2)
    expected = _expected(prior, 3000)
    for count in (1, 2, 3):
        assert expected[count - 1] == pytest.approx(model.expected_number_seen(count), rel=0.03)


def test_what_every_member_fits_is_refused():
    with pytest.raises(InputError, match="tell members of a family apart"):
        fit_tail(FrequencyCounts.from_counts([1, 1, 1]), "zipf")
    with pytest.raises(InputError, match="be one of zipf, lognormal, pitman-yor"):
        fit_tail(FrequencyCounts.from_counts([1, 2, 3]), "weibull")
