"""Persons with one to fifty rows: exposure by person beside rows alone, and the attack beside its matrices."""

import numpy as np
import pytest
from scipy.stats import kstest

from longtail.errors import InputError
from longtail.membership import roc, unit_lira, unit_vulnerability, vulnerability
from longtail.outcomes import Outcomes
from longtail.scores.mann_whitney import one_sided_p_value
from longtail.scores.memorization import memorization
from longtail.scores.unit_memorization import unit_memorization
from longtail.scores.units import units_of


def persons(seed, sizes, n_trials=60, leak=0.0, shared=0.7):
    """Confidences of rows: what is common to a person's rows in a trial, noise, and ``leak`` in some of the rows."""
    rng = np.random.default_rng(seed)
    person = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    inclusion = (rng.random((n_trials, len(sizes))) < 0.5)[:, person]
    common = rng.normal(size=(n_trials, len(sizes)))[:, person]
    leaks = leak * (rng.random(len(person)) < 0.1)
    confidence = 3 * rng.normal(size=len(person)) + shared * common + rng.normal(size=inclusion.shape)
    confidence += leaks * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence.astype(np.float32)), person


@pytest.fixture(scope="module")
def null():
    return persons(0, np.random.default_rng(1).integers(1, 51, 400))


def p_values(exposed):
    return one_sided_p_value(exposed.value, exposed.n_in, exposed.n_out)


def test_under_the_null_a_person_is_exposed_as_often_as_the_level_says_and_rows_are_not(null):
    """400 persons, 5 %: outside [2.2, 8.5] % is chance in 1 of 200. The rows, each at 5 %, accuse half of them."""
    outcomes, person = null
    by_person = p_values(unit_vulnerability(outcomes, person)) <= 0.05
    assert 0.022 <= by_person.mean() <= 0.085
    of_rows = p_values(vulnerability(outcomes)) <= 0.05
    by_row = np.bincount(person, of_rows) > 0
    assert by_row.mean() > 0.35


def test_rows_taken_for_independent_accuse_persons_with_many_rows(null):
    """The mean of the rows' statistics with the variance of independent rows: every fourth person and more."""
    outcomes, person = null
    rows = vulnerability(outcomes)
    z = (rows.value - 0.5) / np.sqrt((rows.n_in + rows.n_out + 1) / (12 * rows.n_in * rows.n_out))
    summed = np.bincount(person, z) / np.sqrt(np.bincount(person))
    assert (summed > 1.645)[np.bincount(person) >= 10].mean() > 0.2


def test_p_values_of_persons_are_uniform_under_the_null(null):
    """Kolmogorov and Smirnov's test at one in a thousand; ranks of 60 models are fine enough for it."""
    assert kstest(p_values(unit_vulnerability(*null)), "uniform").pvalue > 1e-3


def test_under_the_null_the_attack_finds_members_as_often_as_others(null):
    """24,000 pairs; the area's own interval, twice as wide, is missed in less than 1 of 1,000."""
    outcomes, person = null
    curve = roc(unit_lira(outcomes, person), level=0.999)
    assert curve.auc.low < 0.5 < curve.auc.high
    assert curve.auc.high - curve.auc.low < 0.1


def test_the_attack_is_the_likelihood_ratio_of_its_matrices():
    """A person's rows by matrices: the covariance of residuals, the shifts without target and partner."""
    outcomes, person = persons(3, [1, 2, 4, 3, 5, 2, 6, 1], n_trials=24, leak=2.0)
    confidence, inclusion = outcomes.confidence.astype(float), outcomes.inclusion
    scores = unit_lira(outcomes, person).score
    residual = confidence.copy()
    for side in (True, False):
        for row in range(24):
            mine = inclusion[:, row] == side
            residual[mine, row] -= confidence[mine, row].mean()
    covariance = residual.T @ residual / 22
    for trial in (0, 11, 23):
        for unit in range(3):
            rows = np.flatnonzero(person == unit)
            inside = inclusion[:, rows[0]]
            partner = next((trial + k) % 24 for k in range(1, 24) if inside[(trial + k) % 24] != inside[trial])
            left = np.setdiff1d(np.arange(24), [trial, partner])
            mean_in, mean_out = (confidence[left][:, rows][inside[left] == side].mean(0) for side in (True, False))
            shift, own = mean_in - mean_out, covariance[np.ix_(rows, rows)]
            weight = shift / np.diag(own)
            plain = weight @ (confidence[trial, rows] - (mean_in + mean_out) / 2)
            expected = plain * (weight @ shift) / (weight @ own @ weight)
            assert scores[trial, unit] == pytest.approx(expected, rel=1e-4)


def test_dependence_matters_where_persons_differ_in_size_and_leak_in_few_rows():
    """Planted leaks, seed 4: the sum that ignores dependence lets persons with many rows cross a common threshold."""
    outcomes, person = persons(4, [1, 2, 5, 10, 20, 50] * 20, leak=2.5, shared=1.0)
    measured, ignored = (
        roc(unit_lira(outcomes, person, dependence=how)).tpr_at_1_percent.value for how in ("measured", "ignored")
    )
    assert measured > 1.2 * ignored > 0.05


def test_persons_of_one_row_are_rows():
    outcomes, _ = persons(5, [1] * 30, leak=3.0)
    alone = np.arange(30)
    np.testing.assert_array_equal(unit_vulnerability(outcomes, alone).value, vulnerability(outcomes).value)
    rows, units = memorization(outcomes), unit_memorization(outcomes, alone)
    for name in ("value", "low", "high", "n_in", "n_out"):
        np.testing.assert_allclose(getattr(units, name), getattr(rows, name), atol=1e-12)


def test_memorization_of_a_person_is_the_mean_of_its_rows_and_its_interval_covers(null):
    outcomes, person = null
    units, rows = unit_memorization(outcomes, person), memorization(outcomes)
    np.testing.assert_allclose(units.value, np.bincount(person, rows.value) / np.bincount(person), atol=1e-12)
    assert ((units.low <= 0) & (units.high >= 0)).mean() >= 0.95  # nothing is memorized: 400 intervals hold 0
    assert (units.q_value <= 0.05).sum() == 0


def test_where_performance_is_a_number_a_person_is_its_mean():
    rng = np.random.default_rng(7)
    person = np.repeat(np.arange(12), 3)
    inclusion = (rng.random((24, 12)) < 0.5)[:, person]
    loss = rng.exponential(size=inclusion.shape) * (1 - 0.8 * inclusion)
    found = unit_memorization(
        Outcomes.from_arrays(inclusion, performance=loss, performance_name="squared_error"), person
    )
    for unit in (0, 11):
        mean, inside = loss[:, person == unit].mean(axis=1), inclusion[:, 3 * unit]
        assert found.value[unit] == pytest.approx(mean[~inside].mean() - mean[inside].mean())
        assert found.low[unit] <= found.value[unit] <= found.high[unit]


def test_torn_units_and_other_lengths_are_refused():
    outcomes, person = persons(6, [2, 3, 4, 1, 1, 1, 1, 1])
    torn = person.copy()
    torn[0] = (torn[0] + 1) % 8
    with pytest.raises(InputError, match="together must name units that are in or out of every trial as a whole"):
        units_of(outcomes, torn)
    with pytest.raises(InputError, match="name a unit for each of 14 rows"):
        unit_lira(outcomes, person[:-1])
