"""Guarantees and ceilings, against optimal tests, quadrature and a published table."""

import math

import numpy as np
import pytest
from dp_accounting import dp_event
from dp_accounting.rdp import RdpAccountant
from scipy.integrate import quad
from scipy.stats import norm

from longtail.errors import InputError
from longtail.privacy_accounting import ApproximatePrivacy, GaussianRelease, PrivateTraining
from longtail.privacy_noise import noise_multiplier_for, subsampled_gaussian_epsilon

MNIST = PrivateTraining(noise_multiplier=1.1, sampling_probability=256 / 60_000, steps=60 * 60_000 // 256)
RATES = np.array([0.0, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 1.0])


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("mu", [0.3, 1.0, 3.0])
def test_gaussian_delta_is_the_integral_of_what_exceeds(mu, epsilon):
    """The integral of (p - e^eps q)_+, by quadrature where the likelihood ratio is above e^eps."""
    start = epsilon / mu + mu / 2
    value, _ = quad(lambda x: norm.pdf(x, mu) - np.exp(epsilon) * norm.pdf(x), start, start + 12, epsabs=1e-14)
    assert GaussianRelease(mu=mu).delta_at(epsilon) == pytest.approx(value, abs=1e-11)


@pytest.mark.parametrize("event", [GaussianRelease(mu=0.5), GaussianRelease(mu=4.0), ApproximatePrivacy(epsilon=2.0)])
def test_epsilon_and_delta_are_inverses(event):
    for epsilon in (0.1, 0.5, 1.5):
        assert event.epsilon_at(event.delta_at(epsilon)) == pytest.approx(epsilon, abs=1e-8)
    assert event.epsilon_at(1.0) == 0.0


def test_the_gaussian_ceiling_is_the_curve_of_the_best_test_and_the_envelope_of_its_promises():
    release = GaussianRelease(mu=1.3)
    thresholds = np.linspace(-3, 4, 8)
    np.testing.assert_allclose(release.attack_ceiling(norm.sf(thresholds)), norm.sf(thresholds - 1.3), rtol=1e-12)
    guarantees = [ApproximatePrivacy(epsilon=e, delta=release.delta_at(e)) for e in np.linspace(0, 8, 2000)]
    envelope = np.min([guarantee.attack_ceiling(RATES) for guarantee in guarantees], axis=0)
    np.testing.assert_allclose(envelope, release.attack_ceiling(RATES), atol=1e-5)


def test_randomized_response_reaches_its_ceiling():
    epsilon = 1.7
    truth = np.exp(epsilon) / (1 + np.exp(epsilon))
    assert ApproximatePrivacy(epsilon=epsilon).attack_ceiling(1 - truth) == pytest.approx(truth)


def test_no_privacy_loss_leaves_the_diagonal():
    np.testing.assert_allclose(ApproximatePrivacy(epsilon=0.0).attack_ceiling(RATES), RATES)


def test_training_without_sampling_is_one_gaussian_release():
    """Ten full-batch steps at noise 5 are one release with mu = sqrt(10) / 5; the grid of the PLD costs 1e-3."""
    training = PrivateTraining(noise_multiplier=5.0, sampling_probability=1.0, steps=10)
    release = GaussianRelease(mu=np.sqrt(10) / 5)
    assert release.epsilon_at(1e-5) <= training.epsilon_at(1e-5) <= release.epsilon_at(1e-5) + 2e-3
    gap = training.attack_ceiling(RATES) - release.attack_ceiling(RATES)
    assert gap.min() >= -1e-9
    assert gap.max() < 2e-3


def test_the_mnist_tutorial():
    """Noise 1.1, batches of 256, 60 epochs: epsilon 2.380 at delta 1e-5 (PLD; RDP says 2.594)."""
    assert MNIST.epsilon_at(1e-5) == pytest.approx(2.380, abs=0.005)
    assert MNIST.attack_ceiling(0.001) < 0.0062
    assert ApproximatePrivacy(epsilon=MNIST.epsilon_at(1e-5), delta=1e-5).attack_ceiling(0.001) > 0.0108


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: ApproximatePrivacy(epsilon=-1.0), "epsilon"),
        (lambda: ApproximatePrivacy(epsilon=1.0, delta=2.0), "delta"),
        (lambda: GaussianRelease(mu=0.0), "mu"),
        (lambda: PrivateTraining(noise_multiplier=0.0, sampling_probability=0.1, steps=1), "noise_multiplier"),
        (lambda: PrivateTraining(noise_multiplier=1.0, sampling_probability=2.0, steps=1), "sampling_probability"),
        (lambda: PrivateTraining(noise_multiplier=1.0, sampling_probability=0.1, steps=0), "steps"),
        (lambda: PrivateTraining(noise_multiplier=1.0, sampling_probability=0.1, steps=10**9), "steps .*100,000,000"),
        (lambda: subsampled_gaussian_epsilon(0.001, 0.5, 100, 1e-5), "noise_multiplier must be large enough"),
        (lambda: GaussianRelease(mu=1.0).attack_ceiling(1.5), "false_positive_rate"),
        (lambda: GaussianRelease(mu=1.0).delta_at(-1.0), "epsilon"),
    ],
)
def test_bad_input_is_refused(make, argument):
    with pytest.raises(InputError, match=argument):
        make()


def renyi_epsilon(noise, rate, steps, delta):
    accountant = RdpAccountant()
    accountant.compose(dp_event.PoissonSampledDpEvent(rate, dp_event.GaussianDpEvent(noise)), steps)
    return accountant.get_epsilon(delta)


def test_published_run_of_dp_sgd():
    """Noise 1.1, 60 epochs of batches of 256 of 60,000, delta 1e-5: published PLD 2.380, PRV 2.390."""
    found = subsampled_gaussian_epsilon(1.1, 256 / 60_000, 60 * 60_000 // 256, 1e-5)
    assert found == pytest.approx(2.380, rel=0.01)


@pytest.mark.parametrize(("noise", "rate", "steps"), [(1.1, 0.01, 1000), (0.7, 0.05, 100), (4.0, 0.5, 200)])
def test_renyi_accountant_is_looser_and_near(noise, rate, steps):
    """Rényi accounting is another upper bound on the same quantity, known to be looser by up to a fifth here."""
    found = subsampled_gaussian_epsilon(noise, rate, steps, 1e-5)
    other = renyi_epsilon(noise, rate, steps, 1e-5)
    assert 0.8 * other < found < other


@pytest.mark.parametrize(
    ("epsilon", "rate", "steps", "delta"),
    [(0.02, 1.0, 2_000, 1e-9), (0.5, 0.1, 50, 1e-5), (8.0, 0.1, 50, 1e-5), (10.0, 0.001, 1, 1e-9)],
)
def test_noise_keeps_the_promise_and_hardly_more(epsilon, rate, steps, delta):
    noise = noise_multiplier_for(epsilon, rate, steps, delta)
    assert subsampled_gaussian_epsilon(noise, rate, steps, delta) <= epsilon
    assert subsampled_gaussian_epsilon(0.998 * noise, rate, steps, delta) > epsilon


def test_no_noise_no_privacy():
    assert subsampled_gaussian_epsilon(0.0, 0.1, 1, 1e-5) == math.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delta": 0.0}, "delta must lie strictly between 0 and 1; got 0.0."),
        ({"delta": 1.0}, "delta must"),
        ({"sampling_rate": 0.0}, "sampling_probability must"),
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
    with pytest.raises(InputError, match="epsilon must be (positive and finite|a number)"):
        noise_multiplier_for(epsilon, 0.1, 10, 1e-5)
