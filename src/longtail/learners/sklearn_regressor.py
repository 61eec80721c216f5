"""Any scikit-learn regressor as a learner of numbers: cloned, seeded, fitted on the subset.

It is given the target as the user has it, in its own unit, so that a regressor that takes logarithms or counts finds
what it expects.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said
from longtail.learners.fitted_estimator import lent
from longtail.learners.learner import Values
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.trial_settings import settings_of_a_trial, unfitted_copy
from longtail.learners.wrapped_estimator import WrappedEstimator
from longtail.outcomes import Task

if TYPE_CHECKING:  # importing scikit-learn takes a second
    from sklearn.base import BaseEstimator

__all__ = ["SklearnRegressor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SklearnRegressor(WrappedEstimator):
    """A learner that wraps a scikit-learn regressor. Seeds and threads are set as for :class:`SklearnLearner`.

    Parameters
    ----------
    estimator : scikit-learn regressor
        Not fitted; it is cloned for each trial.
    name : str
        What people call it; the class name where it is empty.
    rows : {"", "features", "frame", "text"}
        What it is handed, as of :class:`SklearnLearner`.

    Raises
    ------
    InputError
        If ``estimator`` is no regressor.
    """

    task: ClassVar[Task] = "regression"
    revision: ClassVar[str] = "1"

    estimator: "BaseEstimator"
    name: str = ""
    rows: Literal["", "features", "frame", "text"] = ""

    def __post_init__(self) -> None:
        from sklearn.base import is_regressor

        estimator = self.estimator
        if isinstance(estimator, type) or not hasattr(estimator, "get_params") or not is_regressor(estimator):
            raise InputError("learner", "be a regressor, where the target is a number", Said(repr(estimator)))
        self._fill_in()

    def fit_predict(
        self,
        X: Any,
        y: NDArray[Any],
        X_eval: Any,
        *,
        n_classes: int,  # noqa: ARG002  part of the protocol
        seed: int,
    ) -> Values:
        """Train on ``(X, y)`` alone, then predict ``X_eval``. ``n_classes`` is 0 and not used."""
        with global_generators_seeded(seed):
            model = unfitted_copy(self.estimator)
            model.set_params(**settings_of_a_trial(model, seed))
            lent(lambda features: model.fit(features, np.array(y)), X)
            values = np.asarray(lent(model.predict, X_eval), np.float64)
        return Values(values=values.ravel() if values.size == len(X_eval) else values)
