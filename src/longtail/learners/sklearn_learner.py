"""Any scikit-learn classifier as a learner: cloned, seeded, fitted on the subset, asked for probabilities if it can."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone, is_classifier

from longtail.errors import InputError, Said
from longtail.learners.learner import Predictions

__all__ = ["SklearnLearner"]

_LEAST_PROBABILITY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class SklearnLearner:
    """A learner that wraps a scikit-learn classifier.

    Every parameter called ``random_state``, also of nested estimators, is set from the trial's seed. Probabilities
    are floored at 1e-12 before the logarithm, so that a vote of a hundred per cent gives a finite margin (27.6).

    Parameters
    ----------
    estimator : scikit-learn classifier
        Not fitted; it is cloned for each trial.
    name : str
        What people call it; the class name where it is empty.

    Raises
    ------
    InputError
        If ``estimator`` is no classifier.
    """

    estimator: BaseEstimator
    name: str = ""

    def __post_init__(self) -> None:
        estimator = self.estimator
        if isinstance(estimator, type) or not hasattr(estimator, "fit") or not hasattr(estimator, "get_params"):
            raise InputError("learner", "be a scikit-learn classifier or a Learner", Said(repr(estimator)))
        if not is_classifier(estimator):
            what = Said(type(estimator).__name__)
            raise InputError("learner", "be a classifier", what, "Regression and clustering are not handled.")
        if not self.name:
            object.__setattr__(self, "name", type(estimator).__name__)

    @property
    def version(self) -> str:
        """Of this wrapper and of the libraries that decide the result."""
        return f"1; scikit-learn {sklearn.__version__}; numpy {np.__version__}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """scikit-learn holds the interpreter lock: processes."""
        return "processes"

    def describe(self) -> dict[str, Any]:
        """Class and parameters, nested ones included."""
        kind = type(self.estimator)
        parameters = {name: _stable(value) for name, value in sorted(self.estimator.get_params(deep=True).items())}
        return {"class": f"{kind.__module__}.{kind.__qualname__}", "parameters": parameters}

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """See :class:`~longtail.learners.learner.Learner`."""
        model = clone(self.estimator)
        seeded = [key for key in model.get_params(deep=True) if key.split("__")[-1] == "random_state"]
        model.set_params(**dict.fromkeys(seeded, seed))
        model.fit(X, y)
        labels = np.asarray(model.predict(X_eval)).astype(np.int64)
        if hasattr(model, "predict_proba"):
            probability = np.full((len(X_eval), n_classes), _LEAST_PROBABILITY)
            probability[:, model.classes_] = np.maximum(model.predict_proba(X_eval), _LEAST_PROBABILITY)
            return Predictions(labels=labels, logits=np.log(probability))
        if hasattr(model, "decision_function"):
            return Predictions(labels=labels, logits=_decision_values(model, X_eval, n_classes), calibrated=False)
        return Predictions(labels=labels, logits=None)


def _decision_values(model: Any, X_eval: NDArray[np.float32], n_classes: int) -> NDArray[np.floating[Any]]:
    """One value for each class of the study; a class that was absent from training gets the lowest."""
    values = np.asarray(model.decision_function(X_eval), float)
    if values.ndim == 1:  # two classes: the sign decides
        values = np.column_stack([-values / 2, values / 2])
    spread = np.full((len(X_eval), n_classes), values.min())
    spread[:, model.classes_] = values
    return spread


def _stable(value: Any) -> str:
    """A parameter as text that is the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
