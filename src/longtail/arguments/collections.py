"""Laws of lists, mappings and tuples, item by item."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from longtail.arguments.refusal import Law, RefusalError

__all__ = ["each", "each_of_tuple", "iterable", "mapping"]

_LONGEST = 10**8  # The number of items.


def each(kind: type, law: Law | None) -> Law:
    """Make the law of items that each obey ``law``, in a list, a tuple or a range.

    The function is given a ``kind`` of these items.
    """

    def check(value: Any) -> Any:
        items = _listed(value)
        if len(items) > _LONGEST:
            raise RefusalError(f"hold at most {_LONGEST:,} items")
        if law is not None and not isinstance(items, range):
            items = _rebuilt(items, [_item(law, item) for item in items])
        return items if isinstance(items, kind) else kind(items)

    return check


def each_of_tuple(laws: Sequence[Law | None]) -> Law:
    """Make the law of a tuple that has as many items as there are laws, each item with its own law."""

    def check(value: Any) -> tuple[Any, ...]:
        items = _listed(value)
        if len(items) != len(laws):
            raise RefusalError(f"hold {len(laws)} items")
        return tuple(item if law is None else _item(law, item) for law, item in zip(laws, items, strict=True))

    return check


def mapping(of_keys: Law | None = None, of_values: Law | None = None) -> Law:
    """Make the law of a mapping whose keys and values obey their laws."""

    def check(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise RefusalError("be a mapping, such as a dict")
        for key, item in value.items():
            for law, part in ((of_keys, key), (of_values, item)):
                if law is not None:
                    _item(law, part)
        return value

    return check


def iterable(value: Any) -> Any:
    """Accept anything to go through, except text, whose letters are never meant. The items are not looked at."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise RefusalError("be a list")
    return value


def _listed(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 1 and not isinstance(value, np.ma.MaskedArray):
        return value.tolist()
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise RefusalError("be a list")
    return value


def _rebuilt(before: Any, items: list[Any]) -> Any:
    """Rebuild the collection with its items, or return it as it is where no item changed."""
    if all(new is old for new, old in zip(items, before, strict=True)):
        return before
    return tuple(items) if isinstance(before, tuple) else items


def _item(law: Law, item: Any) -> Any:
    try:
        return law(item)
    except RefusalError as refusal:
        raise RefusalError(f"hold items that each {_plural(refusal.law)}", refusal.remedy) from None


def _plural(law: str) -> str:
    return f"are {law.removeprefix('be ')}" if law.startswith("be ") else f"{law}"
