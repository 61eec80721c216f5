"""The growth of trees on binned rows: compiled, in whole numbers, the same bits on every processor.

====================  ==============================================================================================
``table.py``          features as codes, once a data set, and cut to a subset
``binning.py``        compiled: values to ranks, ranks to bins
``boosting.py``       compiled: the derivatives of the loss in whole numbers, a tree for each score
``residuals.py``      compiled: the same of squared error, where the target is a number
``growth.py``         compiled: one tree, the best leaf first
``routing.py``        compiled: which leaf a row falls into
``draws.py``          compiled: the rows and features that a tree is grown on
``arrays.py``         what these kernels read and write
``forest_growth.py``  compiled: the trees of a forest; ``forest_splits.py``: the split of a node
====================  ==============================================================================================
"""

__all__: list[str] = []
