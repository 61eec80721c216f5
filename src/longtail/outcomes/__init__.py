"""Outcomes, the waist of the library: who was in, and how well each model did on each example.

==================  ==========================================================================================
``table.py``        the table of trials: right or wrong with margins, or one number for each example
``performance.py``  kinds of performance: name, direction, range, unit
``checks.py``       laws that arrays must keep before they become a table
==================  ==========================================================================================
"""

from longtail.outcomes.performance import ACCURACY, PERFORMANCES, Performance, Task, known_performance
from longtail.outcomes.table import Outcomes

__all__ = ["ACCURACY", "PERFORMANCES", "Outcomes", "Performance", "Task", "known_performance"]
