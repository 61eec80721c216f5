"""The efficient estimator against known truths: less error than counting, intervals that cover, ties broken rightly."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import t as student

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import kernel_ridge_control, memorization

N = 800


def _study(seed, n_trials, heavy=False, n=N):
    """Margins around example means, mostly far above zero; in models are right. Returns outcomes and the truth."""
    rng = np.random.default_rng(seed)
    mean = np.where(rng.random(n) < 0.15, rng.normal(0, 2, n), rng.normal(5, 1.5, n))
    scale = rng.uniform(1.0, 2.0, n)
    inclusion = rng.random((n_trials, n)) < 0.7
    noise = rng.standard_t(5, inclusion.shape) if heavy else rng.standard_normal(inclusion.shape)
    margin = np.where(inclusion, 8 + noise, mean + scale * noise)
    out_right = student.cdf(mean / scale, 5) if heavy else ndtr(mean / scale)
    return Outcomes.from_arrays(inclusion, margin > 0, margin.astype(np.float32)), 1 - out_right


@pytest.mark.parametrize("heavy", [False, True])
def test_less_error_than_counting_and_intervals_that_cover(heavy):
    """Six studies of 40 trials, seeds 0 to 5. Coverage of 4,800 intervals, among the 700 that are memorized too."""
    ours, plain, covered, high_covered = [], [], [], []
    for seed in range(6):
        outcomes, truth = _study(seed, 40, heavy)
        efficient = memorization(outcomes, estimator="efficient")
        ours.append(((efficient.value - truth) ** 2).mean())
        plain.append(((memorization(outcomes).value - truth) ** 2).mean())
        covered.append((efficient.low <= truth) & (truth <= efficient.high))
        high_covered.append(covered[-1][truth > 0.2])
        assert (efficient.low <= efficient.value).all()
        assert (efficient.value <= efficient.high).all()
        assert "empirical Bayes" in efficient.method
    assert np.mean(ours) <= 0.65 * np.mean(plain)
    assert np.mean(covered) >= 0.95
    assert np.concatenate(high_covered).mean() >= 0.93


def test_error_goes_to_zero_with_many_trials():
    outcomes, truth = _study(7, 2000, heavy=True, n=300)
    assert np.sqrt(((memorization(outcomes, estimator="efficient").value - truth) ** 2).mean()) < 0.012


def test_counts_and_q_values_are_those_of_the_plain_difference():
    outcomes, _ = _study(1, 30)
    plain, efficient = memorization(outcomes), memorization(outcomes, estimator="efficient")
    for name in ("n_in", "n_out", "correct_in", "correct_out", "q_value"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(efficient, name))
    assert plain.estimand == efficient.estimand


def test_undetermined_stays_undetermined():
    outcomes, _ = _study(2, 20, n=50)
    inclusion = outcomes.inclusion.copy()
    inclusion[:, 3] = True
    again = Outcomes.from_arrays(inclusion, outcomes.correct, outcomes.margin)
    scores = memorization(again, estimator="efficient")
    assert np.isnan([scores.value[3], scores.low[3], scores.high[3]]).all()
    assert np.isfinite(np.delete(scores.value, 3)).all()


def test_kernel_ridge_control_is_retraining_without_two_to_first_order():
    """w_ij against kernel ridge solved again without i and without i and j; and the mean of the control is zero."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 2)), np.arange(12) % 3
    squared = ((X[:, None] - X) ** 2).sum(axis=2)
    K, Y = np.exp(-squared / np.median(squared)), 2.0 * np.eye(3)[y] - 1

    def outputs(i, left_out):
        kept = np.setdiff1d(np.arange(12), left_out)
        return K[i, kept] @ np.linalg.solve(K[np.ix_(kept, kept)] + np.eye(len(kept)), Y[kept])

    inclusion = np.ones((12, 12), bool)
    inclusion[np.arange(12), np.arange(12)] = False  # trial j leaves out j alone
    control = kernel_ridge_control(X, y, inclusion)
    moves = np.zeros((12, 12))
    for i in range(12):
        base = outputs(i, [i])
        rival = np.where(np.arange(3) == y[i], -np.inf, base).argmax()
        for j in range(12):
            without = outputs(i, [i, j])
            moves[i, j] = (without - base)[y[i]] - (without - base)[rival]
    expected = ((~inclusion) - 1 / 12) @ moves.T
    np.testing.assert_allclose(control, expected, atol=1e-5)
    np.testing.assert_allclose(control.mean(axis=0), 0, atol=1e-6)


def test_a_control_that_explains_margins_helps():
    rng = np.random.default_rng(3)
    outcomes, truth = _study(3, 30)
    control, noise = rng.standard_normal((2, *outcomes.inclusion.shape))
    mean = 2 * ndtri(np.clip(1 - truth, 1e-9, 1 - 1e-9))
    margin = np.where(outcomes.inclusion, 8 + noise, mean + 1.8 * control + 0.87 * noise)
    study = Outcomes.from_arrays(outcomes.inclusion, margin > 0, margin)
    errors = [
        ((memorization(study, estimator="efficient", control=c).value - truth) ** 2).mean() for c in (None, control)
    ]
    assert errors[1] < 0.8 * errors[0]


def test_what_it_needs_is_said():
    outcomes, _ = _study(4, 20, n=30)
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct)
    with pytest.raises(InputError, match="hold margins"):
        memorization(bare, estimator="efficient")
    with pytest.raises(InputError, match='estimator must be "difference" or "efficient"'):
        memorization(bare, estimator="best")
    with pytest.raises(InputError, match="control must have the shape"):
        memorization(outcomes, estimator="efficient", control=np.zeros((2, 2)))
    with pytest.raises(InputError, match="control must be given with"):
        memorization(outcomes, control=np.zeros((20, 30)))
    few, _ = _study(4, 8, n=30)
    with pytest.raises(InputError, match="at least 10 trials"):
        memorization(few, estimator="efficient")
