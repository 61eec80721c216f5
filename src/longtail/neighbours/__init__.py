"""Nearest neighbors under Euclidean distance, exactly, at the cost of single precision.

=======================  ====================================================================
``nearest.py``           lists of the nearest examples, in one fixed order
``candidates.py``        the few that may stand in a list, by single precision
``single_precision.py``  products a tile at a time, and how far they move a squared distance
``boxes.py``             how far apart blocks of examples are at least
``units.py``             features in comparable units, and lists with copies of one part at a time
=======================  ====================================================================
"""

from longtail.neighbours.nearest import nearest_neighbours
from longtail.neighbours.units import in_units, neighbours_in_parts

__all__ = ["in_units", "nearest_neighbours", "neighbours_in_parts"]
