r"""The onion: does taking the most memorized examples away protect the rest, or lay the next layer bare?

Memorized examples are the exposed ones, so one may want to remove them. The others then lose the company that made
them look ordinary, and some become exposed in their turn [Carlini2022Onion]_. Measured here, with models that were not
used to choose who is removed:

* *before*: the exposure of each example with everybody in;
* *removed*: with the most memorized share of the examples gone;
* *matched*: with as many gone that are not among the most memorized, of the same classes. Less data makes every model
  memorize more; what counts is the difference from this.

It is told for all that remain in both, and for the *next layer*: those who were next in line by memorization, as
many as were removed. Intervals of differences are over examples, each a pair.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.membership import memorization_correlation, vulnerability
from longtail.randomness import integer_seed
from longtail.scores import memorization
from longtail.study.removal import matched_examples
from longtail.trials import Learner, SubsetDesign, run_trials

__all__ = ["OnionFindings", "OnionLayer", "onion"]

Whole = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnionLayer:
    """Mean exposure of some examples: how surely models with one are told from models without (a coin: 0.5).

    Parameters
    ----------
    n_examples : int
        How many.
    before, after_removal, after_matched : Estimate
        With everybody in, and without the removed or the matched.
    effect : Estimate
        After removal minus after matched removal: positive where removing the memorized lays others bare.
    """

    n_examples: int
    before: Estimate
    after_removal: Estimate
    after_matched: Estimate
    effect: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class OnionFindings:
    """What removal does to the exposure of the rest.

    Parameters
    ----------
    n_trials, n_removed : int
        Models a side; examples removed.
    correlation : Estimate
        Rank correlation of memorization and exposure, across halves of the models that chose.
    removed_before : Estimate
        Mean exposure of the removed while they were in.
    remaining, next_layer : OnionLayer
        See the module.
    """

    n_trials: int
    n_removed: int
    correlation: Estimate
    removed_before: Estimate
    remaining: OnionLayer
    next_layer: OnionLayer


def onion(
    dataset: Dataset,
    learner: Learner,
    *,
    n_trials: int = 128,
    share: float = 0.05,
    seed: int = 0,
    level: float = 0.95,
    jobs: int | None = None,
) -> OnionFindings:
    """Remove the most memorized examples and measure the exposure of the rest: four times ``n_trials`` models.

    Parameters
    ----------
    dataset, learner
        What is trained, on what.
    n_trials : int
        Models a side, each on half of the examples.
    share : float
        Of the examples that is removed, in (0, 1/4].
    seed : int
        Of everything.
    level : float
        Of the intervals.
    jobs : int, optional
        Models at a time; it does not affect the result.

    Raises
    ------
    InputError
        If ``share`` breaks its law, or the learner gives no probabilities.
    """
    if not 0 < share <= 0.25:
        raise InputError("share", "lie in (0, 1/4]", share)

    def exposure(kept: Whole, side: str) -> Reals:
        design = SubsetDesign(n_trials=n_trials, fraction=0.5, seed=integer_seed(seed, side))
        outcomes = run_trials(learner, dataset.restricted_to(kept), design, jobs=jobs)
        found = np.full(dataset.n_train, np.nan)
        found[kept] = vulnerability(outcomes, level).value
        return found

    everybody = np.arange(dataset.n_train)
    choosing = run_trials(
        learner, dataset, SubsetDesign(n_trials=n_trials, fraction=0.5, seed=integer_seed(seed, "choose")), jobs=jobs
    )
    order = np.argsort(-memorization(choosing, level).value, kind="stable")
    n_removed = max(round(share * dataset.n_train), 1)
    removed, following = order[:n_removed], order[n_removed : 2 * n_removed]
    others = np.setdiff1d(everybody, following)
    matched = others[matched_examples(dataset.restricted_to(others), np.searchsorted(others, removed), seed, 0)[0]]
    before = exposure(everybody, "before")
    after = exposure(np.setdiff1d(everybody, removed), "removed")
    control = exposure(np.setdiff1d(everybody, matched), "matched")
    remaining = np.setdiff1d(everybody, np.concatenate([removed, matched]))
    return OnionFindings(
        n_trials=n_trials,
        n_removed=n_removed,
        correlation=memorization_correlation(choosing, level)[1],
        removed_before=_mean(before[removed], level),
        remaining=_layer(remaining, before, after, control, level),
        next_layer=_layer(following, before, after, control, level),
    )


def _layer(examples: Whole, before: Reals, after: Reals, control: Reals, level: float) -> OnionLayer:
    return OnionLayer(
        n_examples=len(examples),
        before=_mean(before[examples], level),
        after_removal=_mean(after[examples], level),
        after_matched=_mean(control[examples], level),
        effect=_mean(after[examples] - control[examples], level),
    )


def _mean(values: Reals, level: float) -> Estimate:
    """Over examples that could be attacked on every side; Student's interval."""
    known = values[~np.isnan(values)]
    value = float(known.mean())
    half = float(t.isf((1 - level) / 2, max(len(known) - 1, 1))) * float(known.std()) / max(len(known) - 1, 1) ** 0.5
    return Estimate(
        value=value, low=value - half, high=value + half, level=level, method="Student's interval over examples"
    )
