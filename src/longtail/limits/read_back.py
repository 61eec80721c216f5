"""A limit made again from the identity of its trials: its name, its version, its settings and the user's own source.

The trials of a run are the truth about its limits. What cannot be made again is refused by name, with the reason.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longtail.errors import InputError, LongtailError, Said
from longtail.learners.learner import Learner
from longtail.learners.own_code import own_code
from longtail.limits.limit import Limit, identity_of
from longtail.limits.spelling import limits_by_name

__all__ = ["limit_of_identity", "limits_a_learner"]

_ANEW = "Train it anew with this longtail."


def limits_a_learner(identity: Mapping[str, Any]) -> bool:
    """Return whether the learner of this identity is a limit: whether it wraps another learner."""
    return isinstance(identity["settings"].get("inner"), dict)


def limit_of_identity(identity: Mapping[str, Any], inner: Learner) -> Limit:
    """Make the limit again whose trials have this identity.

    Parameters
    ----------
    identity : mapping
        The part ``learner`` of a trial set's identity.
    inner : Learner
        The learner of the study.

    Raises
    ------
    InputError
        If the limit is not known here, its settings, version or source are others by now, or it limits another learner.
    """
    name, settings = identity["name"], dict(identity["settings"])
    if settings.pop("inner") != identity_of(inner):
        raise InputError("limit", f"limit the learner of the study, {inner.name}", Said(f"{name} of another one"))
    kind = limits_by_name().get(name) or _own(name, identity.get("source", {}))
    if kind is None:
        raise _not_here(name, identity.get("source", {}))
    try:
        limit = kind(inner=inner, **{setting: _as_given(value) for setting, value in settings.items()})
    except LongtailError as error:
        raise InputError("limit", "have settings that hold", Said(f"{name}: {error}")) from error
    except Exception as error:  # A user's code may raise any error. Settings of another version raise TypeError.
        what = Said(f"{name} with {', '.join(settings) or 'none'} ({type(error).__name__}: {error})")
        raise InputError("limit", "have the settings that its trials have", what) from error
    if limit.version != identity["version"]:
        what = Said(f"{name}, trained by version {identity['version']}")
        raise InputError("limit", f"be of version {limit.version}, as it is here", what, _ANEW)
    others = _differing(limit.describe(), identity["settings"])
    if others:
        what = Said(f"{name} with other {', '.join(others)}")
        raise InputError("limit", "have the settings that it has here", what, _ANEW)
    if own_code(limit) != identity.get("source", {}):
        raise InputError("limit", "be as it was trained", Said(f"{name}, whose source has changed"))
    return limit


def _differing(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return the settings that are in one description alone, or otherwise."""
    plain = json.loads(json.dumps(here))
    return [name for name in {**plain, **there} if name not in plain or name not in there or plain[name] != there[name]]


def _own(name: str, modules: Mapping[str, str]) -> type[Limit] | None:
    """Return the class of that name in the modules that the identity names."""
    for module in modules:
        for found in _classes(module):
            if getattr(found, "name", None) == name and found.__module__ == module:
                return found
    return None


def _classes(module: str) -> Iterator[type[Limit]]:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        loaded = importlib.import_module(module)
    except Exception:  # A user's module may raise any error. It then counts as absent.
        return
    for found in vars(loaded).values():
        if inspect.isclass(found) and issubclass(found, Limit) and not inspect.isabstract(found):
            yield found


def _not_here(name: str, modules: Mapping[str, str]) -> InputError:
    if modules:
        remedy = "Run the command where the module can be imported."
        return InputError("limit", f"be a class of {' or '.join(modules)}, to be read again", name, remedy)
    return InputError("limit", f"be one of {', '.join(limits_by_name())}", name, "Train it anew under its new name.")


def _as_given(value: Any) -> Any:
    """Lists back to the tuples that they were."""
    return tuple(map(_as_given, value)) if isinstance(value, list) else value
