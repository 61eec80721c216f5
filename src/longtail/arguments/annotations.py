"""The law that an annotation makes.

==========================  ====================================================================
``int``                     a whole number of at most 64 bits; 20.0 is as good as 20; no boolean
``float``                   a number and not NaN; infinities are for the function to judge
``bool``, ``str``           themselves
``Path``                    a path; text becomes one
``Literal[...]``            one of these
``X | Y``                   what one of them takes, tried in order
``Annotated[X, Within()]``  X, and within the bounds; with ``Axes(n)``, of so many axes; with ``GapsAllowed``, anything
arrays                      see :mod:`longtail.arguments.arrays`
collections                 see :mod:`longtail.arguments.collections`
a class, a protocol         an instance
==========================  ====================================================================

Where an annotation says what these forms cannot tell, nothing is checked.
"""

import builtins
import inspect
import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from numbers import Rational
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments.aliases import resolved
from longtail.arguments.arrays import ARRAY_LIKE_PARTS, array_law, array_like
from longtail.arguments.axes import Axes
from longtail.arguments.bounds import Within
from longtail.arguments.collections import each, each_of_tuple, iterable, mapping
from longtail.arguments.gaps_allowed import GapsAllowed
from longtail.arguments.refusal import Law, RefusalError

__all__ = ["law_of", "laws_of"]

_WIDEST = 2**63
_EXACT = 2**53


def laws_of(function: Any) -> dict[str, Law]:
    """Make the law of each parameter whose annotation tells one: of ``*rest``, that of each of them."""
    names, laws = _Names(function.__globals__), {}
    for name, parameter in inspect.signature(function).parameters.items():
        annotation = parameter.annotation
        if parameter.kind is parameter.VAR_KEYWORD or annotation is parameter.empty:
            continue
        if isinstance(annotation, str):
            annotation = _evaluated(annotation, names)
        law = law_of(annotation)
        if law is not None:
            laws[name] = law
    return laws


def _evaluated(text: str, names: "_Names") -> Any:
    try:
        return eval(text, {}, names)  # The text is from our own source, never from a user.
    except TypeError:  # The class is generic for type checkers only.
        return Any


class _Names(dict[str, Any]):
    """The names of a module. A name that exists for type checkers alone stands for any class of its name."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name) if hasattr(builtins, name) else type(name, (_Unimported,), {})


class _Unimported:
    """A class of which the name alone is here."""


def law_of(annotation: Any) -> Law | None:
    """Make the law of one annotation. None where everything is accepted."""
    try:
        return _law_of(annotation)
    except TypeError:  # The annotation cannot be hashed.
        return None


@cache
def _law_of(annotation: Any) -> Law | None:
    """Make the law of one annotation. None where everything is accepted."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation == ArrayLike:
        return array_like
    annotation = resolved(annotation)
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated and GapsAllowed in parts:
        return None
    if origin is Annotated:
        return _both(law_of(parts[0]), next((part for part in parts[1:] if isinstance(part, Within | Axes)), None))
    if origin in (Union, types.UnionType):
        return _either(parts)
    if origin is Literal:
        return _literal(parts)
    if origin is np.ndarray:
        return array_law(parts[1])
    if isinstance(origin, type):
        return _of_a_collection(origin, parts)
    if isinstance(annotation, type) and annotation is not object:
        return _instance(annotation)
    return None


def _of_a_collection(origin: type, parts: tuple[Any, ...]) -> Law | None:
    if issubclass(origin, Mapping):
        return mapping(*map(law_of, parts))
    if origin is tuple and not (len(parts) == 2 and parts[1] is Ellipsis):
        return each_of_tuple([law_of(part) for part in parts])
    if issubclass(origin, Sequence):
        return each(origin, law_of(parts[0]))
    if origin is Iterable:
        return iterable
    return _callable if origin == get_origin(Callable[..., Any]) else None


def _whole(value: Any) -> int:
    if type(value) is int and -_WIDEST <= value < _WIDEST:  # as most are
        return value
    exact = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not exact and not (_is_number(value) and math.isfinite(value) and float(value).is_integer()):
        raise RefusalError("be a whole number")
    number = int(value)
    if not -_WIDEST <= number < _WIDEST:
        raise RefusalError("be a whole number of at most 64 bits")
    return number


