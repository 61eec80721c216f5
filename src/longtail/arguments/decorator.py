"""Check what a public function is given against its annotations, before anything is computed.

What an annotation makes of a value is said in :mod:`longtail.arguments.annotations`.
"""

import inspect
import types
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from longtail.arguments.refusal import RefusalError
from longtail.errors import InputError

__all__ = ["checked"]

_Thing = TypeVar("_Thing", bound=Callable[..., Any])


def checked(thing: _Thing) -> _Thing:
    """Check arguments first: those of a function, or those of a class's constructor and public methods.

    Parameters
    ----------
    thing : function or class
        A class is changed in place. Of a dataclass, write it above ``@dataclass``.

    Raises
    ------
    InputError
        In a call, by the name of the argument that breaks the law of its annotation.
    TypeError
        In a call whose arguments are too many, missing or unknown.

    Examples
    --------
    >>> @checked
    ... def share(part: int, whole: int = 2) -> float:
    ...     return part / whole
    >>> share(1.5)
    Traceback (most recent call last):
        ...
    longtail.errors.InputError: part must be a whole number; got 1.5.
    """
    if not isinstance(thing, type):
        return _checked_function(thing)  # type: ignore[no-any-return]
    for name, member in list(vars(thing).items()):
        if name.startswith("_") and name not in ("__init__", "__call__"):
            continue
        if isinstance(member, classmethod | staticmethod):
            setattr(thing, name, type(member)(_checked_function(member.__func__)))
        elif inspect.isfunction(member):
            setattr(thing, name, _checked_function(member))
    return thing


def _checked_function(function: Any) -> Any:
    checks: _Checks | None = None
    make = _Checks

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal checks
        if checks is None:  # At the first call, all names of the module exist.
            checks = make(function)
        if not kwargs:
            return function(*checks.of_places(args))
        return function(*checks.of_places(args), **checks.of_names(kwargs))

    # The function keeps its own globals, from which doctest and Sphinx learn where it is defined.
    at_home = types.FunctionType(call.__code__, function.__globals__, function.__name__, None, call.__closure__)
    return wraps(function)(at_home)


class _Checks:
    """The laws of one function's arguments. Python itself refuses too many, too few and unknown arguments."""

    def __init__(self, function: Any) -> None:
        from longtail.arguments.annotations import laws_of  # Imported at the first call, because it needs NumPy.

        parameters = inspect.signature(function).parameters.values()
        laws = laws_of(function)
        self._laws = {each.name: (laws[each.name], each.default) for each in parameters if each.name in laws}
        in_place = [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
        self._places = [(place, name, *self._laws[name]) for place, name in enumerate(in_place) if name in laws]
        rest = [each.name for each in parameters if each.kind is each.VAR_POSITIONAL and each.name in laws]
        self._rest = [(rest[0], *self._laws.pop(rest[0]), len(in_place))] if rest else []

    def of_places(self, args: tuple[Any, ...]) -> list[Any]:
        """Positional arguments as the function wants them."""
        given, n = list(args), len(args)
        places = self._places
        for name, law, default, first in self._rest:
            places = places + [(place, name, law, default) for place in range(first, n)]
        for place, name, law, default in places:  # A page asks for this ten thousand times: it is one loop.
            if place >= n:
                break
            value = given[place]
            if value is not default:  # The default is our own value.
                try:
                    given[place] = law(value)
                except RefusalError as refusal:
                    raise _told(name, value, refusal) from None
        return given

    def of_names(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Named arguments as the function wants them."""
        for name, value in kwargs.items():
            if name in self._laws:
                law, default = self._laws[name]
                if value is not default:
                    try:
                        kwargs[name] = law(value)
                    except RefusalError as refusal:
                        raise _told(name, value, refusal) from None
        return kwargs


def _told(name: str, value: Any, refusal: RefusalError) -> InputError:
    return InputError(name, refusal.law, value, refusal.remedy)
