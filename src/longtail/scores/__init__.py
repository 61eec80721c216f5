"""Scores: reductions of outcomes to answers, each with its interval and its estimand.

===================  ===================================================================
``memorization.py``  what an example's own fit owes to its presence
``selection.py``     what may be said of the highest scores, and above a threshold
``influence.py``     what a test example's fit owes to a training example's presence
``convergence.py``   how many trials are enough
``proportions.py``   differences of proportions and their intervals
``significance.py``  exact tests for thousands of pairs, false-discovery rate
``tables.py``        scores in files
===================  ===================================================================
"""

from longtail.scores.influence import InfluenceScores, high_influence_pairs, influence, significant_influence
from longtail.scores.kernel_ridge_control import kernel_ridge_control
from longtail.scores.memorization import MemorizationScores, memorization
from longtail.scores.near_duplicates import NearDuplicates, duplicate_pairs, near_duplicates
from longtail.scores.selection import MostMemorized, ThresholdReport, above_threshold, most_memorized

__all__ = [
    "InfluenceScores",
    "MemorizationScores",
    "MostMemorized",
    "NearDuplicates",
    "ThresholdReport",
    "above_threshold",
    "duplicate_pairs",
    "high_influence_pairs",
    "influence",
    "kernel_ridge_control",
    "memorization",
    "most_memorized",
    "near_duplicates",
    "significant_influence",
]
