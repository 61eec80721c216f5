r"""The onion: does removing or privatizing the most memorized examples protect the rest, or lay the next layer bare?

Memorized examples are the exposed ones, so one may want to remove them. The others then lose the company that made
them look ordinary, and some become exposed in their turn [Carlini2022Onion]_. Or one keeps them and randomizes their
labels, over all m classes [Warner1965]_: each stays with probability :math:`e^\varepsilon / (e^\varepsilon + m - 1)`.
Measured here, with models that were not used to choose whose turn it is:

* *before*: the exposure of each example with everybody in;
* *removed*: with the most memorized share of the examples gone;
* *matched*: with as many gone that are not among the most memorized, of the same classes. Less data makes every model
  memorize more; what counts is the difference from this;
* *privatized*: with the most memorized share in, their labels randomized once, before any model is trained;
* *matched*, too: with the labels of the matched randomized instead. Wrong labels anywhere disturb every model.

It is told for all that keep their place and label throughout, and for the *next layer*: those who were next in line by
memorization, as many as were removed. Intervals of differences are over examples, each a pair; the one draw of the
noise is given.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.experiments.matching import matched_examples
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.limits.label_privacy import randomized_labels
from longtail.membership import memorization_correlation, vulnerability
from longtail.outcomes import Outcomes
from longtail.randomness import generator, integer_seed
from longtail.sampling_laws import student_half_width
from longtail.scores import memorization
from longtail.theory.randomized_response import randomized_response
from longtail.trials import SubsetDesign, run_trials

__all__ = ["OnionArm", "OnionFindings", "OnionLayer", "onion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnionArm:
    """Mean exposure of some examples after something was done to others.

    Parameters
    ----------
    after_memorized, after_matched : Estimate
        It was done to the most memorized, or to as many others of the same classes.
    effect : Estimate
        Their difference: positive where doing it to the memorized lays the rest bare.
    change : Estimate
        What doing it to the memorized changes from before, for whatever reason.
    """

    after_memorized: Estimate
    after_matched: Estimate
    effect: Estimate
    change: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class OnionLayer:
    """Mean exposure of some examples: how surely models with one are told from models without (a coin: 0.5).

    Parameters
    ----------
    n_examples : int
        How many.
    before : Estimate
        With everybody in, under their own labels.
    removal, privatization : OnionArm
        After others were removed, and after their labels were randomized.
    """

    n_examples: int
    before: Estimate
    removal: OnionArm
    privatization: OnionArm


@dataclass(frozen=True, slots=True, kw_only=True)
class OnionFindings:
    """Effect of removal and privatization on the exposure of the rest.

    Parameters
    ----------
    n_trials, n_removed : int
        Models a side; examples removed, or privatized.
    epsilon : float
        Of the label privacy.
    correlation : Estimate
        Rank correlation of memorization and exposure, across halves of the models that chose.
    removed_before : Estimate
        Mean exposure of the removed while they were in.
    remaining, next_layer : OnionLayer
        See the module.
    """

    n_trials: int
    n_removed: int
    epsilon: float
    correlation: Estimate
    removed_before: Estimate
    remaining: OnionLayer
    next_layer: OnionLayer


def onion(
    dataset: Dataset,
    learner: Any,
    *,
    n_trials: int = 128,
    share: float = 0.05,
    epsilon: float = 1.0,
    seed: int = 0,
    level: float = 0.95,
    jobs: int | None = None,
) -> OnionFindings:
    """Remove or privatize the most memorized examples and measure the exposure of the rest: six times the models.

    Parameters
    ----------
    dataset, learner
        What is trained, on what.
    n_trials : int
        Models a side, each on half of the examples.
    share : float
        Of the examples that is removed or privatized, in (0, 1/4].
    epsilon : float
        How privately: of the randomized response on their labels, positive and finite.
    seed : int
        Of everything.
    level : float
        Of the intervals.
    jobs : int, optional
        Models at a time; it does not affect the result.

    Raises
    ------
    InputError
        If ``share`` or ``epsilon`` breaks its law, or the learner gives no probabilities.
    """
    learner = any_learner(learner)
    _require_laws(share, epsilon)
    models = _Models(learner=learner, n_trials=n_trials, seed=seed, level=level, jobs=jobs)
    choosing = models.outcomes(dataset, "choose")
    order = np.argsort(-memorization(choosing, level).value, kind="stable")
    n_removed = max(round(share * dataset.n_train), 1)
    memorized, following = order[:n_removed], order[n_removed : 2 * n_removed]
    others = np.setdiff1d(order, following)
    matched = others[matched_examples(dataset.restricted_to(others), np.searchsorted(others, memorized), seed, 0)[0]]
    before = models.exposure(dataset, "before")
    removal = (models.without(dataset, memorized, "removed"), models.without(dataset, matched, "matched"))
    privatization = (
        models.exposure(_privatized(dataset, memorized, epsilon, seed), "privatized"),
        models.exposure(_privatized(dataset, matched, epsilon, seed), "matched, privatized"),
    )

    def layer(examples: Whole) -> OnionLayer:
        return OnionLayer(
            n_examples=len(examples),
            before=_mean(before[examples], level),
            removal=_arm(examples, before, *removal, level),
            privatization=_arm(examples, before, *privatization, level),
        )

    return OnionFindings(
        n_trials=n_trials,
        n_removed=n_removed,
        epsilon=epsilon,
        correlation=memorization_correlation(choosing, level)[1],
        removed_before=_mean(before[memorized], level),
        remaining=layer(np.setdiff1d(order, np.concatenate([memorized, matched]))),
        next_layer=layer(following),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Models:
    """Fresh ones for every side, on halves of its examples."""

    learner: Learner
    n_trials: int
    seed: int
    level: float
    jobs: int | None

    def outcomes(self, dataset: Dataset, side: str) -> Outcomes:
        design = SubsetDesign(n_trials=self.n_trials, fraction=0.5, seed=integer_seed(self.seed, side))
        return run_trials(self.learner, dataset, design, jobs=self.jobs)

    def exposure(self, dataset: Dataset, side: str) -> Reals:
        return vulnerability(self.outcomes(dataset, side), self.level).value

    def without(self, dataset: Dataset, gone: Whole, side: str) -> Reals:
        """Return the exposure without some examples, at the places of all examples. It is NaN for the removed ones."""
        kept = np.setdiff1d(np.arange(dataset.n_train), gone)
        found = np.full(dataset.n_train, np.nan)
        found[kept] = self.exposure(dataset.restricted_to(kept), side)
        return found


def _privatized(dataset: Dataset, rows: Whole, epsilon: float, seed: int) -> Dataset:
    """Return the same examples, with some labels through randomized response over all classes."""
    channel = randomized_response(np.full(dataset.n_classes, 1 / dataset.n_classes), epsilon)
    labels = dataset.y.copy()
    labels[rows] = randomized_labels(dataset.y[rows], channel[None], generator(seed, "label noise"))
    labels.setflags(write=False)
    return replace(dataset, y=labels)


def _arm(examples: Whole, before: Reals, memorized: Reals, matched: Reals, level: float) -> OnionArm:
    return OnionArm(
        after_memorized=_mean(memorized[examples], level),
        after_matched=_mean(matched[examples], level),
        effect=_mean(memorized[examples] - matched[examples], level),
        change=_mean(memorized[examples] - before[examples], level),
    )


def _mean(values: Reals, level: float) -> Estimate:
    """Estimate the mean over examples that could be attacked on every side, with Student's interval."""
    known = values[~np.isnan(values)]
    value = float(known.mean())
    half = float(student_half_width(level, max(len(known) - 1, 1))) * float(known.std()) / max(len(known) - 1, 1) ** 0.5
    return Estimate(
        value=value, low=value - half, high=value + half, level=level, method="Student's interval over examples"
    )


def _require_laws(share: float, epsilon: float) -> None:
    if not 0 < share <= 0.25:
        raise InputError("share", "lie in (0, 1/4]", share)
    if not 0 < epsilon < math.inf:
        raise InputError("epsilon", "be positive and finite", epsilon)
