"""Adaptive clipping: where the norm goes, what the noise of two parts adds up to, and who is kept by the bound."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits import DPSGD, AdaptiveDPSGD
from longtail.limits.followed_norms import next_norm, split_noise

NETWORK = CompiledMLP(hidden=8)


@pytest.mark.parametrize("quantile", [0.2, 0.5, 0.9])
def test_the_norm_goes_to_the_quantile_of_norms(quantile):
    """Norms are log-normal draws, seed 0: the quantile is known, and found within a tenth of its logarithm's spread."""
    rng = np.random.default_rng(0)
    norms, norm, last = np.exp(rng.normal(1.0, 1.0, 4000)), 100.0, []
    for step in range(300):
        norm = next_norm(norm, float((norms <= norm).mean()), quantile=quantile, least=0.0)
        last += [norm] * (step >= 250)
    assert abs(np.log(np.mean(last)) - np.log(np.quantile(norms, quantile))) < 0.1


def test_it_never_falls_below_the_bound_and_comes_back_from_it():
    norm = 5.0
    for _ in range(100):
        norm = next_norm(norm, 1.0, quantile=0.5, least=2.0)
    assert norm == 2.0
    assert next_norm(norm, 0.0, quantile=0.5, least=2.0) > 2.0


@pytest.mark.parametrize("multiplier", [0.3, 1.0, 7.0])
@pytest.mark.parametrize("expected", [2.0, 50.0, 4000.0])
def test_sum_and_count_together_are_one_gaussian_mechanism(multiplier, expected):
    """One example moves the sum by 1 and the count by 1/2: in units of their noise, by 1 / z in all."""
    of_sum, of_count = split_noise(multiplier, expected)
    assert np.hypot(1 / of_sum, 0.5 / of_count) == pytest.approx(1 / multiplier)
    assert of_sum <= multiplier * 1.16  # The count never takes more than a quarter of the squared budget.


@pytest.mark.parametrize("multiplier", [0.0, 1e300, np.inf])
def test_a_multiplier_whose_square_is_no_number_is_refused(multiplier):
    with pytest.raises(InputError, match="multiplier must lie between"):
        split_noise(multiplier, 100.0)


def test_it_guarantees_what_it_remedies_does_at_the_same_settings():
    limit = AdaptiveDPSGD(inner=NETWORK, epsilon=3, sampling_rate=0.25, public_size=40)
    fixed = limit.remedied()
    assert isinstance(fixed, DPSGD)
    assert (fixed.epsilon, fixed.sampling_rate, fixed.public_size) == (3, 0.25, 40)
    assert limit.guarantee == fixed.guarantee
    assert limit.guarantee.bound.value <= 3


def test_a_bound_that_clips_nothing_trains_like_plain_descent():
    """At a huge epsilon noise is next to nothing: blobs that are apart are told apart, with any bound."""
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    X = np.clip(np.eye(3, 5)[y] * 0.8 + rng.random((90, 5)) * 0.2, 0, 1).astype(np.float32)
    for least in (0.0, 1.0, 50.0):
        limit = AdaptiveDPSGD(inner=NETWORK, epsilon=500, sampling_rate=0.5, least_norm=least, learning_rate=2.0)
        assert (limit.fit_predict(X, y, X, n_classes=3, seed=0).labels == y).mean() > 0.95


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"quantile": 1.0}, "quantile must lie strictly between 0 and 1"),
        ({"least_norm": -1.0}, "least_norm must be at least 0 and finite"),
        ({"first_norm": 0.0}, "first_norm must be positive and finite"),
        ({"epsilon": -1.0}, "epsilon must be positive and finite"),
    ],
)
def test_settings_out_of_range_are_refused(settings, said):
    with pytest.raises(InputError, match=said):
        AdaptiveDPSGD(inner=NETWORK, **{"epsilon": 3.0, **settings})
