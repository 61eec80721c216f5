"""scikit-learn's logistic regression to first order: by moved coefficients, and by retraining without each example."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from longtail.attribution import has_attributions
from longtail.attribution.penalty import TangentSystem
from longtail.attribution.tangent_of_linear import tangent_of_logistic, tangent_of_sklearn_logistic
from longtail.dataset import Dataset
from longtail.learners import BatchedLogistic, SklearnLearner
from longtail.learners.names import named_learner


def noisy_data(n_classes: int = 2, n: int = 90) -> Dataset:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(n, 3)).astype(np.float32) * (1, 20, 0.1)
    score = X[:, 0] + X[:, 1] / 20 + rng.normal(size=n)
    y = np.digitize(score, np.quantile(score, np.arange(1, n_classes) / n_classes))
    return Dataset.from_arrays(X, np.array(["one", "three", "two"])[y], name="noise")


def standardized(**settings) -> SklearnLearner:
    return SklearnLearner(estimator=make_pipeline(StandardScaler(), LogisticRegression(tol=1e-8, **settings)))


def margin(decision, codes):
    """The logit of the label's probability, from decision values as scikit-learn gives them."""
    if decision.ndim == 1:
        return decision * (2 * codes - 1)
    p = np.exp(decision - decision.max(axis=1, keepdims=True))
    own = (p / p.sum(axis=1, keepdims=True))[np.arange(len(codes)), codes]
    return np.log(own / (1 - own))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("centered", [True, False])
def test_the_kernel_is_that_of_moved_coefficients(n_classes, centered):
    """The other route: every coefficient of scikit-learn's own model is moved, and the model asked again.

    Of two classes it has one coefficient a feature in place of two of opposite signs, and half the kernel.
    """
    data, rows = noisy_data(n_classes), np.arange(0, 70, 2)
    estimator = make_pipeline(StandardScaler(with_mean=centered), LogisticRegression(tol=1e-8))
    found = tangent_of_sklearn_logistic(SklearnLearner(estimator=estimator), data, rows, 0)
    model = estimator.fit(data.X[rows].astype(float), data.y[rows])
    X, codes = np.concatenate([data.X, data.X_test]).astype(float), np.concatenate([data.y, data.y_test])
    columns, step = [], 1e-5
    for part in (model[-1].coef_, model[-1].intercept_):
        for place in np.ndindex(part.shape):
            sides = []
            for way in (step, -2 * step):
                part[place] += way
                sides.append(margin(model.decision_function(X), codes))
            part[place] += step
            columns.append((sides[0] - sides[1]) / (2 * step))
    gradients = np.array(columns).T
    kernel = (2 if n_classes == 2 else 1) * gradients @ gradients.T
    n = data.n_train
    np.testing.assert_allclose(found.kernel, kernel[:n, :n], rtol=2e-3, atol=2e-2)
    np.testing.assert_allclose(found.cross, kernel[:n, n:], rtol=2e-3, atol=2e-2)
    p = model.predict_proba(X[:n])
    np.testing.assert_allclose(found.doubt, 1 - p[np.arange(n), data.y], atol=1e-3)


def test_it_is_ours_at_the_same_optimum():
    data, rows = noisy_data(3), np.arange(0, 70, 2)
    theirs, ours = (
        tangent_of_sklearn_logistic(standardized(), data, rows, 0),
        tangent_of_logistic(BatchedLogistic(), data, rows, 0),
    )
    for name in ("kernel", "cross", "doubt", "margin"):
        np.testing.assert_allclose(getattr(theirs, name), getattr(ours, name), rtol=1e-2, atol=1e-2)


def test_attributions_order_examples_as_leaving_each_out_does():
    """One model of all examples, its system, and 72 models of scikit-learn's with one example left out each.

    The order of what each removal takes from a test example's margin agrees with the attributions.
    """
    data = noisy_data(2)
    learner, everyone = standardized(C=0.3), np.arange(data.n_train)
    found = tangent_of_sklearn_logistic(learner, data, everyone, 0)
    unit = np.median(np.diag(found.kernel))
    system = TangentSystem(kernel=found.kernel / unit, cross=found.cross / unit, doubt=found.doubt)
    variance = found.doubt * (1 - found.doubt)
    told = system.solution(2 / 0.3 / unit / variance.mean(), system.cross)  # the model's own penalty

    def margins(rows):
        model = learner.estimator.fit(data.X[rows], data.y[rows])
        return margin(model.decision_function(data.X_test), data.y_test)

    whole = margins(everyone)
    lost = np.array([whole - margins(np.delete(everyone, row)) for row in everyone])
    agreement = [spearmanr(told[:, test], lost[:, test]).statistic for test in range(data.n_test)]
    assert np.mean(agreement) > 0.9, np.mean(agreement)


def test_a_subset_of_one_class_and_a_class_that_a_subset_lacks_are_answered():
    data = noisy_data(3)
    for rows in (np.flatnonzero(data.y == 1), np.flatnonzero(data.y > 0)):
        found = tangent_of_sklearn_logistic(named_learner("logistic"), data, rows, 0)
        assert np.isfinite(found.kernel).all()
        assert np.isfinite(found.margin).all()


@pytest.mark.parametrize(
    ("estimator", "has"),
    [
        (LogisticRegression(), True),
        (make_pipeline(StandardScaler(), LogisticRegression(C=3)), True),
        (LogisticRegression(l1_ratio=1, solver="saga"), False),
        (LogisticRegression(class_weight="balanced"), False),
        (LogisticRegression(fit_intercept=False), False),
        (make_pipeline(MinMaxScaler(), LogisticRegression()), False),
    ],
)
def test_which_of_scikit_learns_models_have_attributions(estimator, has):
    assert has_attributions(SklearnLearner(estimator=estimator)) is has
    assert has_attributions(named_learner("logistic"))
