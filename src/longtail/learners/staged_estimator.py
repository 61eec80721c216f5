"""Stages of a fitted booster: what its first rounds predict, for each library by its own means.

scikit-learn's boosting and CatBoost answer stage by stage (``staged_predict_proba``), LightGBM and XGBoost for as many
rounds as an argument says. Of a pipeline the last step has the rounds, and is handed what the steps before it make.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.learners.fitted_estimator import FittedEstimator, last_step, lent
from longtail.learners.learner import Predictions

__all__ = ["has_stages", "stage", "stages"]


def has_stages(estimator: Any) -> bool:
    """Return whether a classifier, fitted or not, can say what its first rounds predict."""
    last = last_step(estimator)
    return hasattr(last, "staged_predict_proba") or bool(_argument(last, 1))


def stages(fitted: FittedEstimator, X: Any, labels: NDArray[Any]) -> Iterator[Predictions]:
    """Yield what the model predicts for ``X`` after its first round, after two, and so on.

    Parameters
    ----------
    fitted : FittedEstimator
        A classifier that has stages.
    X : rows as the model takes them
    labels : (n_classes,) array
        The user's, one for each code of the study.
    """
    last, made = last_step(fitted.model), _made(fitted.model, X)
    if hasattr(last, "staged_predict_proba"):
        for probability in last.staged_predict_proba(made):
            yield _answer(fitted, last, probability, labels)
        return
    for n_rounds in range(1, _n_rounds(last) + 1):
        yield _answer(fitted, last, last.predict_proba(made, **_argument(last, n_rounds)), labels)


def stage(fitted: FittedEstimator, X: Any, n_rounds: int, labels: NDArray[Any]) -> Predictions:
    """Return what the first rounds predict, one at least. The parameters are those of :func:`stages`."""
    last = last_step(fitted.model)
    if hasattr(last, "staged_predict_proba"):
        return next(islice(stages(fitted, X, labels), n_rounds - 1, None))
    probability = last.predict_proba(_made(fitted.model, X), **_argument(last, n_rounds))
    return _answer(fitted, last, probability, labels)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A model that answers what is known already."""

    probability: Reals
    classes_: NDArray[Any]

    def predict_proba(self, _X: Any) -> Reals:
        return self.probability

    def predict(self, _X: Any) -> NDArray[Any]:
        chosen: NDArray[Any] = self.classes_[self.probability.argmax(axis=1)]
        return chosen


def _answer(fitted: FittedEstimator, last: Any, probability: Any, labels: NDArray[Any]) -> Predictions:
    known = np.array(probability, float)
    return replace(fitted, model=_Answered(known, np.asarray(last.classes_))).predictions(known, labels, len(labels))


def _made(model: Any, X: Any) -> Any:
    """Return what the steps before the last one make of rows."""
    while hasattr(model, "steps"):
        X = lent(model[:-1].transform, X) if len(model.steps) > 1 else X
        model = model.steps[-1][1]
    return X.copy()


def _argument(last: Any, n_rounds: int) -> dict[str, Any]:
    """Return the argument by which a library's classifier is asked for its first rounds. Empty where it has none."""
    arguments: dict[tuple[str, str], dict[str, Any]] = {
        ("lightgbm", "LGBMClassifier"): {"num_iteration": n_rounds},
        ("xgboost", "XGBClassifier"): {"iteration_range": (0, n_rounds)},
    }
    kinds = [(kind.__module__.split(".")[0], kind.__name__) for kind in type(last).__mro__]
    return next((arguments[kind] for kind in kinds if kind in arguments), {})


def _n_rounds(last: Any) -> int:
    booster = last.get_booster() if hasattr(last, "get_booster") else last.booster_
    return int(booster.num_boosted_rounds() if hasattr(booster, "num_boosted_rounds") else booster.current_iteration())
