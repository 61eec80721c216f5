"""Linear learners that fit many subsets at once.

=====================  ======================================================
``batched_linear.py``  logistic regression and linear support vector machines
``curvature.py``       an approximate inverse Hessian that all subsets share
``minimization.py``    the minimization of many objectives together
``losses.py``          their losses, with derivatives
``pool.py``            the examples that all subsets share
=====================  ======================================================
"""

from longtail.learners.linear.batched_linear import BatchedLinearSVM, BatchedLogistic

__all__ = ["BatchedLinearSVM", "BatchedLogistic"]
