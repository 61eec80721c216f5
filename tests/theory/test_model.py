"""The model's numbers by other routes: mpmath, exact fractions, closed forms, identities."""

import json
import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from longtail.errors import InputError
from longtail.frequencies.priors import Prior
from longtail.theory import (
    Dirichlet,
    EstimatedPrior,
    FrequencyList,
    Geometric,
    Lognormal,
    LongTailModel,
    Pareto,
    PitmanYor,
    ScipyPrior,
    TwoPoint,
    Uniform,
    Zipf,
)
from theory.exact_enumeration import expected_sum, power_sum

REFERENCE = json.loads((Path(__file__).parent / "reference" / "theory.json").read_text())


def prior_of(case: str, n_subpopulations: int) -> Prior:
    name, parameter = re.match(r"([a-z]+)([\d.]*)", case).groups()
    return {
        "zipf": lambda: Zipf(n_subpopulations, float(parameter)),
        "geom": lambda: Geometric(n_subpopulations, float(parameter)),
        "pareto": lambda: Pareto(n_subpopulations, float(parameter)),
        "lognormal": lambda: Lognormal(n_subpopulations, float(parameter)),
        "uniformlist": lambda: Uniform(n_subpopulations),
        "uniform": lambda: ScipyPrior(n_subpopulations, scipy.stats.uniform(0, 1)),
    }[name]()


@pytest.mark.parametrize("case", REFERENCE["iid_normalised"])
def test_normalized_model_agrees_with_mpmath(case):
    expected = REFERENCE["iid_normalised"][case]
    n = int(expected["n"])
    model = LongTailModel(prior=prior_of(case, int(expected["N"])), n_samples=n, n_classes=10)
    ours = {
        "n_tau1": n * model.tau(1),
        "n_tau2": n * model.tau(2),
        "n_tau3": n * model.tau(3),
        "singles_over_n": model.singleton_fraction,
        "E_phi2": model.expected_number_seen(2),
        "E_phi3": model.expected_number_seen(3),
        "unseen_mass": model.unseen_mass,
        "singleton_mass": model.singleton_mass,
        "doubleton_mass": model.mass_seen(2),
        "opt_m10": model.optimal_error,
        "cost_gamma0p5_m10": model.cost_of_memorization_limit(gamma=0.5),
    }
    for name, value in ours.items():
        assert value == pytest.approx(float(expected[name]), rel=2e-11), name


@pytest.mark.parametrize("case", [case for case, x in REFERENCE["iid_normalised"].items() if "weight_0_1overn" in x])
def test_weight_of_a_band_agrees_with_the_density_of_the_normalizer(case):
    expected = REFERENCE["iid_normalised"][case]
    n = int(expected["n"])
    model = LongTailModel(prior=prior_of(case, int(expected["N"])), n_samples=n)
    assert model.weight(1 / (3 * n), 2 / n) == pytest.approx(float(expected["weight_1over3n_2overn"]), rel=1e-11)
    assert model.weight(0, 1 / n) == pytest.approx(float(expected["weight_0_1overn"]), rel=1e-11)


@pytest.mark.parametrize("frequencies", [(1, 1), (1, 0, 2), (1, 2, 3, 4), (5, 5, 1, 1, 1)])
def test_weight_of_a_band_agrees_with_exact_fractions(frequencies):
    """Ends that are values of alpha are inside, although their floats are rounded."""
    model = LongTailModel(prior=FrequencyList(frequencies), n_samples=3)
    for low, high in [(0, Fraction(1, 3)), (Fraction(1, 3), Fraction(1, 2)), (Fraction(1, 2), 1), (0, 1)]:
        expected = expected_sum(frequencies, lambda alpha, low=low, high=high: alpha * (low <= alpha <= high))
        assert model.weight(float(low), float(high)) == pytest.approx(float(expected), rel=1e-12)


def test_weight_under_a_dirichlet_prior_by_both_engines():
    closed = LongTailModel(prior=Dirichlet(500, 0.7), n_samples=1)
    integral = LongTailModel(prior=ScipyPrior(500, scipy.stats.gamma(0.7)), n_samples=1)
    for band in [(0, 0.001), (0.001, 0.01), (0.01, 1)]:
        assert integral.weight(*band) == pytest.approx(closed.weight(*band), rel=1e-8)


