"""The cost of not interpolating: against quadrature, against other estimators of one sample, and in its limits."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from longtail.errors import InputError
from longtail.theory.interpolation import best_training_error, interpolation_cost


def _mean(function, ratio):
    """Integrate over the Marchenko–Pastur density."""
    c = 1 / ratio

    def at(angle):
        z = 1 + c + 2 * math.sqrt(c) * math.cos(angle)
        return function(z) * 2 * math.sin(angle) ** 2 / (math.pi * z)

    return quad(at, 0, math.pi, limit=400)[0]


@pytest.mark.parametrize(("ratio", "noise"), [(1.2, 0.5), (2.0, 0.1), (6.0, 0.01), (2.0, 1e15), (1e34, 0.1)])
def test_both_errors_are_the_integrals(ratio, noise):
    least = best_training_error(ratio=ratio, noise=noise)
    assert least == pytest.approx(_mean(lambda z: noise**2 / (z + noise), ratio), rel=1e-9)
    for times in (1.0001, 1.5, 4.0):
        cost = interpolation_cost(times * least, ratio=ratio, noise=noise)
        x = cost.edge
        assert _mean(lambda z, x=x: noise**2 * x**2 / ((z + noise) * (x - z) ** 2), ratio) == pytest.approx(
            times * least
        )
        excess = _mean(lambda z, x=x: noise**2 * z / ((z + noise) * (x - z) ** 2), ratio) / ratio
        assert cost.excess == pytest.approx(excess, rel=1e-6)


def test_the_price_is_the_slope_and_tends_to_its_limit():
    ratio, noise = 3.0, 0.05
    least = best_training_error(ratio=ratio, noise=noise)
    below, at, above = (interpolation_cost(t * least, ratio=ratio, noise=noise) for t in (2.999, 3.0, 3.001))
    assert (above.excess - below.excess) / (0.002 * least) == pytest.approx(at.price, rel=1e-4)
    far = interpolation_cost(10.0, ratio=ratio, noise=noise)
    assert far.price == pytest.approx(1 / (1 + math.sqrt(3.0)) ** 2, rel=1e-6)
    assert interpolation_cost(least, ratio=ratio, noise=noise).excess == pytest.approx(0, abs=1e-20)


def test_little_noise_is_fitted_to_its_square():
    """sigma^4 / (1 - 1 / gamma): of its own accord far closer than the noise."""
    assert best_training_error(ratio=2.0, noise=1e-5) == pytest.approx(2e-10, rel=1e-4)


def test_no_estimator_of_that_training_error_predicts_better():
    """One sample, its own spectrum: 200 other corrections of the same training error move further from the best."""
    rng, n, d, noise = np.random.default_rng(0), 40, 80, 0.3
    features = rng.standard_normal((n, d))
    labels = features @ rng.standard_normal(d) / math.sqrt(d) + math.sqrt(noise) * rng.standard_normal(n)
    spectrum, axes = np.linalg.eigh(features @ features.T / d)
    residual = axes @ (axes.T @ labels * noise / (spectrum + noise))
    x = 1.3 * spectrum[-1]
    error = axes @ (axes.T @ residual / (1 - spectrum / x))
    step = -features.T @ error / (d * x)
    assert residual - features @ step == pytest.approx(error)
    target, least = np.sum(error**2), np.sum(step**2)
    for trial in range(200):
        other = rng.standard_normal(d) if trial % 2 else step + 0.3 * np.linalg.norm(step) * rng.standard_normal(d)
        moved = features @ other  # |residual - s moved|^2 = target has its smallest root in s here:
        a, b, c = moved @ moved, -2 * residual @ moved, residual @ residual - target
        root = min(abs((-b + sign * math.sqrt(b * b - 4 * a * c)) / (2 * a)) for sign in (1, -1))
        assert root**2 * (other @ other) >= least * (1 - 1e-9)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ((0.001, 2.0, 0.1), "training_error must be finite and at least that of the best estimator, 0.0148331"),
        ((math.inf, 2.0, 0.1), "training_error must be finite"),
        ((0.1, 1.0, 0.1), "ratio must be finite and above 1; got 1."),
        ((0.1, 2.0, 1e300), "noise must lie between 1e-100 and 1e100; got 1e+300."),
        ((0.1, 2.0, 0.0), "noise must lie between 1e-100 and 1e100; got 0."),
    ],
)
def test_what_cannot_be_is_one_line(given, line):
    with pytest.raises(InputError) as caught:
        interpolation_cost(given[0], ratio=given[1], noise=given[2])
    assert str(caught.value).startswith(line)
