import numpy as np
import pytest

from longtail.errors import InputError
from longtail.profiles import Losses, memorization_profile
from profiles.planted_profiles import fading, planted


def test_without_noise_every_planted_number_is_found():
    found = memorization_profile(planted(np.random.default_rng(0), effect=fading, noise=0))
    assert found.cohorts.tolist() == [1, 2, 3, 4, 5]
    assert found.checkpoints[found.cohorts].tolist() == [10, 20, 30, 40, 50]
    planted_values = [[fading(g, c) if c >= g else 0 for c in range(6)] for g in range(1, 6)]
    np.testing.assert_allclose(found.value, planted_values, atol=1e-12)
    assert found.lags.tolist() == [-5, -4, -3, -2, 0, 1, 2, 3, 4]
    # lag e is the mean over cohorts 1 to 5 - e, of equal sizes
    means = [np.mean([fading(g, g + lag) for g in range(1, 6 - lag)]) for lag in range(5)]
    assert [one.value for one in found.by_lag] == pytest.approx([0, 0, 0, 0, *means], abs=1e-12)
    assert found.residual.value == pytest.approx(np.mean([fading(g, 5) for g in range(1, 6)]))


def test_intervals_hold_what_was_planted_as_often_as_they_say():
    """Of 120 worlds: the binomial standard deviation of the coverage is 2 points; a band of four of them is a false
    alarm once in 15,000 looks, and there are four. (Of 5,000 worlds, 94.9 to 95.2 % held it.)"""
    rng = np.random.default_rng(7)
    truth = {
        0: np.mean([fading(g, g) for g in range(1, 6)]),
        2: np.mean([fading(g, g + 2) for g in range(1, 4)]),
        -2: 0,
    }
    held = {"cell": 0, **dict.fromkeys(truth, 0)}
    for _ in range(120):
        found = memorization_profile(planted(rng, effect=fading, n=8, n_controls=12))
        held["cell"] += found.low[1, 4] <= fading(2, 4) <= found.high[1, 4]
        for lag, value in truth.items():
            one = found.by_lag[found.lags.tolist().index(lag)]
            held[lag] += one.low <= value <= one.high
    assert all(0.87 <= times / 120 <= 1 for times in held.values()), held


def test_the_standard_error_of_a_mean_is_its_closed_form():
    """At lag 0 the falls of a control telescope over the cohorts: (e_0 - e_5) / 5, with e of variance 1.

    So the variance is 2 / (5 n) + 2 / (25 n_0), and not 2 / (5 n) + 2 / (5 n_0), as if cohorts shared no control. With
    4,000 and 800 examples the estimate of it is within 7 % (three standard errors of a variance of 800 numbers are
    15 % of the smaller part, which is half of it).
    """
    found = memorization_profile(planted(np.random.default_rng(1), effect=fading, n=800, n_controls=800))
    error = (found.instantaneous.high - found.instantaneous.low) / 2 / 1.96
    assert error**2 == pytest.approx(2 / (5 * 800) + 2 / (25 * 800), rel=0.07)


def test_placebos_see_what_fell_differently_before_training():
    alike = memorization_profile(planted(np.random.default_rng(2), effect=fading, n=50, n_controls=50))
    other = memorization_profile(planted(np.random.default_rng(2), effect=fading, n=50, n_controls=50, drift=0.5))
    assert alike.placebo > 0.05 > 1e-6 > other.placebo


def test_sizes_weigh_examples_and_what_has_no_before_is_left_out():
    loss = np.array([[3.0, 1], [3, 1], [3, 2], [3, 2.5], [3, 2.5], [9, 9]])
    step = np.array([5, 5, 6, -1, 99, 0])  # the fifth is met after the last checkpoint, the sixth at the first
    losses = Losses(loss=loss, checkpoints=np.array([0, 10]), step=step, names=tuple("abcdef"))
    found = memorization_profile(losses)
    assert (found.n_controls, found.left_out, found.sizes.tolist()) == (2, 1, [3])
    assert found.instantaneous.value == pytest.approx(5 / 3 - 0.5)
    assert np.isnan(found.placebo)


def rows():
    return {
        "example": ["a", "a", "b", "b"],
        "step": [5, 5, np.nan, np.nan],
        "checkpoint": [0, 9, 0, 9],
        "loss": [3.0, 1, 3, 2],
    }


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("loss", [3, np.nan, 3, 2], "loss must hold finite numbers only; got nan of example 'a' at checkpoint 9"),
        ("loss", [3, np.inf, 3, 2], "got inf of example 'a'"),
        ("step", [5, 6, np.nan, np.nan], "step must be one for each example, trained on once; got two for example 'a'"),
        ("step", [-1, -1, np.nan, np.nan], "step must hold whole numbers of at least 0; got -1"),
        ("checkpoint", [0, 0, 0, 9], "got 2 of example 'a' at checkpoint 0"),
        ("checkpoint", [0, 8, 0, 9], "got 0 of example 'a' at checkpoint 9"),
        ("checkpoint", [0, 9.5, 0, 9], "checkpoint must hold whole numbers"),
        ("example", ["a"], "example must have one entry for each of 4 losses"),
    ],
)
def test_a_table_that_breaks_a_law_is_refused(column, value, said):
    with pytest.raises(InputError, match=said):
        Losses.from_rows(**{**rows(), column: value})


def test_too_few_examples_are_refused():
    with pytest.raises(InputError, match="at least two examples that no checkpoint has met"):
        memorization_profile(Losses.from_rows(**rows()))
    late = Losses(loss=np.ones((4, 1)), checkpoints=np.array([9]), step=np.array([1, 1, -1, -1]), names=tuple("abcd"))
    with pytest.raises(InputError, match="a checkpoint before and one after"):
        memorization_profile(late)