@pytest.mark.parametrize("prior", [Zipf(3000, 0.8), Geometric(3000, 0.999)])
def test_weight_of_a_fixed_list_is_a_sum(prior):
    """Against the plain sum over the list, with ends on entries and between them."""
    i = np.arange(3000)
    values = (i + 1.0) ** -0.8 if isinstance(prior, Zipf) else 0.999**i
    values /= values.sum()
    for engine in (prior, FrequencyList(values)):
        model = LongTailModel(prior=engine, n_samples=1, convention="fixed")
        for low, high in [(values[2000], values[1000]), (values[2999] * 1.0001, values[10] * 0.9999), (0, values[7])]:
            expected = math.fsum(values[(values >= low) & (values <= high)])
            assert model.weight(low, high) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", REFERENCE["fixed_list_variant_B"])
def test_fixed_list_agrees_with_mpmath(case):
    expected = REFERENCE["fixed_list_variant_B"][case]
    exponent, n_subpopulations, n = map(float, re.match(r".*s=([\d.]+) N=(\d+) n=(\d+)", case).groups())
    model = LongTailModel(prior=Zipf(n_subpopulations, exponent), n_samples=n, convention="fixed")
    ours = [n * model.tau(1), n * model.tau(2), model.singleton_fraction, model.unseen_mass, model.singleton_mass]
    for value, name in zip(ours, ["n_tau1", "n_tau2", "singles_over_n", "unseen_mass", "singleton_mass"], strict=True):
        assert value == pytest.approx(float(expected[name]), rel=1e-13), name


@pytest.mark.parametrize(
    "frequencies",
    [(1,), (3, 3), (1, 0), (1, 0, 0, 0), (2, 1, 0), (1, Fraction(1, 2), Fraction(1, 3)), (1, 2, 3, 4, 5), (7, 1, 1, 0)],
)
@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_tiny_problems_agree_with_exact_fractions(frequencies, n):
    model = LongTailModel(prior=FrequencyList([float(f) for f in frequencies]), n_samples=n)
    for count in range(n + 1):
        number = power_sum(frequencies, count, n - count)
        mass = power_sum(frequencies, count + 1, n - count)
        ways = math.comb(n, count)
        assert model.expected_number_seen(count) == pytest.approx(float(ways * number), rel=1e-12)
        assert model.mass_seen(count) == pytest.approx(float(ways * mass), rel=1e-12)
        if number:
            assert model.tau(count) == pytest.approx(float(mass / number), rel=1e-12)


def test_dirichlet_prior_gives_laplace_smoothing():
    """Under Dirichlet(a, …, a) tau_l = (a + l) / (N a + n)."""
    model = LongTailModel(prior=Dirichlet(1000, 0.3), n_samples=10**9)
    for count in (0, 1, 2, 10, 1000):
        assert model.tau(count) == pytest.approx((0.3 + count) / (300 + 10**9), rel=1e-12)


def test_dirichlet_closed_form_agrees_with_the_mellin_barnes_integral():
    """A gamma law given as any other scipy law takes the other engine."""
    closed = LongTailModel(prior=Dirichlet(500, 0.7), n_samples=2000)
    integral = LongTailModel(prior=ScipyPrior(500, scipy.stats.gamma(0.7)), n_samples=2000)
    for count in range(6):
        assert integral.mass_seen(count) == pytest.approx(closed.mass_seen(count), rel=1e-10)


@pytest.mark.parametrize("case", ["pitman_yor d=0.5 theta=10.0 n=50000", "pitman_yor d=0.0 theta=1000.0 n=10000"])
def test_pitman_yor_agrees_with_its_closed_form(case):
    expected = REFERENCE["closed_form"][case]
    discount, concentration, n = map(float, re.findall(r"[\d.]+", case))
    model = LongTailModel(prior=PitmanYor(concentration, discount), n_samples=n)
    assert model.tau(1) == pytest.approx((1 - discount) / (n + concentration), rel=1e-12)
    assert model.unseen_mass == pytest.approx(float(expected["unseen_mass"]), rel=1e-12)
    assert model.expected_number_seen(2) == pytest.approx(float(expected["E_phi2"]), rel=1e-12)


