"""Trees on many subsets at once, which ``longtail.trees`` grows.

====================  ==============================================================================================
``boosted_trees.py``  boosted trees as a learner
``forest.py``         a random forest as a learner
``examples.py``       the rows of a call in one table, and scores as predictions; ``checks.py``: laws of the settings
``fitted_trees.py``   leaves of rows and their values, and what fewer rounds or other values predict
``tables.py``         the binned tables made last
====================  ==============================================================================================
"""

from longtail.learners.trees.boosted_trees import BoostedTrees
from longtail.learners.trees.forest import Forest

__all__ = ["BoostedTrees", "Forest"]
