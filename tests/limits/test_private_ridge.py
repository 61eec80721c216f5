"""Private ridge regression: its sums, how far one example moves them, its noise, and attacks on extremes."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import Ridge

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.names import named_learner
from longtail.limits import PrivateRidge
from longtail.limits.asked_for import asked_for, with_parts
from longtail.privacy_accounting import GaussianRelease

INNER = named_learner("ridge", "regression")


def ridge(**settings):
    usual = {"epsilon": 1.0, "low": -1.0, "high": 1.0, "target_low": -1.0, "target_high": 1.0}
    return PrivateRidge(inner=INNER, **{**usual, **settings})


def vector(limit, X, y):
    """The two sums as one vector: an entry beside the diagonal stands for two, so it weighs the root of two."""
    squares, products = limit.released(limit._rows(X), limit._targets(y), np.random.default_rng(0))
    upper = np.triu_indices(len(products), 1)
    return np.concatenate([np.diag(squares), np.sqrt(2) * squares[upper], products])


@pytest.mark.parametrize("longest", [0.5, 2.0, 10.0])
def test_no_example_moves_the_sums_further_than_it_says_and_an_extreme_one_does_so_far(longest):
    """Examples far outside of all ranges, and at their corners, added to thirty others."""
    limit = ridge(longest=longest, control="no-noise")
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    extremes = [rng.normal(size=4) * 10.0**power for power in (-3, 0, 3, 30) for _ in range(20)]
    extremes += [np.array(corner, float) for corner in np.ndindex(2, 2, 2, 2)]
    moved = [
        np.linalg.norm(vector(limit, np.vstack([X, x]), np.append(y, t)) - vector(limit, X, y))
        for x in extremes
        for t in (-1e30, -1.0, 0.3, 1.0, np.inf)
    ]
    most = longest if longest < np.sqrt(5) else np.sqrt(5)
    assert max(moved) == pytest.approx(most * np.sqrt(most**2 + 1))
    assert max(moved) <= limit.sensitivity * (1 + 1e-9)


def test_the_noise_has_one_deviation_on_every_coordinate_and_is_what_the_guarantee_counts():
    """4,000 releases: a deviation is known to 1.1 %, so 28 of them leave 6 % once in 10^6."""
    limit = ridge()
    rows, targets = np.zeros((1, 6)), np.zeros(1)
    rng = np.random.default_rng(1)
    upper = np.triu_indices(6, 1)
    drawn = []
    for _ in range(4000):
        squares, products = limit.released(rows, targets, rng)
        np.testing.assert_array_equal(squares, squares.T)
        drawn.append(np.concatenate([np.diag(squares), np.sqrt(2) * squares[upper], products]))
    drawn = np.array(drawn)
    assert drawn.std(axis=0) == pytest.approx(np.full(27, limit.noise), rel=0.06)
    correlation = np.corrcoef(drawn.T) - np.eye(27)
    assert np.abs(correlation).max() < 0.09
    assert GaussianRelease(mu=limit.sensitivity / limit.noise).epsilon_at(1e-5) == pytest.approx(1.0, rel=1e-6)
    assert limit.guarantee.bound.value <= 1.0
    assert ridge(control="no-noise").guarantee.bound is None


def test_the_best_attack_on_an_extreme_example_stays_below_the_ceiling():
    """Likelihood ratio of 4,000 releases with and without a corner of full norm (seed 2): the curve of the guarantee.

    The ceiling is reached, so a share above it by more than five standard errors (0.04) has a chance below 10^-6.
    """
    limit = ridge(epsilon=2.0, longest=2.0)
    X, y = np.zeros((20, 3)), np.zeros(20)
    x = np.full(3, 1e9)
    rng = np.random.default_rng(2)
    without, rows = limit._rows(X), limit._rows(np.vstack([X, x]))
    shift_squares, shift_products = np.outer(rows[-1], rows[-1]), rows[-1] * 1.0
    scores = {}
    for name, (each, targets) in {"out": (without, y), "in": (rows, np.append(y, 1.0))}.items():
        scores[name] = []
        for _ in range(4000):
            squares, products = limit.released(each, targets, rng)
            moved = squares - without.T @ without, products - without.T @ y
            scores[name].append((moved[0] * shift_squares).sum() + moved[1] @ shift_products)
    event = GaussianRelease(mu=limit.sensitivity / limit.noise)
    for alpha in (0.01, 0.1, 0.5):
        found = (np.array(scores["in"]) > np.quantile(scores["out"], 1 - alpha)).mean()
        assert found == pytest.approx(float(event.attack_ceiling(alpha)), abs=0.04)


def test_without_noise_and_within_the_ranges_it_is_ridge_regression():
    """An unpenalized intercept differs, so both have none: the constant is a feature of both."""
    rng = np.random.default_rng(3)
    X = rng.uniform(-1, 1, size=(80, 3))
    y = np.clip(X @ [0.4, -0.2, 0.1] + 0.1 * rng.normal(size=80), -1, 1)
    limit = ridge(longest=10.0, penalty=3.0, control="no-noise")
    found = limit.fit_predict(X, y, X, n_classes=0, seed=0).values
    ones = np.column_stack([X, np.ones(80)])
    np.testing.assert_allclose(found, Ridge(3.0, fit_intercept=False).fit(ones, y).predict(ones), rtol=1e-9)


def test_much_privacy_predicts_the_middle_and_little_noise_predicts_well():
    rng = np.random.default_rng(4)
    X = rng.uniform(0, 5, size=(4000, 3))
    y = 10 + X @ [1.0, 2.0, -1.0] + 0.5 * rng.normal(size=4000)
    data = Dataset.from_arrays(X[:3000], y[:3000], X[3000:], y[3000:], task="regression")
    r2 = []
    for epsilon in (8, 1, 0.01):
        (limit,) = asked_for([f"private-ridge:epsilon={epsilon}"], data, INNER)
        found = limit.fit_predict(data.X, data.target, data.X_test, n_classes=0, seed=5).values
        r2.append(1 - np.mean((found - data.target_test) ** 2) / data.target.var())
    assert r2[0] > 0.85
    assert r2[0] > r2[1] > r2[2]
    assert [part.control for part in with_parts([limit])] == ["private", "no-noise"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"epsilon": 0.0}, "epsilon must be positive and finite"),
        ({"delta": 1.0}, "delta must lie strictly between 0 and 1"),
        ({"longest": np.inf}, "longest must be positive and finite"),
        ({"low": (0.0, 1.0), "high": 1.0}, "low and high must be finite, equally many"),
        ({"target_low": 1.0}, "target_low and target_high must be finite and in order"),
        ({"penalty": -1.0}, "penalty must be at least 0"),
        ({"control": "half"}, "control must be"),
    ],
)
def test_what_is_refused(settings, said):
    with pytest.raises(InputError, match=said):
        ridge(**settings)


def test_classes_are_refused_before_anything_is_trained():
    data = Dataset.from_arrays(np.eye(4), [0, 1, 0, 1])
    with pytest.raises(InputError, match="limits must hold for classes"):
        asked_for(["private-ridge:epsilon=1"], data, named_learner("logistic"))


def test_a_normal_law_is_what_the_ceiling_says():
    """The curve at mu = 1 by SciPy's normal law."""
    assert float(GaussianRelease(mu=1.0).attack_ceiling(0.1)) == pytest.approx(stats.norm.sf(stats.norm.isf(0.1) - 1))
