"""Scores: reductions of outcomes to answers, each with its interval and its estimand.

===================  ===================================================================
``memorization.py``  what an example's own fit owes to its presence
``influence.py``     what a test example's fit owes to a training example's presence
``exact_knn.py``     both, for nearest neighbors, without training or sampling
``exact_ridge.py``   ridge classifiers: leave-one-out and refits on subsets, in closed form
``proportions.py``   differences of proportions and their intervals
``significance.py``  exact tests for thousands of pairs, false-discovery rate
===================  ===================================================================
"""

from longtail.scores.exact_knn import exact_knn_influence, exact_knn_memorization
from longtail.scores.exact_ridge import (
    exact_kernel_ridge_leave_one_out,
    exact_ridge_leave_one_out,
    kernel_ridge_outcomes,
    ridge_outcomes,
)
from longtail.scores.influence import InfluenceScores, influence
from longtail.scores.memorization import MemorizationScores, memorization

__all__ = [
    "InfluenceScores",
    "MemorizationScores",
    "exact_kernel_ridge_leave_one_out",
    "exact_knn_influence",
    "exact_knn_memorization",
    "exact_ridge_leave_one_out",
    "influence",
    "kernel_ridge_outcomes",
    "memorization",
    "ridge_outcomes",
]
