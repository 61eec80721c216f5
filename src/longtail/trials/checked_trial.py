"""One checked trial, before the others: does a learner that is not ours keep what a study rests on?

It is trained twice with one seed and asked twice, so that what draws numbers where no seed reaches, or goes on from its
last training, is found at the start and named, with the remedy. What would make figures wrong is refused; what limits
them is told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said
from longtail.learners.function_learner import FunctionLearner
from longtail.learners.language_function import LanguageFunction
from longtail.learners.learner import Learner, Performances, Predictions, task_of
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.wanted_rows import taken
from longtail.notices import notice
from longtail.percent import share
from longtail.trials.record import performances_of

__all__ = ["check_learner"]

_MOST_ASKED = 1000  # The number of examples.
_SAME = 1e-3  # Relative difference of two logits, because a product of another shape rounds differently.
_SUMS_TO_ONE = 1e-3


def check_learner(
    learner: Learner,
    X: Any,
    y: NDArray[Any],
    X_eval: Any,
    *,
    n_classes: int,
    seed: int,
) -> None:
    """Train twice, ask twice, tell what was found. Built-in learners and limits are not asked: tests hold them.

    Parameters
    ----------
    learner : Learner
        The learner whose rules are checked.
    X, y, X_eval, n_classes, seed
        Of one trial; see :meth:`longtail.learners.Learner.fit_predict`.

    Raises
    ------
    InputError
        If each trial would train the same network on, or probabilities are given as logits.
    """
    if type(learner).__module__.startswith("longtail.") and not _is_wrapper(learner):
        return
    require_fresh = getattr(learner, "require_fresh_networks", None)
    if require_fresh is not None:
        require_fresh(X.shape[1], n_classes)
    twice = taken(X_eval, np.tile(np.arange(min(len(X_eval), _MOST_ASKED)), 2))
    if isinstance(twice, np.ndarray):
        twice.flags.writeable = False
    try:
        one, other = (learner.fit_predict(X, y, twice, n_classes=n_classes, seed=seed) for _ in range(2))
    except InputError:
        if task_of(learner) == "language":  # What it answers is refused before anything is written.
            raise
        return
    except (Exception, SystemExit):  # The trial itself reports the error.
        return
    if task_of(learner) != "classification":
        if isinstance(one, Performances):
            performances_of(0, np.ones(len(twice), bool), one, len(twice), learner.name)
        for sentence in _remarks_of_numbers(learner, one, other):
            notice(sentence)
        return
    if _well_formed(one, len(twice), n_classes) and _well_formed(other, len(twice), n_classes):
        _refuse_probabilities(learner, one)
        for sentence in _remarks(learner, one, other):
            notice(sentence)


def _remarks_of_numbers(learner: Learner, one: Any, other: Any) -> Iterator[str]:
    """Tell of a model that answers otherwise when it is asked again, or trained again."""
    first, second = _numbers(one), _numbers(other)
    half = first.shape[-1] // 2
    if apart := _measured_apart(first[:, :half], first[:, half:]):
        yield (
            f"learner {learner.name}: a trained model that was asked twice answered otherwise for {share(apart)} of "
            "the examples. It draws numbers where it is evaluated, or changes what it holds; every figure is of such "
            "answers. Make evaluation draw nothing, as network.eval() does."
        )
    elif apart := _measured_apart(first, second):
        yield (
            f"learner {learner.name}: two trainings with one seed gave two models, which answer otherwise for "
            f"{share(apart)} of the examples. This run will not repeat bit for bit. Let all randomness come from "
            "the seed, and start each fit anew."
        )


def _measured_apart(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the share of the examples whose numbers differ by more than rounding.

    It is 0 where they cannot be compared.
    """
    if not first.size or first.shape != second.shape:
        return 0.0
    return float((~np.isclose(first, second, rtol=_SAME, atol=_SAME, equal_nan=True)).any(axis=0).mean())


