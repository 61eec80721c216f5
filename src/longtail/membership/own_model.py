r"""A model that is already there, attacked with the trials of a study as its shadow models.

Given the model's confidence on each training example of the study, every trial is a shadow model. A likelihood ratio
alone says little, so each comes with the false-positive rate at which the example would be called a member: the share
of the trials' own non-members, each attacked by all other trials, that score at least as high. If the model was trained
on none of the examples, or on others of the same population, this rate is uniform.

The trials must have been trained as the model was, on subsets of the population that its examples are from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.membership.attack_scores import AttackScores
from longtail.membership.given_numbers import require_confidences, require_finite, require_logits
from longtail.membership.lira import Mode, Variance, lira, lira_of_model
from longtail.membership.unit_attack import unit_lira, unit_lira_of_model
from longtail.outcomes import Outcomes

__all__ = ["ModelAttack", "attack_model", "attack_model_by_unit", "confidence_from_logits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAttack:
    """Result of an attack on one model.

    Parameters
    ----------
    attack : str
        Its name.
    score : (n,) float array
        For each candidate, higher for members; NaN where it cannot be attacked.
    false_positive_rate : (n,) float array
        At which it would be called a member.
    refused : dict
        How many cannot be attacked, by reason.
    """

    attack: str
    score: NDArray[np.float64]
    false_positive_rate: NDArray[np.float64]
    refused: dict[str, int]


@checked
def attack_model(
    outcomes: Outcomes, confidence: ArrayLike, mode: Mode = "online", variance: Variance = "pooled"
) -> ModelAttack:
    """Attack a model with LiRA.

    Parameters
    ----------
    outcomes : Outcomes
        Of shadow models, with confidences.
    confidence : (n,) array of float
        The model's, on each training example of the table: the logit of its label's probability.
    mode, variance
        See :func:`~longtail.membership.lira`.

    Raises
    ------
    InputError
        If ``confidence`` has another length or holds NaN, or no example can be attacked.
    """
    own = _required(outcomes, confidence)
    shadows = lira(outcomes, mode, variance)
    score = lira_of_model(outcomes, own, mode, variance)
    return ModelAttack(
        attack=shadows.attack, score=score, false_positive_rate=_rates(shadows, score), refused=shadows.refused
    )


@checked
def attack_model_by_unit(outcomes: Outcomes, confidence: ArrayLike, together: ArrayLike) -> ModelAttack:
    """Attack a model with LiRA on units: persons, whose rows are in or out together.

    Parameters
    ----------
    outcomes, confidence
        As for :func:`attack_model`.
    together : (n,) array
        The unit that each row belongs to. Units come in the order of their sorted names.

    Returns
    -------
    ModelAttack
        An entry a unit. False-positive rates are among the units that trials left out.

    Raises
    ------
    InputError
        See :func:`attack_model`, or if units are torn.
    """
    own = _required(outcomes, confidence)
    shadows = unit_lira(outcomes, together)
    score = unit_lira_of_model(outcomes, own, together)
    return ModelAttack(
        attack=shadows.attack, score=score, false_positive_rate=_rates(shadows, score), refused=shadows.refused
    )


def _required(outcomes: Outcomes, confidence: ArrayLike) -> NDArray[np.float64]:
    own = np.asarray(confidence, float)
    if own.shape != (outcomes.n_train,) or np.isnan(own).any():
        law = f"be one number for each of {outcomes.n_train} training examples"
        raise InputError("confidence", law, Said(f"shape {own.shape}, {int(np.isnan(own).sum())} NaN"))
    require_confidences("confidence", own)
    return own


def _rates(shadows: AttackScores, score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the trials' non-members that score at least as high."""
    others = np.sort(shadows.score[~shadows.inclusion & ~np.isnan(shadows.score)])
    at_least = len(others) - np.searchsorted(others, score.astype(np.float32), side="left")
    return np.where(np.isnan(score), np.nan, (at_least + 1) / (len(others) + 1))


@checked
def confidence_from_logits(logits: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """The logit of each label's softmax probability: its own logit minus the log-sum-exp of all others.

    Parameters
    ----------
    logits : (n, classes) array of float
    labels : (n,) array of int
        Class codes.

    Raises
    ------
    InputError
        If a label is no column, or the logits are probabilities or hold NaN.

    Examples
    --------
    >>> confidence_from_logits([[0.0, 0.0]], [1]).tolist()
    [0.0]
    """
    scores, classes = np.array(logits, float), np.asarray(labels)
    if scores.ndim != 2 or classes.shape != scores.shape[:1]:
        law = "have a row of logits for each label"
        raise InputError("logits", law, Said(f"shape {scores.shape} for labels of shape {classes.shape}"))
    if classes.dtype.kind not in "iu" or (len(classes) and not 0 <= classes.min() <= classes.max() < scores.shape[1]):
        strange = next(
            (x for x in classes.tolist() if not isinstance(x, int) or not 0 <= x < scores.shape[1]), classes.dtype
        )
        raise InputError("labels", f"be class codes from 0 to {scores.shape[1] - 1}, columns of logits", strange)
    require_finite("logits", scores)
    if scores.shape[1] < 2:
        raise InputError("logits", "have a column for each of at least two classes", Said("one column"))
    if (endless := np.isposinf(scores).any(axis=1)).any():  # minus infinity is a class that a model rules out
        law = "be below infinity"
        raise InputError("logits", law, Said(f"infinity in {int(endless.sum()):,} rows, first {int(endless.argmax())}"))
    require_logits("logits", scores)
    codes = classes[:, None]
    of_label = np.take_along_axis(scores, codes, axis=1)[:, 0]
    np.put_along_axis(scores, codes, -np.inf, axis=1)
    others: NDArray[np.float64] = np.logaddexp.reduce(scores, axis=1)
    return np.asarray(of_label - others)
