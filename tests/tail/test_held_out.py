"""The held-out check: on points whose subpopulations and frequencies are known."""

import numpy as np
import pytest
from scipy.stats import binom

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import check_on_held_out
from longtail.tail.held_out import share


def test_predictions_come_true_where_subpopulations_are_points():
    """Zipf frequencies over 2,000 well separated points: at any small radius a subpopulation is a point.

    Two 95 % intervals of one quantity overlap in more than 99 % of data sets; 4 pairs, false alarm below 4 %, seed 0.
    """
    which = generator(0, "zipf").choice(2000, size=4000, p=(1 / np.arange(1, 2001)) / (1 / np.arange(1, 2001)).sum())
    for check in check_on_held_out(which[:, None].astype(float), which % 3, [0.1, 0.5]):
        assert check.unseen_agrees
        assert check.singleton_agrees
        assert check.unseen_measured.value > 0.05
        assert check.to_json()["unseen_agrees"] is True


@pytest.mark.parametrize(("fraction", "radius"), [(0.5, 0.4), (0.1, 1.5)], ids=["half", "so few that lists lack them"])
def test_measured_shares_are_what_a_plain_loop_finds(fraction, radius):
    stream = generator(0, "points")
    X, y = stream.normal(size=(60, 2)), stream.integers(2, size=60)
    (check,) = check_on_held_out(X, y, [radius], fraction=fraction, seed=3)
    shuffled = generator(3, "held-out").permutation(60)
    kept, rest = np.split(shuffled, [round(60 * fraction)])
    near = [[k for k in kept if y[k] == y[i] and np.hypot(*(X[k] - X[i])) <= radius] for i in rest]
    alone = [sum(y[j] == y[k] and np.hypot(*(X[j] - X[k])) <= radius for j in kept) == 1 for k in range(60)]
    assert check.unseen_measured.value == pytest.approx(np.mean([not found for found in near]))
    singles = [len(found) == 1 and alone[found[0]] for found in near]
    assert check.singleton_measured.value == pytest.approx(np.mean(singles))


def test_shares_have_clopper_pearson_intervals():
    """The ends are where the observed number is just as extreme as the level allows."""
    estimate = share(7, 40, 0.9)
    assert binom.sf(6, 40, estimate.low) == pytest.approx(0.05)
    assert binom.cdf(7, 40, estimate.high) == pytest.approx(0.05)
    assert (share(0, 10, 0.9).low, share(10, 10, 0.9).high) == (0.0, 1.0)


@pytest.mark.parametrize("fraction", [0, 1, 0.999])
def test_bad_fractions_are_refused(fraction):
    with pytest.raises(InputError, match="fraction"):
        check_on_held_out([[0.0], [1.0], [1.1]], [0, 0, 0], [1.0], fraction=fraction)