def _numbers(answer: Any) -> NDArray[np.float64]:
    """Return the numbers that were predicted, or every performance that was measured, a row each."""
    values = getattr(answer, "values", ())
    rows = list(values.values()) if isinstance(values, Mapping) else [values]
    shapes = {np.shape(row) for row in rows}
    return np.asarray(rows, float) if len(shapes) == 1 and len(shapes.pop()) == 1 else np.zeros((0, 0))


def _is_wrapper(learner: Learner) -> bool:
    """Return whether a learner of this library runs code that comes from elsewhere."""
    return isinstance(learner, SklearnLearner | FunctionLearner | LanguageFunction) or hasattr(
        learner, "require_fresh_networks"
    )


def _well_formed(predictions: Predictions, n: int, n_classes: int) -> bool:
    logits = predictions.logits
    return np.shape(predictions.labels) == (n,) and (logits is None or np.shape(logits) == (n, n_classes))


def _remarks(learner: Learner, one: Predictions, other: Predictions) -> Iterator[str]:
    half = len(one.labels) // 2
    first, second = _rows(one, slice(half)), _rows(one, slice(half, None))
    if apart := _differing(first, second):
        yield (
            f"learner {learner.name}: a trained model that was asked twice answered otherwise for {share(apart)} of "
            "the examples. It draws numbers where it is evaluated, or changes what it holds; every figure is of such "
            "answers. Make evaluation draw nothing: dropout as a module, or functional dropout with "
            "training=self.training."
        )
    elif apart := _differing(first, _rows(other, slice(half))):
        yield (
            f"learner {learner.name}: two trainings with one seed gave two models, which answer otherwise for "
            f"{share(apart)} of the examples. This run will not repeat bit for bit. Let all randomness come from "
            "random_state, or from the generators of random, numpy.random or torch, and start each fit anew."
        )
    if one.logits is None:
        yield (
            f"learner {learner.name} gives labels alone (neither predict_proba nor decision_function): memorization "
            "and influence are counted from labels; margins, the efficient estimator and attacks are not to be had."
        )
    elif contradicted := _contradicted(one):
        yield (
            f"learner {learner.name}: on {share(contradicted)} of the examples the predicted class is not that of the "
            "largest score. The predicted class counts; the margins of these are set next to zero. "
            "SVC(probability=True) does so: its probabilities are another model's; use CalibratedClassifierCV, or "
            "leave probabilities out."
        )


def _rows(predictions: Predictions, rows: slice) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
    logits = None if predictions.logits is None else np.asarray(predictions.logits, float)[rows]
    return np.asarray(predictions.labels)[rows], logits


def _differing(
    one: tuple[NDArray[Any], NDArray[np.float64] | None], other: tuple[NDArray[Any], NDArray[np.float64] | None]
) -> float:
    """Return the share of the examples with another label, or with other logits than rounding explains."""
    if one[1] is None or other[1] is None:
        return float((one[0] != other[0]).mean())
    same = np.isclose(one[1], other[1], rtol=_SAME, atol=_SAME, equal_nan=True).all(axis=1)
    return float((~same).mean())


def _contradicted(predictions: Predictions) -> float:
    logits = np.asarray(predictions.logits, float)
    chosen = np.take_along_axis(logits, np.asarray(predictions.labels)[:, None], axis=1)[:, 0]
    return float((chosen < logits.max(axis=1) - _SAME).mean())


def _refuse_probabilities(learner: Learner, predictions: Predictions) -> None:
    if predictions.logits is None or not predictions.calibrated:
        return
    logits = np.asarray(predictions.logits, float)
    if logits.min() >= 0 and np.abs(logits.sum(axis=1) - 1).max() <= _SUMS_TO_ONE:
        remedy = "Leave the last softmax out (the cross-entropy has it), or give the logarithm of probabilities."
        law = "give logits, whose softmax is the predicted distribution"
        raise InputError(f"learner {learner.name}", law, Said("probabilities: each row sums to 1"), remedy)
