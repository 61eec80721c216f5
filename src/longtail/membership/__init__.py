"""Membership: what an attacker learns about each example, from the same outcomes as its memorization.

=========================  =========================================================================
``lira.py``                the likelihood-ratio attack
``shrunken_lira.py``       the same with moments shrunken to those of examples alike, for few models
``shrunken_moments.py``    those moments
``model_levels.py``        how much surer one model is of everything than another
``rmia.py``                the attack that compares with a population
``attack_scores.py``       what attacks make, and whom they refuse
``signals.py``             the statistic that they read: confidences, or losses
``shadow_moments.py``      all other trials as shadow models of each
``roc.py``                 the curve, and rates with intervals
``roc_curve.py``           what it comes to, at any level and for the best of several
``roc_intervals.py``       intervals of its numbers, and of ties
``risk.py``                how right and how many, at a prior
``score_table.py``         scores counted, for curves and jackknives
``places.py``              places of scores among thresholds
``vulnerability.py``       how exposed each example is, beside how much it is memorized
``unit_vulnerability.py``  how exposed each person is, whose rows are in or out together
``unit_attack.py``         the likelihood-ratio attack on all rows of a person
``own_model.py``           a model that is already there, attacked with the trials as shadows
``given_numbers.py``       whether numbers from elsewhere are logits, and in our order of classes
``published_tables.py``    tables of masks and confidences that others made
``subgroups.py``           privacy risk and accuracy of each subgroup
``size_law.py``            how exposure falls with the size of a group
``privacy_audit.py``       a lower bound on epsilon from independent canaries
``one_run_audit.py``       the same from the canaries of a single run
``one_run_f_dp.py``        the same, tighter, in the sense of f-differential privacy
=========================  =========================================================================
"""

from longtail.membership.attack_scores import AttackScores
from longtail.membership.lira import lira
from longtail.membership.one_run_audit import one_run_epsilon_lower_bound
from longtail.membership.one_run_f_dp import f_dp_epsilon_lower_bound
from longtail.membership.own_model import ModelAttack, attack_model, attack_model_by_unit, confidence_from_logits
from longtail.membership.privacy_audit import epsilon_lower_bound
from longtail.membership.published_tables import read_published_table
from longtail.membership.risk import Risk, risk_at
from longtail.membership.rmia import rmia
from longtail.membership.roc import RocCurve, roc
from longtail.membership.shrunken_lira import shrunken_lira
from longtail.membership.size_law import ExposureLaw, exposure_law, mean_embedding_advantage
from longtail.membership.subgroups import SubgroupRisk, subgroup_risks
from longtail.membership.unit_attack import unit_lira
from longtail.membership.unit_vulnerability import unit_vulnerability
from longtail.membership.vulnerability import Vulnerability, memorization_correlation, vulnerability

__all__ = [
    "AttackScores",
    "ExposureLaw",
    "ModelAttack",
    "Risk",
    "RocCurve",
    "SubgroupRisk",
    "Vulnerability",
    "attack_model",
    "attack_model_by_unit",
    "confidence_from_logits",
    "epsilon_lower_bound",
    "exposure_law",
    "f_dp_epsilon_lower_bound",
    "lira",
    "mean_embedding_advantage",
    "memorization_correlation",
    "one_run_epsilon_lower_bound",
    "read_published_table",
    "risk_at",
    "rmia",
    "roc",
    "shrunken_lira",
    "subgroup_risks",
    "unit_lira",
    "unit_vulnerability",
    "vulnerability",
]
