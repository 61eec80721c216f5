"""The curvature that linear models share, against differences of a loss that is written down anew."""

import numpy as np
import pytest
from scipy.special import log_softmax

from longtail.learners.linear.curvature import inverse_hessian
from longtail.learners.linear.losses import cross_entropy, squared_hinge
from longtail.learners.linear.pool import Pool, SubsetObjective

PENALTY, SHARE = 2.0, 0.7


def of_all(n, loss, n_classes=3):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n, 4)).astype(np.float32), np.arange(n) % n_classes
    objective = SubsetObjective.of(
        Pool.of(X, y, n_classes, standardize=False),
        [np.arange(n)],
        loss,
        lambda present: np.full(len(present), PENALTY),
        standardize=False,
        penalize_intercept=loss is squared_hinge,
    )
    return objective, (0.3 * rng.normal(size=(5, 1, n_classes))).astype(np.float32), rng


def hessian(value, point, step=1e-3):
    """Central second differences of a function, in double precision."""
    n = point.size
    shifts = step * np.eye(n)
    return np.array(
        [
            [
                (value(point + a + b) - value(point + a - b) - value(point - a + b) + value(point - a - b))
                for b in shifts
            ]
            for a in shifts
        ]
    ) / (4 * step**2)


def loss_of(objective, kind):
    """Of flat coefficients, class after class, with the weight of a subset and a penalty on weights and intercepts."""
    features, labels = objective.pool.features.astype(float), objective.pool.labels

    def value(flat):
        coefficients = flat.reshape(-1, features.shape[1])
        scores = features @ coefficients.T
        if kind is cross_entropy:
            losses = -log_softmax(scores, axis=1)[np.arange(len(labels)), labels]
        else:
            sides = 2 * np.eye(scores.shape[1])[labels] - 1
            losses = (np.maximum(0, 1 - sides * scores) ** 2).sum(axis=1)
        on_intercepts = 1e-3 if kind is cross_entropy else PENALTY
        penalty = PENALTY * (coefficients[:, :-1] ** 2).sum() + on_intercepts * (coefficients[:, -1] ** 2).sum()
        return SHARE * losses.sum() + penalty / 2

    return value


@pytest.mark.parametrize("kind", [cross_entropy, squared_hinge])
def test_it_undoes_the_hessian(kind):
    """Whole where there are enough examples, and for support vector machines always."""
    objective, point, rng = of_all(40, kind)
    exact = hessian(loss_of(objective, kind), point[:, 0].T.ravel().astype(float))
    step = rng.normal(size=(3, 5))
    slopes = (exact @ step.ravel()).reshape(3, 5).T[:, None, :]
    found = inverse_hessian(objective, point, SHARE)(slopes.astype(np.float32))
    np.testing.assert_allclose(found[:, 0].T, step, atol=2e-3)


def test_few_examples_are_best_by_class_among_steps_that_add_nothing_to_all():
    """The quadratic of the blocks, minimized over steps that sum to zero, by one dense system with its multipliers."""
    objective, point, rng = of_all(12, cross_entropy)
    exact = hessian(loss_of(objective, cross_entropy), point[:, 0].T.ravel().astype(float))
    blocks = np.zeros((15, 15))
    for c in range(3):
        rows = slice(5 * c, 5 * c + 5)
        blocks[rows, rows] = exact[rows, rows]
    sums = np.tile(np.eye(5), (1, 3))
    system = np.block([[blocks, sums.T], [sums, np.zeros((5, 5))]])
    slopes = rng.normal(size=(3, 5))
    best = np.linalg.solve(system, np.concatenate([slopes.ravel(), np.zeros(5)]))[:15].reshape(3, 5)
    best += slopes.mean(axis=0) / np.array([PENALTY] * 4 + [np.inf])
    found = inverse_hessian(objective, point, SHARE)(slopes.T[:, None, :].astype(np.float32))
    np.testing.assert_allclose(found[:, 0].T, best, atol=1e-3)
