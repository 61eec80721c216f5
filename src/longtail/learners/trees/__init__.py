"""Trees on many subsets at once, which ``longtail.trees`` grows.

========================  ==========================================================================================
``boosted_trees.py``      boosted trees as a learner; ``boosting_settings.py``: what those of every loss share
``boosted_regressor.py``  the same of squared error, where the target is a number
``forest.py``             a random forest as a learner
``examples.py``           the rows of a call in one table, and scores as predictions; ``checks.py``: laws of settings
``number_examples.py``    the same where the target is a number
``fitted_trees.py``       leaves of rows and their values, and what fewer rounds or other values predict
``fitted_numbers.py``     the same where the target is a number
``tables.py``             the binned tables made last
========================  ==========================================================================================
"""

from longtail.learners.trees.boosted_regressor import BoostedRegressor
from longtail.learners.trees.boosted_trees import BoostedTrees
from longtail.learners.trees.forest import Forest

__all__ = ["BoostedRegressor", "BoostedTrees", "Forest"]
