"""Scores: reductions of outcomes to answers, each with its interval and its estimand.

===================  ===================================================================
``memorization.py``  what an example's own fit owes to its presence
``influence.py``     what a test example's fit owes to a training example's presence
``proportions.py``   differences of proportions and their intervals
``significance.py``  exact tests for thousands of pairs, false-discovery rate
===================  ===================================================================
"""

from longtail.scores.influence import InfluenceScores, influence
from longtail.scores.memorization import MemorizationScores, memorization

__all__ = ["InfluenceScores", "MemorizationScores", "influence", "memorization"]
