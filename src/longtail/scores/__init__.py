"""Scores: reductions of outcomes to answers, each with its interval and its estimand.

===========================  =======================================================================================
``memorization.py``          what an example's own fit owes to its presence
``efficient.py``             the same from margins, with fewer models, by the regression of ``beta_binomial.py``
``soft_memorization.py``     other estimands: the label's probability, the margin's probit
``kernel_ridge_control.py``  what neighbors' absence does to a margin: a control variate
``ranking.py``               which examples are memorized most, and what that order rests on
``selection.py``             what may be said of the highest scores, and above a threshold
``influence.py``             what a test example's fit owes to a training example's presence: ``influence_scores.py``
``number_influence.py``      the same where performance is a number
``margin_influence.py``      the same in units of the margin, by ``margin_regression.py``, sharpened by attributions
``influence_on.py``          on a class, a group, a gap, an AUROC: ``test_functionals.py``; whether attributions order
                             retrained models: ``linear_datamodeling_score.py``
``pair_ranking.py``          q-values of all pairs from counts of their p-values
``exact_knn.py``             both, for nearest neighbors, without training or sampling; their vote: ``knn_vote.py``
``exact_ridge.py``           ridge classifiers: leave-one-out and refits on subsets, in closed form, by the algebra of
                             ``ridge_refits.py``
``near_duplicates.py``       test examples that are in the training set already
``mislabeled_or_rare.py``    what kind of memorized example it is; ``wrong_labels.py`` with what probability its label
                             is wrong, from ``label_evidence.py`` and planted wrong labels
``near_examples.py``         neighbors as evidence on a label, among 40,000 examples at most
``three_tails.py``           how much of memorization is due to wrong labels, small classes, atypical examples;
                             ``wrong_share.py``: how many labels are wrong, from several choices of planted ones
``coupling.py``              how far a prediction carries over to its subpopulation; an error: ``carry_over.py``,
                             from ``carried_sums.py``
``subgroup_cost.py``         accuracy that a limit costs a group; ``new_examples.py``: left-out examples witness it, too
``class_means.py``           its mean over classes, each counting alike; ``witness_pools.py``: the variance of all three
``unit_draws.py``            what few and unequal units add to the error of a mean, and intervals by them
``data_maps.py``             data maps and prediction depth, of one run of any network
``proxies.py``               cheap stand-ins for memorization, from one training run; how good: ``proxy_quality.py``
``resampled_agreement.py``   the same on many resamples at once, without sorting any of them
``learner_tail.py``          the tail as a learner meets it: what single examples decide; ``witnesses.py`` of its curve
``convergence.py``           how many trials are enough
``proportions.py``           differences of proportions and their intervals; ``means.py``: of means of numbers
``significance.py``          exact tests for thousands of pairs, false-discovery rate
``counted_pairs.py``         all pairs in one pass: ``pair_counts.py`` counts bits; ``count_tables.py`` for tables
``units.py``                 rows that belong to one person
``unit_memorization.py``     what the fit of a person's rows owes to the person's presence
``mann_whitney.py``          how often one side is above the other, and its test
``tables.py``                scores in files
===========================  =======================================================================================
"""

from longtail.scores.convergence import Outlook, expected_width, outlook, top_stability
from longtail.scores.coupling import Coupling, measured_coupling
from longtail.scores.exact_knn import exact_knn_influence, exact_knn_memorization
from longtail.scores.exact_ridge import (
    exact_kernel_ridge_leave_one_out,
    exact_ridge_leave_one_out,
    kernel_ridge_outcomes,
    ridge_outcomes,
)
from longtail.scores.influence import high_influence_pairs, influence, significant_influence
from longtail.scores.influence_scores import InfluenceScores
from longtail.scores.kernel_ridge_control import kernel_ridge_control
from longtail.scores.learner_tail import CurveCheck, LearnerTail, learner_tail
from longtail.scores.linear_datamodeling_score import DatamodelingScore, linear_datamodeling_score
from longtail.scores.margin_influence import MarginInfluence, margin_influence
from longtail.scores.memorization import MemorizationScores, memorization
from longtail.scores.mislabeled_or_rare import MislabeledOrRare, mislabeled_or_rare
from longtail.scores.near_duplicates import NearDuplicates, duplicate_pairs, near_duplicates
from longtail.scores.selection import MostMemorized, ThresholdReport, above_threshold, most_memorized
from longtail.scores.test_functionals import TestFunctional

__all__ = [
    "Coupling",
    "CurveCheck",
    "DatamodelingScore",
    "InfluenceScores",
    "LearnerTail",
    "MarginInfluence",
    "MemorizationScores",
    "MislabeledOrRare",
    "MostMemorized",
    "NearDuplicates",
    "Outlook",
    "TestFunctional",
    "ThresholdReport",
    "above_threshold",
    "duplicate_pairs",
    "exact_kernel_ridge_leave_one_out",
    "exact_knn_influence",
    "exact_knn_memorization",
    "exact_ridge_leave_one_out",
    "expected_width",
    "high_influence_pairs",
    "influence",
    "kernel_ridge_control",
    "kernel_ridge_outcomes",
    "learner_tail",
    "linear_datamodeling_score",
    "margin_influence",
    "measured_coupling",
    "memorization",
    "mislabeled_or_rare",
    "most_memorized",
    "near_duplicates",
    "outlook",
    "ridge_outcomes",
    "significant_influence",
    "top_stability",
]
