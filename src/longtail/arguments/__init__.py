"""Arguments, checked before anything is computed: one mechanism for Python and for the command line.

==================== =========================================================================================
``bounds.py``        the range of a number, and those that several functions and options share
``decorator.py``     check what a public function is given against its annotations
``aliases.py``       what an annotation stands for, where it is a named alias
``annotations.py``   the law that an annotation makes
``collections.py``   laws of lists, mappings and tuples, item by item
``axes.py``          how many axes an array has
``arrays.py``        laws of arrays: numbers of the right kind, and no mask that would be lost
``gaps_allowed.py``  that a function itself answers what is missing or masked
``refusal.py``       why a value is refused, before anybody knows the argument's name
==================== =========================================================================================
"""

from longtail.arguments.axes import Axes
from longtail.arguments.bounds import Within
from longtail.arguments.decorator import checked
from longtail.arguments.gaps_allowed import GapsAllowed

__all__ = ["Axes", "GapsAllowed", "Within", "checked"]
