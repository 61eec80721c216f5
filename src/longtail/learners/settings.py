"""A learner with other settings, as the command line names them: ``hidden=128,batch_size=64``.

A setting keeps its kind: where the default is a whole number, a number or yes and no, so must be the new one. Settings
of a scikit-learn classifier are its parameters; those of the last step of a pipeline need no prefix.
"""

import difflib
import re
from ast import literal_eval
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.sklearn_regressor import SklearnRegressor
from longtail.learners.trial_settings import unfitted_copy

__all__ = ["parsed_settings", "with_settings"]

_WRAPPED = ("inner", "module")
_AnyLearner = TypeVar("_AnyLearner", bound=Learner)


@checked
def parsed_settings(option: str, text: str, example: str = "hidden=128,epochs=20") -> dict[str, Any]:
    """Parse ``name=value,name=value`` as a dictionary. A value that is no Python literal is taken as text.

    Examples
    --------
    >>> parsed_settings("settings", "hidden=(128, 64), momentum=0.8, kernel=rbf")
    {'hidden': (128, 64), 'momentum': 0.8, 'kernel': 'rbf'}
    """
    settings: dict[str, Any] = {}
    for part in re.split(r",(?=\s*\w+\s*=)", text) if text.strip() else []:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not (name and equals and value):
            raise InputError(option, "be name=value, separated by commas", text, f"For instance {example}.")
        if name in settings:
            raise InputError(option, "name each setting once", name)
        settings[name] = _literal(value)
    return settings


@checked
def with_settings(
    learner: _AnyLearner, settings: Mapping[str, Any], *, among: Collection[str] | None = None
) -> _AnyLearner:
    """Return the learner with some settings replaced.

    Parameters
    ----------
    learner : Learner
        One of ours, or a wrapped scikit-learn classifier.
    settings : mapping
        Name -> value.
    among : collection of str, optional
        Those that may be replaced; all but what the learner wraps where it is not given.

    Raises
    ------
    InputError
        If it has no such setting, or refuses the value.

    Examples
    --------
    >>> from longtail.trials import CompiledMLP
    >>> with_settings(CompiledMLP(), {"hidden": 128}).hidden
    128
    """
    if not settings:
        return learner
    if isinstance(learner, SklearnLearner | SklearnRegressor):
        return cast(_AnyLearner, _with_parameters(learner, settings))
    description: Any = learner
    if not is_dataclass(description) or isinstance(description, type):
        what = Said(getattr(learner, "name", type(learner).__name__))
        raise InputError(
            "settings",
            "be of a built-in learner or a scikit-learn classifier",
            what,
        )
    kinds = {each.name: str(each.type) for each in fields(description) if each.name not in _WRAPPED}
    _require_known(learner.name, settings, kinds.keys() if among is None else among)
    for name, value in settings.items():
        if not (isinstance(value, tuple) and "tuple" in kinds[name]):
            _require_kind(name, getattr(learner, name), value)
    return cast(_AnyLearner, replace(description, **settings))


def _with_parameters(
    learner: SklearnLearner | SklearnRegressor, settings: Mapping[str, Any]
) -> SklearnLearner | SklearnRegressor:
    from sklearn.pipeline import Pipeline  # Imported here, because the import takes more than a second.

    estimator = unfitted_copy(learner.estimator)
    known = estimator.get_params(deep=True)
    last = f"{estimator.steps[-1][0]}__" if isinstance(estimator, Pipeline) else ""
    full = {name if name in known else f"{last}{name}": value for name, value in settings.items()}
    _require_known(learner.name, full, known)
    return replace(learner, estimator=estimator.set_params(**full))


def _literal(value: str) -> Any:
    try:
        return literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # For instance "{[]: 1}".
        return value


def _require_known(learner: str, settings: Mapping[str, Any], known: Collection[str]) -> None:
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(sorted(known))}."
            raise InputError("settings", f"be of the learner {learner}", name, remedy)


def _require_kind(name: str, old: Any, new: Any) -> None:
    """Refuse a value on which the learner would only fail in the middle of a training run."""
    whole = isinstance(new, int) and not isinstance(new, bool)
    if isinstance(old, bool):
        if not isinstance(new, bool):
            raise InputError(name, "be True or False", new)
    elif isinstance(old, int):
        if not whole:
            raise InputError(name, "be a whole number", new)
    elif (isinstance(old, float) or old is None) and not (whole or isinstance(new, float)):
        raise InputError(name, "be a number", new)
