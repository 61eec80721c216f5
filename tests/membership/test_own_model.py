"""A model that is no trial of the study."""

import numpy as np
import pytest
from scipy.special import log_softmax
from scipy.stats import kstest, norm

from longtail.errors import InputError
from longtail.membership import attack_model, confidence_from_logits
from longtail.outcomes import Outcomes


@pytest.fixture
def shadows():
    rng = np.random.default_rng(0)
    inclusion = rng.random((40, 500)) < 0.5
    confidence = rng.normal(size=(40, 500)) + 2.5 * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def test_members_are_called_at_low_rates_and_others_at_uniform_ones(shadows):
    """The test of uniformity fails in one seed of 1,000; 500 independent candidates."""
    rng = np.random.default_rng(1)
    inside = rng.random(500) < 0.5
    found = attack_model(shadows, rng.normal(size=500) + 2.5 * inside)
    assert np.median(found.false_positive_rate[inside]) < 0.05
    assert kstest(found.false_positive_rate[~inside], "uniform").pvalue > 1e-3


def test_score_is_the_log_ratio_of_two_fits(shadows):
    own = np.linspace(-3, 5, 500)
    found = attack_model(shadows, own, variance="per_example")
    for i in (0, 250, 499):
        sides = [shadows.confidence[side, i] for side in (shadows.inclusion[:, i], ~shadows.inclusion[:, i])]
        logs = [norm.logpdf(own[i], side.mean(), side.std(ddof=1)) for side in sides]
        assert found.score[i] == pytest.approx(logs[0] - logs[1])


def test_confidences_come_from_logits():
    rng = np.random.default_rng(2)
    logits, labels = 5 * rng.normal(size=(20, 4)), rng.integers(0, 4, 20)
    p = np.exp(log_softmax(logits, axis=1))[np.arange(20), labels]
    np.testing.assert_allclose(confidence_from_logits(logits, labels), np.log(p / (1 - p)), rtol=1e-9)


def test_confidences_of_other_examples_are_refused(shadows):
    with pytest.raises(InputError, match="confidence must be one number for each of 500 training examples"):
        attack_model(shadows, np.zeros(499))
