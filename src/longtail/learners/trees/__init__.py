"""Trees on many subsets at once.

====================  ==============================================================================================
``boosted_trees.py``  boosted trees as a learner
``examples.py``       the rows of a call in one table, and scores as predictions; ``checks.py``: laws of the settings
``table.py``          features as codes, once a data set, and cut to a subset; ``tables.py`` keeps the last ones
``binning.py``        compiled: values to ranks, ranks to bins
``boosting.py``       compiled: the derivatives of the loss in whole numbers, a tree for each score
``growth.py``         compiled: one tree, the best leaf first
``routing.py``        compiled: which leaf a row falls into
``arrays.py``         what these kernels read and write
``forest.py``         a random forest as a learner
``forest_growth.py``  compiled: its trees; ``forest_splits.py``: the split of a node
====================  ==============================================================================================
"""

from longtail.learners.trees.boosted_trees import BoostedTrees
from longtail.learners.trees.forest import Forest

__all__ = ["BoostedTrees", "Forest"]
