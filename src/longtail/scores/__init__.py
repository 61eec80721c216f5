"""Scores: reductions of outcomes to answers, each with its interval and its estimand.

===================  ===================================================================
``memorization.py``  what an example's own fit owes to its presence
``influence.py``     what a test example's fit owes to a training example's presence
``exact_knn.py``     both, for nearest neighbors, without training or sampling
``proportions.py``   differences of proportions and their intervals
``significance.py``  exact tests for thousands of pairs, false-discovery rate
===================  ===================================================================
"""

from longtail.scores.exact_knn import exact_knn_influence, exact_knn_memorization
from longtail.scores.influence import InfluenceScores, influence
from longtail.scores.memorization import MemorizationScores, memorization

__all__ = [
    "InfluenceScores",
    "MemorizationScores",
    "exact_knn_influence",
    "exact_knn_memorization",
    "influence",
    "memorization",
]
