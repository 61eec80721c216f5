"""A user's own code, as far as it decides results: the modules that define a learner and its parts, by content.

The version of a library says what its code is; a module that a user edits has none, so its source stands in the
identity. Found are the modules of the learner's class, of every estimator, function and learner among its settings,
however deep; not what those modules import.
"""

import hashlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any

from longtail.arguments import checked

__all__ = ["described", "own_code"]

_VERSIONED = {"builtins", "functools", "longtail", "numpy", "scipy", "sklearn", "torch"}


@checked
def own_code(learner: Any) -> dict[str, str]:
    """Return the first 16 hexadecimal digits of the SHA-256 of each module's source, by module name. It is empty where
    all code has a version.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> own_code(DecisionTreeClassifier())
    {}
    """
    modules = {_module_of(part) for part in _parts(learner)}
    hashes = {name: _hash(name) for name in sorted(modules) if name.split(".")[0] not in _VERSIONED}
    return {name: found for name, found in hashes.items() if found}


@checked
def described(code: Any) -> dict[str, Any]:
    """Return the module and name of a function or class, and the defaults of its parameters, for an identity.

    Examples
    --------
    >>> described(described)
    {'function': 'longtail.learners.own_code.described', 'defaults': {}}
    """
    defaults = {
        name: repr(each.default)
        for name, each in inspect.signature(code).parameters.items()
        if each.default is not inspect.Parameter.empty
    }
    return {"function": f"{code.__module__}.{code.__qualname__}", "defaults": defaults}


def _parts(value: Any) -> Iterator[Any]:
    """Yield a value that has code of its own, and those among its settings."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _parts(part)
        return
    settings: list[Any] = []
    if is_dataclass(value) and not isinstance(value, type):
        settings = [getattr(value, field.name) for field in fields(value)]
    elif hasattr(value, "get_params") and not isinstance(value, type):
        settings = list(value.get_params(deep=False).values())
    yield value
    for part in settings:
        yield from _parts(part)


def _module_of(value: Any) -> str:
    named = value if isinstance(value, type | FunctionType) else type(value)
    return str(named.__module__)


def _hash(module: str) -> str:
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError, KeyError):  # Code typed at a prompt, or compiled, has no source.
        return ""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
