"""The settings of a limit: the fields of its class, read from a text and written as one.

A value is as its field is annotated, and refused by name where it is not: before anything is trained, and not by the
learner in the middle of a training run.
"""

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from longtail.arguments import checked
from longtail.arguments.annotations import law_of
from longtail.arguments.refusal import RefusalError
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.learner import Learner
from longtail.limits.limit import Limit

__all__ = ["made", "settings_of", "written"]

_LONGEST_WHOLE = 1e15


def settings_of(kind: type[Limit]) -> list[Field[Any]]:
    """Return the fields of a limit that are settings: all but the inner learner."""
    return [each for each in fields(kind) if each.name != "inner"]


def made(kind: type[Limit], settings: Mapping[str, Any], dataset: Dataset, inner: Learner) -> Limit:
    """Make a limit from the settings that a user names, and for the others from what suits the data.

    Raises
    ------
    InputError
        If a setting is unknown, missing, of another type or out of its range, or the learner cannot be limited so.
    """
    known = {each.name: each for each in settings_of(kind)}
    for setting in settings:
        if setting not in known:
            near = difflib.get_close_matches(setting, known, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(known) or 'none'}."
            raise InputError("limit", f"have settings of {kind.name}", setting, remedy)
    complete = kind.suited(settings, dataset, inner)
    for each in known.values():
        if each.default is MISSING and each.default_factory is MISSING and each.name not in complete:
            raise InputError("limit", f"say {each.name}", kind.name, f"For instance {kind.name}:{kind.levels[0]}.")
    wanted = _annotations(kind)
    return kind(inner=inner, **{name: _fitting(name, wanted.get(name, Any), value) for name, value in complete.items()})


@checked
def written(value: object) -> str:
    """Write a value as a command line takes it: 3 for 3.0, and without spaces.

    Examples
    --------
    >>> written(3.0), written((0.5, 2.0)), written("layer"), written(None)
    ('3', '(0.5,2)', 'layer', 'None')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _LONGEST_WHOLE:
        return str(int(value))
    if isinstance(value, tuple):
        return f"({','.join(map(written, value))}{',' if len(value) == 1 else ''})"
    return str(value)


def _annotations(kind: type[Limit]) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except (NameError, TypeError):  # A user's own class may use names that only a type checker imports.
        return {}


def _fitting(setting: str, wanted: Any, value: Any) -> Any:
    """Return the value as its annotation wants it. A whole number counts as a number, too."""
    law = law_of(wanted)
    try:
        return _with_numbers(wanted, value if law is None else law(value))
    except RefusalError as refusal:
        raise InputError(setting, refusal.law, value, refusal.remedy) from None


def _with_numbers(wanted: Any, value: Any) -> Any:
    """3.0 for 3 where a number is wanted, so that both are one limit."""
    choices = get_args(wanted) if get_origin(wanted) in (UnionType, Union) else (wanted,)
    if float in choices and type(value) is int:
        return float(value)
    if isinstance(value, tuple | list) and any(
        get_origin(each) is tuple and float in get_args(each) for each in choices
    ):
        return tuple(map(float, value))
    return value
