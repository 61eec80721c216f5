"""What an annotation stands for, where it is a named alias.

From NumPy 2.5 on, on Python 3.12 and later, ``NDArray[...]`` is an alias made by a ``type`` statement. Such an alias
keeps its name and does not show what it stands for.
"""

from typing import Any, get_args, get_origin

__all__ = ["resolved"]


def resolved(annotation: Any) -> Any:
    """Return an annotation with its outermost alias replaced by what it stands for, as often as there is one.

    Examples
    --------
    >>> resolved(list[int])
    list[int]
    """
    while True:
        origin = get_origin(annotation)
        if hasattr(annotation, "__value__") and origin is None:
            annotation = annotation.__value__
        elif hasattr(origin, "__value__"):
            annotation = origin.__value__[get_args(annotation)]
        else:
            return annotation