def test_the_same_prior_in_four_descriptions():
    numbers = {
        LongTailModel(prior=prior, n_samples=300).unseen_mass
        for prior in (
            TwoPoint(3, 97, 0.05),
            FrequencyList([1.0] * 3 + [0.05] * 97),
            FrequencyList([20, 1], [3, 97]),
            EstimatedPrior([20, 1], [0.3, 9.7], 100),
        )
    }
    assert max(numbers) == pytest.approx(min(numbers), rel=1e-13)


def test_log_moment_where_the_moment_underflows():
    """E[alpha^l] of a Zipf frequency at n = 10^12 is below the smallest float from l ~ 28 on."""
    log = LongTailModel(prior=Zipf(10**12), n_samples=10**12).log_moment(40, 10**12)
    assert -1200 < log < -745


WRONG = {
    "negative frequency": lambda: FrequencyList([1, -1]),
    "NaN frequency": lambda: FrequencyList([1, math.nan]),
    "infinite frequency": lambda: FrequencyList([1, math.inf]),
    "only zeros": lambda: FrequencyList([0, 0]),
    "fractional counts": lambda: FrequencyList([1, 2], [1, 0.5]),
    "N = 0": lambda: Zipf(0),
    "N not whole": lambda: Zipf(1.5),
    "N beyond floats": lambda: Zipf(1e30),
    "n beyond floats": lambda: LongTailModel(prior=Zipf(10), n_samples=10**16),
    "N NaN": lambda: Uniform(math.nan),
    "exponent": lambda: Zipf(10, -1),
    "ratio": lambda: Geometric(10, 1.5),
    "discount": lambda: PitmanYor(1, 1),
    "a law on the whole line": lambda: ScipyPrior(10, scipy.stats.norm()),
    "no law": lambda: ScipyPrior(10, 3),
    "n = 0": lambda: LongTailModel(prior=Zipf(10), n_samples=0),
    "n not whole": lambda: LongTailModel(prior=Zipf(10), n_samples=2.5),
    "n is text": lambda: LongTailModel(prior=Zipf(10), n_samples="ten"),
    "one class": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=1),
    "guess": lambda: LongTailModel(prior=Zipf(10), n_samples=10, guess_probability=1.5),
    "convention": lambda: LongTailModel(prior=Zipf(10), n_samples=10, convention="loose"),
    "fixed law": lambda: LongTailModel(prior=Pareto(10, 1), n_samples=10, convention="fixed"),
    "l > n": lambda: LongTailModel(prior=Zipf(10), n_samples=10).tau(11),
    "l < 0": lambda: LongTailModel(prior=Zipf(10), n_samples=10).tau(-1),
    "band": lambda: LongTailModel(prior=Zipf(10), n_samples=10).weight(0.2, 0.1),
    "band outside": lambda: LongTailModel(prior=Zipf(10), n_samples=10).weight(-0.2, 0.1),
    "band NaN": lambda: LongTailModel(prior=Zipf(10), n_samples=10).weight(0, math.nan),
    "no labels": lambda: LongTailModel(prior=Zipf(10), n_samples=10).optimal_error,
    "gamma": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_memorization_limit(1.5),
    "epsilon": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_label_privacy(-1),
    "delta": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_privacy(1, 2),
    "max_count": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_privacy(1, 0, 0),
    "exponent is text": lambda: Zipf(10, "one"),
    "ratio is text": lambda: Geometric(10, "half"),
    "counts are text": lambda: FrequencyList([1, 2], ["a", "b"]),
    "no prior": lambda: LongTailModel(prior=[3, 1, 1], n_samples=10),
    "rtol is text": lambda: LongTailModel(prior=Zipf(10), n_samples=10, rtol="fine"),
    "guess below chance": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=10, guess_probability=0.01),
    "gamma is text": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_memorization_limit("a"),
    "epsilon is text": lambda: LongTailModel(prior=Zipf(10), n_samples=10, n_classes=2).cost_of_label_privacy("a"),
    "band is text": lambda: LongTailModel(prior=Zipf(10), n_samples=10).weight("a", 1),
    "always seen": lambda: LongTailModel(prior=Uniform(1), n_samples=3).tau(1),
    "unseen of infinitely many": lambda: LongTailModel(prior=PitmanYor(1), n_samples=3).tau(0),
}


@pytest.mark.parametrize("what", WRONG)
def test_bad_input_is_one_line(what):
    with pytest.raises(InputError, match=r" must .*; got ") as caught:
        WRONG[what]()
    assert "\n" not in str(caught.value)
