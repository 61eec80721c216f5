"""Fitting any of our learners to a distribution over classes for each example, instead of to one label.

The built-in network takes it as the target of its cross-entropy. A scikit-learn classifier that takes sample weights
gets each example once for each class that is possible, weighted by its probability: the same loss.
"""

from typing import Any

import numpy as np

from longtail.array_types import Singles
from longtail.errors import InputError, Said
from longtail.learners.class_names import labels_of
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.wanted_rows import taken
from longtail.limits.network_training import fresh_network, train_rounds

__all__ = ["fit_predict_soft", "needs_no_copies", "require_soft_labels", "takes_soft_labels"]

_LEAST_WEIGHT = 1e-6


def fit_predict_soft(
    learner: Learner, X: Any, targets: Singles, X_eval: Any, *, n_classes: int, seed: int
) -> Predictions:
    """Train on an (n, n_classes) array of label probabilities, then predict.

    Otherwise the same as :meth:`longtail.learners.Learner.fit_predict`.

    Raises
    ------
    InputError
        If the learner can only take one label an example.
    """
    require_soft_labels(learner)
    if isinstance(learner, CompiledMLP):
        network = fresh_network(learner, X, n_classes, seed)
        train_rounds(network, learner, X, targets, seed, max_epochs=learner.epochs)  # More epochs would fit the noise.
        return network.predict(X_eval)
    assert isinstance(learner, SklearnLearner)
    return _weighted(learner, X, targets, X_eval, n_classes, seed)


def takes_soft_labels(learner: Learner) -> bool:
    """Return whether the learner can be trained on a distribution over classes for each example."""
    return isinstance(learner, CompiledMLP) or (isinstance(learner, SklearnLearner) and _takes_weights(learner))


def needs_no_copies(learner: Learner) -> bool:
    """Return whether the learner's own loss takes a distribution over classes, so that nothing else of it changes.

    A row that is copied for each class counts several times for whatever counts rows: the least samples of a leaf, a
    bootstrap, a validation set.
    """
    return isinstance(learner, CompiledMLP)


def require_soft_labels(
    learner: Learner,
    why: str = "to be trained on soft labels",
    remedy: str = "Use debias=False: it is trained on the noisy labels then.",
) -> None:
    """Refuse a learner that can only take one label an example, and that with weight 1."""
    if not takes_soft_labels(learner):
        raise InputError("learner", f"take sample weights, {why}", Said(learner.name), remedy)


def _weighted(learner: SklearnLearner, X: Any, targets: Singles, X_eval: Any, n_classes: int, seed: int) -> Predictions:
    example, label = np.nonzero(targets > _LEAST_WEIGHT)
    estimator: Any = learner.estimator
    from sklearn.pipeline import Pipeline  # Imported here, because the import takes more than a second.

    prefix = f"{estimator.steps[-1][0]}__" if isinstance(estimator, Pipeline) else ""
    with global_generators_seeded(seed):
        settings = {f"{prefix}sample_weight": targets[example, label]}
        model = learner.fitted(taken(X, example), label, n_classes=n_classes, seed=seed, settings=settings)
        return model.predictions(X_eval, labels_of(learner.class_names, n_classes), n_classes)


def _takes_weights(learner: SklearnLearner) -> bool:
    estimator = learner.estimator
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    return has_fit_parameter(last, "sample_weight") and hasattr(estimator, "predict_proba")
