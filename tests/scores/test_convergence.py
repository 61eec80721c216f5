"""Forecasts against what then happens: power by simulation, widths and stability in larger studies."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import memorization, outlook, top_stability
from longtail.scores.convergence import expected_width, visible_memorization
from longtail.scores.significance import fisher_p_value


def _study(seed, n_trials, n=300):
    """Truths are the same for every seed: one in five is memorized, from 0 to 0.9."""
    truth = np.where(np.arange(n) % 5 == 0, np.linspace(0, 0.9, n), 0.02)
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, n)) < 0.7
    return Outcomes.from_arrays(inclusion, inclusion | (rng.random(inclusion.shape) > truth)), truth


def test_visible_memorization_is_found_four_times_in_five():
    """20,000 examples at exactly that memorization, seed 0: 80 % are found; 4 sigma are 1.2 points."""
    rng = np.random.default_rng(0)
    for n_in, n_out, threshold in [(70, 30, 0.001), (280, 120, 1e-5), (14, 6, 0.05)]:
        height = visible_memorization(n_in, n_out, threshold)
        right_out = rng.binomial(n_out, 1 - height, 20_000)
        found = fisher_p_value(n_in, n_in, right_out, n_out) <= threshold
        assert found.mean() == pytest.approx(0.8, abs=0.012)
    assert np.isnan(visible_memorization(4, 2, 1e-6))


def test_outlook_comes_true():
    outcomes, truth = _study(0, 100)
    before = outlook(memorization(outcomes))
    assert before.n_trials == 100
    assert before.more_trials is not None
    assert before.then_visible <= 0.7 * before.visible
    later, _ = _study(1, 100 + before.more_trials)
    after = outlook(memorization(later))
    assert after.visible == pytest.approx(before.then_visible, rel=0.25)
    q = memorization(later).q_value
    assert (q[truth > after.visible] <= 0.05).mean() > 0.8
    assert str(before).startswith("With 100 trials you can see memorization above 0.")
    assert "more would bring 0." in str(before)


def test_widths_are_forecast():
    outcomes, _ = _study(2, 80)
    later, _ = _study(3, 320)
    forecast = np.nanmean(expected_width(memorization(outcomes), 320))
    real = memorization(later)
    assert forecast == pytest.approx(np.nanmean(real.high - real.low), rel=0.15)
    with pytest.raises(InputError, match="n_trials must be at least 1"):
        expected_width(real, 0)


def test_the_top_is_more_stable_with_more_trials():
    outcomes, _ = _study(4, 400)
    stability = top_stability(outcomes, 30)
    assert list(stability) == [50, 100, 200]
    assert stability[50] < stability[200]
    assert stability[200] > 0.75
    assert top_stability(outcomes, 30) == stability
    with pytest.raises(InputError, match="n_trials must lie"):
        top_stability(outcomes, 30, [300])


def test_nothing_can_be_seen_with_few_trials():
    outcomes, _ = _study(5, 8)
    seen = outlook(memorization(outcomes))
    assert np.isnan(seen.visible)
    assert "no memorization can be told from chance; " in str(seen)
