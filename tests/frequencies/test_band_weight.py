"""Weights of bands: two routes to the same number, closed forms, sums to one, and quick refusals."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import scipy.stats

from longtail.errors import AccuracyError
from longtail.frequencies.band_weight import BandWeight
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.frequency_band import band_transform
from longtail.frequencies.normalizer.lines import Lines
from longtail.frequencies.normalizer.pareto_transform import pareto_log_transform
from longtail.theory import FrequencyList, Lognormal, LongTailModel, Pareto, ScipyPrior, Zipf

N = 50_000
LAWS = [Pareto(N, 0.8), Pareto(N, 1.5), Pareto(N, 2), Pareto(10_000, 3.5), Lognormal(N), Lognormal(N, 3)]


def weights(prior) -> BandWeight:
    return BandWeight(Lines(prior, compress(prior)), 1e-9)


@pytest.mark.parametrize(("low", "high"), [(0, 0.3), (1e-5, 0.2), (0.1, 0.9), (0.6, 0.8), (0.3, 1), (0.7, 1)])
@pytest.mark.parametrize("z", [0.4 + 0j, 0.3 + 20j])
def test_the_transform_of_a_band_agrees_with_quadrature(low, high, z):
    """By Gauss-Legendre panels in log u, which know nothing of the alternating series; a turn or less in a panel."""
    start = math.log(low / (1 - low)) if low else -80
    end = math.log(high / (1 - high)) if high < 1 else 120
    nodes, shares = np.polynomial.legendre.leggauss(30)
    panels = np.linspace(start, end, int((end - start) * (abs(z.imag) + 2) / 6) + 3)
    half = np.diff(panels)[:, None] / 2
    x = (panels[:-1] + panels[1:])[:, None] / 2 + half * nodes
    expected = complex((half * shares * np.exp(x * (1 - z)) / (1 + np.exp(x))).sum())
    assert abs(band_transform(low, high, np.array([z]))[0] - expected) < 1e-13 * max(1, abs(expected))


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.5, 4.0])
def test_the_transform_of_a_pareto_law_is_an_exponential_integral(shape):
    """Log M(s) = log(a E_{a+1}(s)) with mpmath at 40 digits, near the imaginary axis, s from 4e-4 to 8."""
    y, angle = -0.003 * np.arange(3333)[::-1] + 2, math.pi / 2 - 0.01
    values = pareto_log_transform(Pareto(2, shape), 0.0)(y, angle)
    with mpmath.workdps(40):
        for i in (0, 1000, 2500, 3332):
            s = mpmath.exp(mpmath.mpc(float(y[i]), angle))
            expected = complex(mpmath.log(shape * mpmath.expint(shape + 1, s)))
            turns = round((values[i] - expected).imag / (2 * math.pi))
            assert abs(values[i] - expected - 2j * math.pi * turns) < 1e-12 * abs(expected)


@pytest.mark.parametrize("prior", LAWS, ids=repr)
def test_bands_sum_to_one(prior):
    n = prior.n_subpopulations
    model = LongTailModel(prior=prior, n_samples=n)
    ends = [0, 0.01 / n, 1 / (3 * n), 0.9 / n, 2 / n, 100 / n, 1]
    bands = [model.weight(*band) for band in pairwise(ends)]
    assert math.fsum(bands) == pytest.approx(1, abs=2e-11)
    # and the command's band near 1/n, which holds two of these
    assert model.weight(1 / (3 * n), 2 / n) == pytest.approx(bands[2] + bands[3], abs=2e-11)


@pytest.mark.parametrize(("n", "shape"), [(3000, 0.8), (3000, 2.5), (10**6, 1.5)])
def test_a_power_law_remains_above_1_over_n(n, shape):
    """Above 1/N the weight is N a H(a) E[R^-a]; by the line it is an integral to which R must contribute."""
    by_pole = weights(Pareto(n, shape))(1.2 / n, 900 / n)
    by_line = weights(Pareto(n, shape))._on_tall_line(0.5, min(shape, 4.0), 1.2 / n, 900 / n, (256.0, 2048.0))
    assert by_line.value == pytest.approx(by_pole.value, rel=by_line.relative_error + by_pole.relative_error)
    assert by_line.relative_error < 2e-11


def test_three_pareto_frequencies_by_direct_integration():
    """N E_R[E_p[p / (p + R); p <= u R]], the density of the sum R of two as an integral; x = 1/R, mpmath."""
    a, b = mpmath.mpf(3) / 2, mpmath.mpf(1) / 5
    u = b / (1 - b)

    def density(r):
        return 2 * mpmath.quad(lambda x: a * x ** (-a - 1) * a * (r - x) ** (-a - 1), [1, r / 2])

    def below(r):
        return mpmath.quad(lambda p: a * p ** (-a) / (p + r), [1, u * r])

    with mpmath.workdps(12):
        expected = 3 * float(mpmath.quad(lambda x: density(1 / x) * below(1 / x) / x**2, [0, u / 8, u]))
    assert LongTailModel(prior=Pareto(3, 1.5), n_samples=3).weight(0, 0.2) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("low", "high"), [(0, 0.25), (0.25, 0.475), (0.3, 0.8), (0.6, 1)])
def test_two_pareto_frequencies_by_their_ratio(low, high):
    """The logarithm of the ratio of two Pareto frequencies is a Laplace variable; mpmath."""
    a, start = mpmath.mpf(3) / 2, mpmath.mpf(low) / (1 - mpmath.mpf(low))
    end = mpmath.mpf(high) / (1 - mpmath.mpf(high)) if high < 1 else mpmath.inf
    ends = [start, 1, end] if start < 1 < end else [start, end]
    expected = mpmath.quad(lambda u: a * u / (1 + u) * (u ** (a - 1) if u < 1 else u ** (-a - 1)), ends)
    assert LongTailModel(prior=Pareto(2, 1.5), n_samples=1).weight(low, high) == pytest.approx(
        float(expected), rel=1e-12
    )


@pytest.mark.parametrize(("prior", "end"), [(Pareto(10**6, 4), 0.75), (Pareto(10**6, 4), 0.9), (Lognormal(10**5), 0.4)])
def test_a_narrow_normalizer_by_monte_carlo_and_by_its_complement(prior, end):
    """Seed 6, 40 draws of R; what is below an end and above it is computed on two routes. |z| > 6: once in 10^9."""
    n, generator = prior.n_subpopulations, np.random.default_rng(6)
    model = LongTailModel(prior=prior, n_samples=1)
    below = []
    for _ in range(40):
        p = generator.pareto(prior.shape, n) + 1 if isinstance(prior, Pareto) else generator.lognormal(0, 1, n)
        alpha = p / p.sum()
        below.append(float(alpha[alpha <= end / n].sum()))
    z = (np.mean(below) - model.weight(0, end / n)) / (np.std(below) / 40**0.5)
    assert abs(z) < 6
    assert model.weight(0, end / n) + model.weight(end / n, 1) == pytest.approx(1, abs=1e-12)


def test_no_pareto_frequency_is_half_of_a_narrow_mean():
    """With N = 10^8 and shape 4 the mean is 4/3, and none is below 1: alpha >= 0.75/N but for R that large."""
    model = LongTailModel(prior=Pareto(10**8, 4), n_samples=1)
    assert model.weight(0, 0.5 / 10**8) == 0
    assert model.weight(0.5 / 10**8, 1) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("answered", "refused"), [(10**5, 10**8)])
def test_the_boundary_of_narrow_pareto_laws(answered, refused):
    """Shape 2.2: the normalizer has too long a tail for its density and at N = 10^8 is too narrow for lines."""
    assert 0 < LongTailModel(prior=Pareto(answered, 2.2), n_samples=1).weight(0, 0.6 / answered) < 1
    with pytest.raises(AccuracyError, match="narrow"):
        LongTailModel(prior=Pareto(refused, 2.2), n_samples=1).weight(0.5454 / refused, 0.5456 / refused)


def test_line_and_density_agree_on_a_weibull_law():
    by_both = weights(ScipyPrior(2000, scipy.stats.weibull_min(0.7)))
    for band in [(1e-5, 1e-4), (1e-4, 2e-3), (2e-3, 1e-2)]:
        assert by_both._by_density(*band).value == pytest.approx(by_both(*band).value, rel=1e-10)


def test_monte_carlo_agrees():
    """Seed 5, 4,000 draws of R with N = 1,000, p integrated over: |z| > 5 by chance once in 1.7 million (x 2)."""
    n, shape, generator = 1000, 1.5, np.random.default_rng(5)
    r = (generator.pareto(shape, (4000, n - 1)) + 1).sum(axis=1)
    x, w = np.polynomial.legendre.leggauss(200)
    for low, high in [(0.2 / n, 0.5 / n), (0.5 / n, 3 / n)]:
        left, right = (np.log(np.maximum(r * end / (1 - end), 1.0)) for end in (low, high))
        half = (right - left) / 2
        p = np.exp((left + right)[:, None] / 2 + half[:, None] * x)
        draws = n * half * ((shape * p**-shape * p / (p + r[:, None])) @ w)
        z = (
            (draws.mean() - LongTailModel(prior=Pareto(n, shape), n_samples=n).weight(low, high))
            / draws.std()
            * 4000**0.5
        )
        assert abs(z) < 5


@pytest.mark.parametrize(
    "prior", [FrequencyList([1, 2**0.5, 3**0.5, 5**0.5], [N // 4] * 4), Zipf(N, 3)], ids=["few values", "steep"]
)
def test_atoms_near_an_end_are_refused(prior):
    """A list whose normalizer has atoms or nearly so: no density, no smooth frequencies."""
    typical = 1 / (N * 1.5956) if isinstance(prior, FrequencyList) else 1 / N
    with pytest.raises(AccuracyError, match="atoms"):
        LongTailModel(prior=prior, n_samples=N).weight(0, typical)
