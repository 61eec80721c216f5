"""A model that is no trial of the study."""

import numpy as np
import pytest
from scipy.special import log_softmax
from scipy.stats import kstest, norm

from longtail.errors import InputError
from longtail.membership import attack_model, attack_model_by_unit, confidence_from_logits
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


def of_persons(seed, n_models=40):
    """Sixty persons of 1 to 9 rows that share half of their noise, and which of them each model had."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(60), rng.integers(1, 10, 60))
    inside = rng.random((n_models, 60)) < 0.5
    noise = 0.7 * rng.normal(size=(n_models, 60))[:, person] + 0.7 * rng.normal(size=(n_models, len(person)))
    return person, inside, noise + 1.5 * inside[:, person]


def test_a_person_is_attacked_by_all_of_its_rows():
    """Seed 0: the last model is the attacked one. Rates of persons that were out are uniform, whatever their rows.

    The test of uniformity fails in one seed of 1,000; of 10 models with some 30 such persons each.
    """
    person, inside, confidence = of_persons(0, 50)
    table = Outcomes.from_arrays(inside[:40, person], confidence[:40] > 0, confidence=confidence[:40])
    rates = [attack_model_by_unit(table, own, person).false_positive_rate for own in confidence[40:]]
    out = np.concatenate([rate[~inside[40 + n]] for n, rate in enumerate(rates)])
    assert kstest(out, "uniform").pvalue > 1e-3
    many = np.bincount(person) >= 5
    called = np.concatenate([rate[inside[40 + n] & many] for n, rate in enumerate(rates)])
    by_row = np.concatenate(
        [
            attack_model(table, own).false_positive_rate[(inside[40 + n] & many)[person]]
            for n, own in enumerate(confidence[40:])
        ]
    )
    assert (called < 0.05).mean() > (by_row < 0.05).mean() + 0.1


def test_persons_of_one_row_are_attacked_as_rows_are_with_one_variance():
    """For one row the score is the log ratio of two normal laws of one pooled-by-row variance: a closed form."""
    rng = np.random.default_rng(3)
    inside = rng.random((30, 20)) < 0.5
    table = Outcomes.from_arrays(inside, inside, confidence=rng.normal(size=(30, 20)) + 2 * inside)
    own = rng.normal(size=20)
    found = attack_model_by_unit(table, own, np.arange(20))
    for i in (0, 7, 19):
        sides = [table.confidence[side, i].astype(float) for side in (inside[:, i], ~inside[:, i])]
        variance = sum(((side - side.mean()) ** 2).sum() for side in sides) / 28
        law = norm(scale=np.sqrt(variance))
        ratio = law.logpdf(own[i] - sides[0].mean()) - law.logpdf(own[i] - sides[1].mean())
        assert np.sign(found.score[i]) == np.sign(ratio)
        assert found.score[i] == pytest.approx(ratio, rel=0.1)


def test_torn_units_are_refused(shadows):
    with pytest.raises(InputError, match="together"):
        attack_model_by_unit(shadows, np.zeros(500), np.arange(500) // 2)


def test_confidences_come_from_logits():
    rng = np.random.default_rng(2)
    logits, labels = 5 * rng.normal(size=(20, 4)), rng.integers(0, 4, 20)
    p = np.exp(log_softmax(logits, axis=1))[np.arange(20), labels]
    np.testing.assert_allclose(confidence_from_logits(logits, labels), np.log(p / (1 - p)), rtol=1e-9)


def test_confidences_of_other_examples_are_refused(shadows):
    with pytest.raises(InputError, match="confidence must be one number for each of 500 training examples"):
        attack_model(shadows, np.zeros(499))
