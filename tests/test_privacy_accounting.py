"""A second accountant (RDP), a published figure, the analytic Gaussian, and the inverse."""

import math

import pytest
from dp_accounting import dp_event
from dp_accounting.rdp import RdpAccountant
from scipy.optimize import brentq
from scipy.stats import norm

from longtail.errors import InputError
from longtail.privacy_accounting import noise_multiplier_for, subsampled_gaussian_epsilon


def renyi_epsilon(noise, rate, steps, delta):
    accountant = RdpAccountant()
    accountant.compose(dp_event.PoissonSampledDpEvent(rate, dp_event.GaussianDpEvent(noise)), steps)
    return accountant.get_epsilon(delta)


def test_published_run():
    """Noise 1.1, 60 epochs of batches of 256 of 60,000, delta 1e-5: published PLD 2.380, PRV 2.390."""
    found = subsampled_gaussian_epsilon(1.1, 256 / 60_000, 60 * 60_000 // 256, 1e-5)
    assert found == pytest.approx(2.380, rel=0.01)


@pytest.mark.parametrize(("noise", "rate", "steps"), [(1.1, 0.01, 1000), (0.7, 0.05, 100), (4.0, 0.5, 200)])
def test_renyi_accountant_is_looser_and_near(noise, rate, steps):
    """Rényi accounting is another upper bound on the same quantity, known to be looser by up to a fifth here."""
    found = subsampled_gaussian_epsilon(noise, rate, steps, 1e-5)
    other = renyi_epsilon(noise, rate, steps, 1e-5)
    assert 0.8 * other < found < other


def test_one_step_without_sampling_is_the_analytic_gaussian():
    """Phi(1/2s - es) - e^e Phi(-1/2s - es) = delta (Balle and Wang), solved for e."""
    noise, delta = 2.0, 1e-5

    def excess(epsilon):
        left = norm.cdf(1 / (2 * noise) - epsilon * noise)
        return left - math.exp(epsilon) * norm.cdf(-1 / (2 * noise) - epsilon * noise) - delta

    assert subsampled_gaussian_epsilon(noise, 1.0, 1, delta) == pytest.approx(brentq(excess, 0.01, 20), rel=1e-3)


def test_steps_of_the_unsampled_gaussian_compose_as_one_with_less_noise():
    """T steps of noise s are one step of noise s / sqrt(T)."""
    many = subsampled_gaussian_epsilon(8.0, 1.0, 16, 1e-5)
    assert many == pytest.approx(subsampled_gaussian_epsilon(2.0, 1.0, 1, 1e-5), rel=1e-3)


@pytest.mark.parametrize("epsilon", [0.5, 8.0])
def test_noise_keeps_the_promise_and_hardly_more(epsilon):
    noise = noise_multiplier_for(epsilon, 0.1, 50, 1e-5)
    assert subsampled_gaussian_epsilon(noise, 0.1, 50, 1e-5) <= epsilon
    assert subsampled_gaussian_epsilon(0.998 * noise, 0.1, 50, 1e-5) > epsilon


def test_no_noise_no_privacy():
    assert subsampled_gaussian_epsilon(0.0, 0.1, 1, 1e-5) == math.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delta": 0.0}, "delta must lie strictly between 0 and 1; got 0.0."),
        ({"delta": 1.0}, "delta must"),
        ({"sampling_rate": 0.0}, "sampling_rate must"),
        ({"steps": 0}, "steps must"),
        ({"noise_multiplier": -1.0}, "noise_multiplier must"),
    ],
)
def test_bad_input(change, message):
    run = {"noise_multiplier": 1.0, "sampling_rate": 0.1, "steps": 10, "delta": 1e-5} | change
    with pytest.raises(InputError, match=message):
        subsampled_gaussian_epsilon(**run)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.inf, math.nan])
def test_bad_epsilon(epsilon):
    with pytest.raises(InputError, match="epsilon must be positive and finite"):
        noise_multiplier_for(epsilon, 0.1, 10, 1e-5)
