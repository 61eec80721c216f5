"""Trials: many models, each trained on a random subset of the data.

``learner`` says what is trained (a protocol).
"""

from longtail.trials.learner import Learner, Predictions

__all__ = ["Learner", "Predictions"]
