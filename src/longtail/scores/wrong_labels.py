r"""How probable it is that a label is wrong, learned from wrong labels that were planted in the same data.

Labels of a known share of the examples are flipped at random and models trained again. Of the examples in question
there, F were flipped; of the others some, say W, were wrong before, and the rest is rare. If those that were wrong
before look as the flipped ones do, an example with evidence x was flipped with probability

.. math:: \frac{F}{F + W}\; \sigma(w^\top x + w_0),

where the logistic function says whether it is wrong at all. Weights and W are the most likely ones: where among the
examples with the strongest evidence a share stays unflipped however strong it is, those were wrong before; where it
goes to nothing, they are rare. This is learning from positive and unlabeled examples [ElkanNoto2008]_. In the data as
given, where nothing was flipped, the odds of being wrong are smaller by :math:`W/(F + W)`.

If left-out models gave each label its true probability p, and wrong labels were drawn at random, the log-odds of being
wrong would be :math:`-\ln p/(1 - p)` and a constant, whatever the other evidence: the order of confident learning
[Northcutt2021]_. So weights are pulled towards that, by a ridge: few planted labels leave them near it, many move them.
Where many labels are wrong before, even many planted ones can mislead; the pull is stronger where held-out planted
labels are then more likely.

All counts are cross-validated: no example is weighed by a regression that saw it.

That holds for labels that are wrong at random. Labels that are wrong where classes are alike look like rare ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.machine import one_thread
from longtail.randomness import generator
from longtail.scores.label_evidence import LabelEvidence
from longtail.scores.proportions import wilson_interval

__all__ = ["CALLED", "FEWEST_FLIPPED", "LabelJudge", "label_judge", "mixture_scores"]


CALLED = 0.5
"""Probability from which on a label is called wrong."""

FEWEST_FLIPPED = 10
"""Planted labels in question without which nothing is judged."""

_FOLDS, _STEPS = 5, 500
_RIDGE = 30.0  # Chosen on seven tables that are in no test and no published figure, for the mean average precision.
_STRONG = 10_000.0
_SLIGHT = 0.1
_SHARES = (-4.0, 5.0)  # Log-odds between which a wrong label was one of the flipped: shares from 0.018 to 0.993.
_STARTS = (3.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelJudge:
    """A judge of labels, and how well it did on planted ones.

    Parameters
    ----------
    center, spread, weights : (5,), (5,) and (6,) float arrays
        Of the regression on standardized evidence; the last weight is the constant.
    before : float
        How many labels were wrong before, as a share of those flipped.
    precision, recall : Estimate
        Cross-validated on the planted study: share of those called wrong that were flipped (labels that were wrong
        before count against it), and share of all flipped ones that were called so.
    n_flipped : int
        Planted.
    """

    center: Reals
    spread: Reals
    weights: Reals
    before: float
    precision: Estimate
    recall: Estimate
    n_flipped: int

    def log_odds(self, evidence: LabelEvidence) -> Reals:
        """Return what orders examples: the log-odds that each label is wrong, in the data as given."""
        in_planted = _scores(self.weights, (evidence.columns - self.center) / self.spread)
        return in_planted + float(np.log(self.before / (1 + self.before)))

    def probability(self, evidence: LabelEvidence) -> Reals:
        """Return the probability that each label is wrong, in the data as given."""
        return _sigmoid(self.log_odds(evidence))


@checked
def label_judge(
    evidence: LabelEvidence, flipped: NDArray[np.bool_], *, level: float = 0.95, seed: int = 0
) -> LabelJudge:
    """Learn from planted wrong labels to judge labels.

    Parameters
    ----------
    evidence : LabelEvidence
        Of models that were trained on data with planted labels.
    flipped : (n,) bool array
        Which training examples have a planted label.
    level : float
        Of the intervals.
    seed : int
        Of the folds.

    Raises
    ------
    InputError
        If too few planted labels are in question.
    """
    target = flipped[evidence.train]
    n_flipped, in_question = int(flipped.sum()), int(target.sum())
    if in_question < FEWEST_FLIPPED or in_question == len(target):
        law = f"put at least {FEWEST_FLIPPED} planted labels in question, and some other"
        raise InputError("flipped", law, Said(f"{in_question} of {len(target)} in question"))
    center, spread = evidence.columns.mean(axis=0), evidence.columns.std(axis=0) + 1e-9
    z = (evidence.columns - center) / spread
    fold, toward = _folds(seed, len(z)), _toward(spread)
    with one_thread():  # of such small products, threads cost more than they save
        held_out, pull = _better_held_out(z, target, fold, toward)
        weights, before = _fitted(z, target, toward, pull)
        called = _sigmoid(held_out) >= CALLED
    hit = int(target[called].sum())
    return LabelJudge(
        center=center,
        spread=spread,
        weights=weights,
        before=before,
        precision=_share(hit, int(called.sum()), level),
        recall=_share(hit, n_flipped, level),
        n_flipped=n_flipped,
    )


def mixture_scores(
    evidence: LabelEvidence, flipped: NDArray[np.bool_], given: LabelEvidence, seed: int = 0
) -> tuple[Reals, Reals]:
    """Score labels by all evidence alike, so that scores of right and of wrong ones are a mixture of two.

    What orders single labels best is pulled towards what left-out models say; here the pull is slight, since all of the
    evidence is needed to tell how many are wrong.

    Parameters
    ----------
    evidence, flipped
        Of the planted study, with enough flipped labels for :func:`label_judge`.
    given : LabelEvidence
        Of the data as given.
    seed : int
        Of the folds.

    Returns
    -------
    (k,) and (g,) float arrays
        Log-odds of each in question: of the planted study, by regressions that did not see it, and of the given data.
    """
    center, spread = evidence.columns.mean(axis=0), evidence.columns.std(axis=0) + 1e-9
    z, target = (evidence.columns - center) / spread, flipped[evidence.train]
    nowhere = np.zeros(z.shape[1])
    with one_thread():
        weights, _ = _fitted(z, target, nowhere, _SLIGHT)
        held_out, _ = _held_out(z, target, _folds(seed, len(z)), nowhere, _SLIGHT)
    return held_out, _scores(weights, (given.columns - center) / spread)


def _share(part: int, whole: int, level: float) -> Estimate:
    if not whole:
        return Estimate(value=np.nan, low=0.0, high=1.0, level=level, method="Wilson", warning="nothing was counted")
    low, high = wilson_interval(part, whole, level)
    return Estimate(value=part / whole, low=float(low), high=float(high), level=level, method="Wilson, cross-validated")


def _scores(weights: Reals, z: Reals) -> Reals:
    scores: Reals = z @ weights[:-1] + weights[-1]
    return scores


def _sigmoid(scores: Reals) -> Reals:
    share: Reals = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return share


def _folds(seed: int, n: int) -> NDArray[np.int64]:
    folds: NDArray[np.int64] = generator(seed, "folds of planted labels").permutation(np.arange(n) % _FOLDS)
    return folds


def _toward(spread: Reals) -> Reals:
    return np.array([-spread[0], *[0.0] * (len(spread) - 1)])  # -1 for a unit of log-odds, before it was standardized


def _better_held_out(z: Reals, target: Bits, fold: NDArray[np.int64], toward: Reals) -> tuple[Reals, float]:
    """Return held-out log-odds by the pull under which the planted labels are more likely, and that pull."""
    tried = {pull: _held_out(z, target, fold, toward, pull) for pull in (_RIDGE, _STRONG)}
    pull = max(tried, key=lambda each: tried[each][1])
    return tried[pull][0], pull


def _held_out(z: Reals, target: Bits, fold: NDArray[np.int64], toward: Reals, ridge: float) -> tuple[Reals, float]:
    """Return the log-odds that each is wrong, flipped or before, by the regression on the other folds, and how likely
    it makes the planted labels: the logarithm.
    """
    scores, likelihood = np.zeros(len(z)), 0.0
    for each in range(_FOLDS):
        held = fold == each
        weights, before = _fitted(z[~held], target[~held], toward, ridge)
        scores[held] = _scores(weights, z[held])
        flipped = _sigmoid(scores[held]) / (1 + before)
        likelihood += float(np.log(flipped[target[held]]).sum() + np.log1p(-flipped[~target[held]]).sum())
    return scores, likelihood


def _fitted(z: Reals, flipped: Bits, toward: Reals, pull: float) -> tuple[Reals, float]:
    """Return the weights, likely and near what they are pulled to, and how many were wrong before for each flipped."""
    from scipy.optimize import minimize  # Imported here, because the import takes most of a second.

    design = np.column_stack([z, np.ones(len(z))])
    ridge, toward = np.array([*[pull] * z.shape[1], 0.0]), np.append(toward, 0.0)

    def loss(parameters: Reals) -> tuple[float, Reals]:
        weights, share = parameters[:-1], float(_sigmoid(parameters[-1:])[0])
        wrong = _sigmoid(design @ weights)
        other = 1 - share * wrong
        off = weights - toward
        value = -np.log(share * wrong[flipped]).sum() - np.log(other[~flipped]).sum() + (ridge * off**2).sum() / 2
        slope = np.where(flipped, wrong - 1, share * wrong * (1 - wrong) / other)
        of_share = np.where(flipped, share - 1, share * (1 - share) * wrong / other).sum()
        return float(value), np.append(design.T @ slope + ridge * off, of_share)

    bounds = [*[(None, None)] * design.shape[1], _SHARES]
    found = [
        minimize(
            loss,
            np.append(toward, start),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": _STEPS},
        )
        for start in _STARTS
    ]
    best: Reals = min(found, key=lambda each: float(each.fun)).x
    return best[:-1], float(np.exp(-best[-1]))
