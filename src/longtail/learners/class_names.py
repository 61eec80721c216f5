"""The labels that an estimator of the user's own is given: those of the user, not our codes.

Our own learners take codes 0..k-1. A scikit-learn estimator may know labels by name (``class_weight={"spam": 5}``), so
it is told what the codes stand for; a limit hands that on to the learner that it wraps.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked

__all__ = ["labels_of", "with_class_names", "with_units", "with_unordered"]

_AnyLearner = TypeVar("_AnyLearner")


def with_class_names(learner: _AnyLearner, names: Sequence[str]) -> _AnyLearner:
    """Tell a learner the names of the classes if it asks for them. A limit tells the learner that it wraps.

    Parameters
    ----------
    learner : Learner
        One that has a field ``class_names`` is told, and so is one in a field ``inner``. Neither changes its identity.
    names : sequence of str
        One for each code.
    """
    return _told(learner, "class_names", tuple(names))


def with_unordered(learner: _AnyLearner, unordered: tuple[int, ...]) -> _AnyLearner:
    """Tell a learner which columns hold levels without an order, if it asks for that by a field ``unordered``.

    A limit tells the learner that it wraps. It changes no identity.
    """
    return _told(learner, "unordered", unordered)


def with_units(learner: _AnyLearner, units: tuple[float, ...]) -> _AnyLearner:
    """Tell a learner what to divide each feature by, if it asks for that by a field ``feature_units``.

    A limit tells the learner that it wraps. It changes no identity.
    """
    return _told(learner, "feature_units", units)


def _told(learner: _AnyLearner, field_name: str, value: Any) -> _AnyLearner:
    if not is_dataclass(learner) or isinstance(learner, type):
        return learner
    known, description = {field.name for field in fields(learner)}, _as_any(learner)
    if field_name in known:
        return replace(description, **{field_name: value})  # type: ignore[no-any-return]
    if "inner" in known:
        return replace(description, inner=_told(description.inner, field_name, value))  # type: ignore[no-any-return]
    return learner


@checked
def labels_of(names: Sequence[str], n_classes: int) -> NDArray[Any]:
    """Return the label of each code in the user's form: whole numbers, yes and no, or text. Return codes where no names
    are known.

    Examples
    --------
    >>> labels_of(("3", "10"), 2).tolist(), labels_of(("007", "7"), 2).tolist()
    ([3, 10], ['007', '7'])
    """
    if len(names) != n_classes:
        return np.arange(n_classes)
    if all(_is_whole(name) for name in names):
        return np.array([int(name) for name in names])
    if set(names) <= {"False", "True"}:
        return np.array([name == "True" for name in names])
    return np.array(names)


def _is_whole(name: str) -> bool:
    digits = name.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19 and str(int(name)) == name


def _as_any(value: Any) -> Any:
    return value
