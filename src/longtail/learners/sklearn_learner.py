"""Any scikit-learn classifier as a learner: cloned, seeded, fitted on the subset, asked for probabilities if it can.

It is given the user's labels; where it refuses them, as those do that want codes 0..k-1 without a gap, codes made for
the subset. A class that a subset lacks is then no failure: it is predicted never. Of a subset of one class nothing is
trained: whatever the classifier, it can only answer that class.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said
from longtail.learners.class_names import labels_of
from longtail.learners.fitted_estimator import FittedEstimator, lent, only_class
from longtail.learners.learner import Learner, Predictions
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.trial_settings import settings_of_a_trial, unfitted_copy
from longtail.learners.wrapped_estimator import WrappedEstimator
from longtail.machine_faults import machine_fault

if TYPE_CHECKING:  # importing scikit-learn takes a second, and who asks for a learner's kind needs none of it
    from sklearn.base import BaseEstimator

__all__ = ["SklearnLearner", "wrapped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SklearnLearner(WrappedEstimator):
    """A learner that wraps a scikit-learn classifier.

    Every parameter called ``random_state`` or ``random_seed``, also of nested estimators, is set from the trial's seed,
    and so are the generators that a process shares; threads that an estimator would start are set to one
    (:mod:`longtail.learners.trial_settings`). Probabilities are floored at 1e-12 before the logarithm, so that a
    vote of a hundred per cent gives a finite margin (27.6). Features are lent read-only; a step that changes what it is
    given (``copy=False``) gets a copy. Keys of a ``class_weight`` are the user's labels.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Not fitted; it is cloned for each trial.
    name : str
        What people call it; the class name where it is empty.
    class_names : tuple of str
        What codes stand for; a run says so. Not part of the identity, which the data's names are part of already.
    rows : {"", "features", "frame", "text", "words"}
        What it is handed: encoded features, the rows of the table as a frame of pandas, the texts, or the weights of
        all their words as a sparse array (:func:`longtail.dataset.word_rows.word_rows`). If it is empty, the
        estimator's own ``rows`` says so, or its first steps: a ``ColumnTransformer`` by name or selector wants a frame,
        a vectorizer texts.

    Raises
    ------
    InputError
        If ``estimator`` is no classifier.
    """

    revision: ClassVar[str] = "3"

    estimator: "BaseEstimator"
    name: str = ""
    class_names: tuple[str, ...] = ()
    rows: Literal["", "features", "frame", "text", "words"] = ""

    def __post_init__(self) -> None:
        estimator = self.estimator
        if isinstance(estimator, type) or not hasattr(estimator, "fit") or not hasattr(estimator, "get_params"):
            raise InputError("learner", "be a scikit-learn classifier or a Learner", Said(repr(estimator)))
        from sklearn.base import is_classifier

        if not is_classifier(estimator):
            what = Said(type(estimator).__name__)
            raise InputError("learner", "be a classifier", what, "A regressor is for data whose target is a number.")
        self._fill_in()

    def fit_predict(
        self,
        X: Any,
        y: NDArray[np.int64],
        X_eval: Any,
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """See :class:`~longtail.learners.learner.Learner`."""
        with global_generators_seeded(seed):
            if (y == y[0]).all():
                return only_class(self.estimator, int(y[0]), len(X_eval), n_classes)
            model = self.fitted(X, y, n_classes=n_classes, seed=seed)
            return model.predictions(X_eval, labels_of(self.class_names, n_classes), n_classes)

    def fitted(
        self,
        X: Any,
        y: NDArray[np.int64],
        *,
        n_classes: int,
        seed: int,
        settings: Mapping[str, Any] | None = None,
    ) -> FittedEstimator:
        """Return a clone, seeded and fitted on the user's labels, or on codes without a gap where it refuses those.

        Parameters
        ----------
        X, y, n_classes, seed
            As of ``fit_predict``; at least two classes.
        settings : mapping, optional
            What ``fit`` is given beside the examples, for instance weights.
        """
        present, place = np.unique(y, return_inverse=True)
        labels = labels_of(self.class_names, n_classes)
        try:
            return self._fitted(X, labels, present, labels[present], place, seed, settings or {})
        except Exception as refusal:
            codes = np.arange(len(present))
            same = labels.dtype == codes.dtype and np.array_equal(codes, labels[present])
            if same or machine_fault(refusal):
                raise
            try:
                with global_generators_seeded(seed):  # the refused attempt may have drawn
                    return self._fitted(X, labels, present, codes, place, seed, settings or {})
            except Exception as error:
                about_labels = re.search("class|label|convert|int", str(refusal), re.IGNORECASE)
                raise (error if about_labels else refusal) from None

    def _fitted(
        self,
        X: Any,
        labels: NDArray[Any],
        present: NDArray[np.int64],
        given: NDArray[Any],
        place: NDArray[np.int64],
        seed: int,
        settings: Mapping[str, Any],
    ) -> FittedEstimator:
        model = unfitted_copy(self.estimator)
        model.set_params(**settings_of_a_trial(model, seed))
        model.set_params(**_weights_by_label(model, labels, present, given))
        lent(lambda features: model.fit(features, given[place], **settings), X)
        return FittedEstimator(model=model, name=self.name, present=present, given=given)


def wrapped(estimator: Any) -> Learner:
    """Return an estimator of scikit-learn as a learner: of numbers if it is a regressor, of classes otherwise."""
    from sklearn.base import is_regressor

    if hasattr(estimator, "get_params") and not isinstance(estimator, type) and is_regressor(estimator):
        from longtail.learners.sklearn_regressor import SklearnRegressor

        return SklearnRegressor(estimator=estimator)
    return SklearnLearner(estimator=estimator)


def _weights_by_label(
    model: Any, labels: NDArray[Any], present: NDArray[np.int64], given: NDArray[Any]
) -> dict[str, dict[Any, float]]:
    """Return every ``class_weight`` that is a mapping, by the labels that the estimator is given.

    Absent classes are left out.
    """
    given_for = {str(label): code for label, code in zip(labels[present].tolist(), given.tolist(), strict=True)}
    weights = {
        name: value
        for name, value in model.get_params(deep=True).items()
        if name.split("__")[-1] == "class_weight" and isinstance(value, Mapping)
    }
    known = {str(label) for label in labels.tolist()}
    for name, value in weights.items():
        if strange := [key for key in value if str(key) not in known]:
            law = f"name labels of the data ({', '.join(sorted(known)[:6])})"
            raise InputError(name, law, strange[0])
    return {
        name: {given_for[str(key)]: weight for key, weight in value.items() if str(key) in given_for}
        for name, value in weights.items()
    }
