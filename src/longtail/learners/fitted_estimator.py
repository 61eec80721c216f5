r"""What a fitted estimator says, in the codes of a study.

Estimators of many libraries answer in many shapes: labels as a column, a probability for each class that they saw or
for each output that they have, one decision value for two classes, and for more one a class or one a pair of classes.
The :math:`k(k-1)/2` pairwise values are turned into votes with the sum of confidences as the tie-breaker, as
scikit-learn does for ``decision_function_shape="ovr"``. A class that the training subset lacks is never predicted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.learners.learner import Predictions
from longtail.learners.wanted_rows import taken

__all__ = ["FittedEstimator", "last_step", "lent", "only_class"]

_LEAST_PROBABILITY = 1e-12
_OFF = 0.01  # by which probabilities may miss a sum of 1, as single precision and rounding do
_NEXT_TO_EQUAL = 1e-9
_LIKELIEST = {
    "catboost": ("CatBoostClassifier",),
    "sklearn": (
        "DecisionTreeClassifier",
        "ExtraTreeClassifier",
        "ExtraTreesClassifier",
        "HistGradientBoostingClassifier",
        "KNeighborsClassifier",
        "RandomForestClassifier",
    ),
    "lightgbm": ("LGBMClassifier",),
    "skorch": ("NeuralNetClassifier",),
    "xgboost": ("XGBClassifier", "XGBRFClassifier"),
}
"""Package -> classifiers whose ``predict`` is the class of the largest probability, the first of equal ones."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedEstimator:
    """A fitted estimator, and the meaning of its labels.

    Parameters
    ----------
    model : estimator
        Fitted.
    name : str
        For errors.
    present : (k,) int array
        Codes of the classes of its training subset, rising.
    given : (k,) array
        The label that it was given for each of them.
    """

    model: Any
    name: str
    present: NDArray[np.int64]
    given: NDArray[Any]

    def predictions(self, X: Any, labels: NDArray[Any], n_classes: int) -> Predictions:
        """Return its predictions for ``X``, where ``labels`` are the user's, one for each code of the study."""
        if _predicts_the_likeliest(self.model):
            return self._likeliest(X, labels, n_classes)
        answers = np.asarray(lent(self.model.predict, X))
        values, calibrated = self._values(X, answers)
        best = None if values is None else self.present[values.argmax(axis=1)]
        codes = self._codes(answers, labels, len(X), best)
        if values is None:
            return Predictions(labels=codes, logits=None)
        return Predictions(labels=codes, logits=self._of_all(values, calibrated, n_classes), calibrated=calibrated)

    def _likeliest(self, X: Any, labels: NDArray[Any], n_classes: int) -> Predictions:
        """Return the class of the largest probability, the first of equal ones, without a second prediction.

        CatBoost compares what probabilities of three classes are made of, which may differ where these do not: where
        two are next to equal it is asked again.
        """
        values = self._log_probabilities(X)
        codes = self.present[values.argmax(axis=1)]
        if len(self.present) > 2 and type(last_step(self.model)).__name__ == "CatBoostClassifier":
            second, first = np.partition(values, -2, axis=1)[:, -2:].T
            close = np.flatnonzero(first - second <= _NEXT_TO_EQUAL)
            if len(close):
                some = taken(X, close)
                codes[close] = self._codes(np.asarray(lent(self.model.predict, some)), labels, len(close), codes[close])
        return Predictions(labels=codes, logits=self._of_all(values, True, n_classes))

    def _of_all(self, values: Reals, calibrated: bool, n_classes: int) -> Reals:
        """Return (n, n_classes) logits. Classes that the subset lacks are below all others."""
        absent = np.log(_LEAST_PROBABILITY) if calibrated else values.min()
        logits = np.full((len(values), n_classes), absent)
        logits[:, self.present] = values
        return logits

    def _log_probabilities(self, X: Any) -> Reals:
        given = np.asarray(lent(self.model.predict_proba, X), float)
        probability = self._one_a_class("predict_proba", given)
        self._require_shares(given)
        return np.log(np.maximum(probability, _LEAST_PROBABILITY))

    def _require_shares(self, probability: Reals) -> None:
        """Refuse what is no probability. A row of zeros says that a model knows nothing of it."""
        total = probability.sum(axis=1)
        off = (np.abs(total - 1) > _OFF) & (total != 0) | (probability < -_OFF).any(axis=1)
        if off.any():
            row = int(off.argmax())
            what = Said(f"{', '.join(f'{x:.4g}' for x in probability[row, :5])} for example {row}")
            law = "answer predict_proba with probabilities that add up to 1"
            raise InputError(f"learner {self.name}", law, what, "Or name scores decision_function.")

    def _values(self, X: Any, answers: NDArray[Any]) -> tuple[Reals | None, bool]:
        """Return (n, k) log-probabilities or decision values, and which of the two they are."""
        if hasattr(self.model, "predict_proba"):
            return self._log_probabilities(X), True
        if not hasattr(self.model, "decision_function"):
            return None, False
        values, k = np.asarray(lent(self.model.decision_function, X), float), len(self.present)
        if k == 2 and values.size == len(X):  # The sign decides between the two classes.
            return np.column_stack([-values.ravel() / 2, values.ravel() / 2]), False
        if k > 2 and values.shape == (len(X), k * (k - 1) // 2):
            votes = _votes(values, k)
            if k != 3 or self._agreement(votes, answers) > self._agreement(values, answers):
                return votes, False
        return self._one_a_class("decision_function", values), False

    def _one_a_class(self, method: str, values: Reals) -> Reals:
        """Return one output for each class of the subset.

        From more outputs, take those that have the given labels as numbers.
        """
        if values.ndim == 2 and values.shape[1] == len(self.present):
            order = self._order()
            return values if order is None else values[:, order]
        whole = self.given.dtype.kind in "iu" and self.given.min() >= 0
        if values.ndim == 2 and whole and values.shape[1] > self.given.max():
            return values[:, self.given]
        law = f"answer {method} with one value for each of {len(self.present)} classes"
        raise InputError(f"learner {self.name}", law, Said(f"shape {values.shape}"))

    def _order(self) -> NDArray[np.int64] | None:
        """Return the column of each given label, where the estimator says so in ``classes_``."""
        classes = getattr(self.model, "classes_", None)
        if classes is None or np.shape(classes) != self.given.shape:
            return None
        column = {str(label): place for place, label in enumerate(np.asarray(classes).tolist())}
        places = [column.get(str(label)) for label in self.given.tolist()]
        return None if None in places else np.array(places, np.int64)

    def _agreement(self, values: Reals, answers: NDArray[Any]) -> float:
        chosen = self.given[values.argmax(axis=1)].astype(str)
        return float((chosen == answers.ravel().astype(str)).mean())

    def _codes(
        self, answers: NDArray[Any], labels: NDArray[Any], n: int, best: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return codes of the labels that were predicted.

        A class that the subset lacks is replaced by the best class that it has.
        """
        if answers.size != n or answers.ndim not in (1, 2):
            law = f"predict one class for each of {n} examples"
            raise InputError(f"learner {self.name}", law, Said(f"shape {answers.shape}"))
        code_of = {_text(label): code for label, code in zip(self.given.tolist(), self.present.tolist(), strict=True)}
        values, place = np.unique(answers.ravel(), return_inverse=True)
        codes = np.array([code_of.get(_text(value), -1) for value in values.tolist()], np.int64)[place.ravel()]
        if (codes < 0).any():
            named = [_text(label) for label in labels.tolist()]
            in_labels = [named[code] for code in self.present.tolist()] == [_text(each) for each in self.given.tolist()]
            known = set(named) if in_labels else {_text(code) for code in range(len(labels))}  # as it was asked
            for value in values.tolist():
                if _text(value) not in code_of and _text(value) not in known:
                    law, remedy = f"predict one of the {len(labels)} classes", "Answer with labels as fit gets them."
                    raise InputError(f"learner {self.name}", law, Said(f"class {value!r}"), remedy)
            codes = np.where(codes < 0, self.present[0] if best is None else best, codes)
        return codes


def _predicts_the_likeliest(model: Any) -> bool:
    """Return whether ``predict`` is the largest of ``predict_proba``, by the code of what a model ends in.

    Then it need not be asked twice, which is half of the time of a forest or of neighbors.
    """
    model = last_step(model)
    kind = type(model)
    known = _LIKELIEST.get(kind.__module__.split(".")[0], ())
    plain = not callable(getattr(model, "objective", None)) and getattr(model, "weights", "uniform") == "uniform"
    return kind.__name__ in known and plain and (kind.__name__ != "CatBoostClassifier" or _halves(model))


def _halves(model: Any) -> bool:
    """Return whether a model of CatBoost does not part two classes elsewhere than at one half."""
    return len(model.classes_) > 2 or model.get_probability_threshold() == 0.5


def last_step(model: Any) -> Any:
    """Return what a pipeline, or a pipeline in a pipeline, ends in. Return others as they are."""
    while hasattr(model, "steps"):
        model = model.steps[-1][1]
    return model


def only_class(estimator: Any, code: int, n: int, n_classes: int) -> Predictions:
    """Return the predictions of a classifier that was trained on one class alone: that class, and no other."""
    labels = np.full(n, code, np.int64)
    chosen = np.tile(np.arange(n_classes) == code, (n, 1))
    if hasattr(estimator, "predict_proba"):
        return Predictions(labels=labels, logits=np.where(chosen, 0, np.log(_LEAST_PROBABILITY)))
    if hasattr(estimator, "decision_function"):
        return Predictions(labels=labels, logits=np.where(chosen, 0.5, -0.5), calibrated=False)
    return Predictions(labels=labels, logits=None)


def lent(call: Callable[[Any], _Answer], X: Any) -> _Answer:
    """Call with features that may be read only. Use a copy where the call insists on changing what it is given.

    A frame is always a copy. Weights of words are read only where they are shared.
    """
    if hasattr(X, "iloc"):
        return call(X.copy())
    if isinstance(X, np.ndarray):
        X = X.view()
        X.flags.writeable = False
    try:
        return call(X)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        return call(X.copy())


def _votes(values: Reals, k: int) -> Reals:
    """Return votes plus confidences between -1/3 and 1/3, from one value for each pair of classes, positive for the
    first.
    """
    votes, confidence = np.zeros((2, len(values), k))
    first, second = np.triu_indices(k, 1)
    for column, (one, other) in enumerate(zip(first, second, strict=True)):
        value = values[:, column]
        votes[:, one] += value >= 0
        votes[:, other] += value < 0
        confidence[:, one] += value
        confidence[:, other] -= value
    total: Reals = votes + confidence / (3 * (np.abs(confidence) + 1))
    return total


def _text(label: Any) -> str:
    """Return a label as text, in which 1.0 is 1."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)