def _number(value: Any) -> Any:
    if type(value) is float and value == value:  # as most are
        return value
    if not _is_number(value):
        raise RefusalError("be a number")
    try:
        number = float(value)
    except OverflowError:
        raise RefusalError("be a number below 1.8e308") from None
    except (TypeError, ValueError):
        raise RefusalError("be a number") from None
    if math.isnan(number):
        raise RefusalError("be a number")
    far = isinstance(value, int) and abs(value) > _EXACT  # A compiled kernel cannot hold such a whole number.
    return number if far or isinstance(value, np.ndarray) else value


def _is_number(value: Any) -> bool:
    """Return whether a value converts to one number.

    Text does not, nor does an array of one number, but an array without axes does.
    """
    if isinstance(value, bool | np.bool_ | str | bytes) or not hasattr(value, "__float__"):
        return False
    return getattr(value, "ndim", 0) == 0 and getattr(getattr(value, "dtype", None), "kind", "f") not in "OUSMmcV"


def _rational(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, Rational):
        raise RefusalError("be a whole number or a Fraction")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise RefusalError("be True or False")
    return bool(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise RefusalError("be text")
    return value


def _path(value: Any) -> Path:
    if not isinstance(value, str | Path):
        raise RefusalError("be a path")
    return Path(value)


def _nothing(value: Any) -> None:
    if value is not None:
        raise RefusalError("be None")


def _callable(value: Any) -> Any:
    if not callable(value):
        raise RefusalError("be a function")
    return value


def _literal(choices: tuple[Any, ...]) -> Law:
    few = len(choices) <= 2
    quoted = [f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices]
    words = f"be {' or '.join(quoted)}" if few else f"be one of {', '.join(map(str, choices))}"

    def law(value: Any) -> Any:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise RefusalError(words)
        return value

    return law


def _instance(kind: type) -> Law:
    name = kind.__name__

    def law(value: Any) -> Any:
        named = any(each.__name__ == name for each in type(value).__mro__)
        try:
            fits = named or (not issubclass(kind, _Unimported) and isinstance(value, kind))
        except TypeError:  # Such a protocol can only be asked for its members.
            fits = all(hasattr(value, member) for member in _members(kind))
        if not fits:
            raise RefusalError(f"be {'an' if name[0] in 'AEIO' else 'a'} {name}")
        return value

    return law


def _members(protocol: type) -> set[str]:
    named = {*vars(protocol), *vars(protocol).get("__annotations__", {})}
    return {name for name in named if not name.startswith("_")}


def _either(kinds: tuple[Any, ...]) -> Law | None:
    if set(kinds) >= ARRAY_LIKE_PARTS:
        kinds = tuple(dict.fromkeys(ArrayLike if kind in ARRAY_LIKE_PARTS else kind for kind in kinds))
    laws = [law_of(kind) for kind in kinds]
    if None in laws:
        return None

    def law(value: Any) -> Any:
        if value is None and type(None) in kinds:  # NumPy would make NaN of it.
            return None
        refusals = []
        for one in laws:
            try:
                return one(value)  # type: ignore[misc]
            except RefusalError as refusal:
                refusals.append(refusal)
        told = [refusal for refusal in refusals if refusal.law != "be None"]
        raise RefusalError(_any_of(list(dict.fromkeys(refusal.law for refusal in told))), told[0].remedy)

    return law


def _any_of(words: list[str]) -> str:
    if len(words) > 3:  # The annotation is a union of classes.
        return f"be one of {', '.join(word.split()[-1] for word in words)}"
    return " or ".join(words).replace(" or be ", " or ")


def _both(first: Law | None, second: Within | Axes | None) -> Law | None:
    if first is None or second is None:
        return first
    return lambda value: second(first(value))


_PLAIN: dict[Any, Law] = {
    int: _whole,
    float: _number,
    Fraction: _rational,
    bool: _truth,
    str: _text,
    Path: _path,
    None: _nothing,
    type(None): _nothing,
}
