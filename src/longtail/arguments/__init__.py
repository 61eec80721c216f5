"""Arguments, checked before anything is computed: one mechanism for Python and for the command line.

================== ===========================================================================================
``bounds.py``      the range of a number, and those that several functions and options share
``decorator.py``   check what a public function is given against its annotations
``annotations.py`` the law that an annotation makes
``collections.py`` laws of lists, mappings and tuples, item by item
``arrays.py``      laws of arrays: numbers of the right kind, and no mask that would be lost
``refusal.py``     why a value is refused, before anybody knows the argument's name
================== ===========================================================================================
"""

from typing import TYPE_CHECKING, Any

from longtail.arguments.bounds import Within

if TYPE_CHECKING:
    from longtail.arguments.decorator import checked

__all__ = ["Within", "checked"]


def __getattr__(name: str) -> Any:
    """Import ``checked`` when it is asked for: it needs NumPy, which the ranges of options do without."""
    if name != "checked":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from longtail.arguments.decorator import checked

    return checked
