r"""A lower bound on epsilon from an attack: what a release must leak, at least, since the attack succeeds so well.

Under :math:`(\varepsilon, \delta)`-differential privacy no test of "was the canary in?" has a true-positive rate
:math:`p` and a false-positive rate :math:`q` with :math:`p > e^{\varepsilon} q + \delta`. So

.. math:: \varepsilon \ge \log \frac{p - \delta}{q},

and the same with misses and correct rejections in the place of hits and false alarms [JagielskiUllmanOprea2020]_. The
rates are known from counts. What is honest about them:

* **The threshold is not chosen on the scores that it is judged by.** A fifth of the scores choose threshold and
  direction; the others are counted. Nothing else is looked at.
* **Counts are binomial.** The one-sided p-values of two hypothetical rates :math:`(p, q)` are exact
  [ClopperPearson1934]_ and independent; Fisher's combination of them rejects what is too far off, and the bound is the
  least that any pair of rates that is left implies. Under the null it is positive in at most ``1 - level`` of runs.

This is the *canary* design: each score comes from a run of its own, or nothing that the runs share ties them together.
Canaries of one run are correlated; they have their own test, in ``one_run_audit.py``.

If the mechanism is known to be one Gaussian release, the bound is on its :math:`\mu \ge \Phi^{-1}(p) - \Phi^{-1}(q)`,
turned into :math:`\varepsilon` at the given :math:`\delta` [Nasr2023]_: far sharper, since a small :math:`\delta` is
decided in a tail that no number of canaries reaches; and wrong for another mechanism.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, chdtri, ndtri

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Bound, require_level
from longtail.privacy_accounting import GaussianRelease
from longtail.randomness import generator

__all__ = ["epsilon_lower_bound"]

_SHARE_TO_CHOOSE = 0.2
_LEAST_SCORES = 10
_PAIRS = 200

Mechanism = Literal["any", "gaussian"]


class _Counts(NamedTuple):
    """Numbers of tests: those rightly and wrongly positive, each out of how many."""

    hits: int
    members: int
    alarms: int
    others: int


@checked
def epsilon_lower_bound(
    scores_of_members: ArrayLike,
    scores_of_non_members: ArrayLike,
    delta: float = 0.0,
    level: float = 0.95,
    *,
    mechanism: Mechanism = "any",
    seed: int = 0,
) -> Bound:
    """Return a lower bound on the epsilon of a release, given how an attack scores independent canaries.

    Parameters
    ----------
    scores_of_members, scores_of_non_members : arrays of float
        Higher for members; at least 10 each, every one from a run of its own.
    delta : float
        The delta of the guarantee that is audited, in [0, 1).
    level : float
        Confidence, in (0, 1).
    mechanism : {"any", "gaussian"}
        "gaussian" assumes one Gaussian release; then ``delta`` must be positive.
    seed : int
        Of the split that chooses the threshold.

    Returns
    -------
    Bound
        0 where nothing is shown: the vacuous bound.

    Raises
    ------
    InputError
        If there are too few scores, one is NaN, or ``delta``, ``level`` or ``mechanism`` break their laws.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> told = rng.random(5000) < 0.88  # randomized response at epsilon 2
    >>> bound = epsilon_lower_bound(told[:2500], ~told[2500:])
    >>> 1.5 < bound.value < 2.0
    True
    """
    members, others = _checked("members", scores_of_members), _checked("non_members", scores_of_non_members)
    _check_options(delta, level, mechanism)
    rng = generator(seed, "threshold")
    choosing, counted = zip(_split(rng, members), _split(rng, others), strict=True)
    counts = _count(counted, *_threshold(*choosing, delta, mechanism))
    shown = float(_implied(*_least_favorable_rates(counts, 1 - level), delta, mechanism).min())
    if mechanism == "gaussian" and shown > 0:
        shown = GaussianRelease(mu=shown).epsilon_at(delta)
    condition = "the mechanism is one Gaussian release" if mechanism == "gaussian" else ""
    reference = "Nasr2023" if mechanism == "gaussian" else "JagielskiUllmanOprea2020"
    return Bound(value=max(shown, 0.0), side="lower", reference=reference, condition=condition)


def _implied(hit_rate: Reals, alarm_rate: Reals, delta: float, mechanism: Mechanism) -> Reals:
    """Return what a pair of rates implies: the epsilon of any mechanism, or the mu of a Gaussian release."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if mechanism == "gaussian":
            return np.asarray(ndtri(hit_rate) - ndtri(alarm_rate))
        return np.asarray(np.log(np.maximum(hit_rate - delta, 0.0)) - np.log(alarm_rate))


def _split(rng: np.random.Generator, scores: Reals) -> tuple[Reals, Reals]:
    """Divide the scores into those that choose, and those that are counted."""
    shuffled = rng.permutation(scores)
    n = max(round(_SHARE_TO_CHOOSE * len(scores)), 1)
    return shuffled[:n], shuffled[n:]


def _threshold(members: Reals, others: Reals, delta: float, mechanism: Mechanism) -> tuple[float, bool]:
    """Choose the threshold, and whether to call those above it members, for the largest expected bound.

    Rates are smoothed by half a count and moved by 1.3 standard errors of the larger part, as the bound will. Of a
    Gaussian release every threshold shows the same mu, the middle one with the least error.
    """
    if mechanism == "gaussian":
        return (float(np.median(members)) + float(np.median(others))) / 2, True
    thresholds = np.unique(np.concatenate([members, others]))
    bounds = []
    for above in (True, False):
        hits, alarms = (_share_beyond(scores, thresholds, above) for scores in (members, others))
        hits, alarms = (hits, alarms) if above else (alarms, hits)
        lost, won = (1.3 * np.sqrt(rate * (1 - rate) / (4 * len(members))) for rate in (hits, alarms))
        bounds.append(_implied(np.maximum(hits - lost, 1e-9), alarms + won, delta, mechanism))
    side, best = divmod(int(np.argmax(bounds)), len(thresholds))
    return float(thresholds[best]), side == 0


def _share_beyond(scores: Reals, thresholds: Reals, above: bool) -> Reals:
    """Return the share of scores at or above each threshold, or below it."""
    n_below = np.searchsorted(np.sort(scores), thresholds, side="left")
    n = len(scores) - n_below if above else n_below
    return np.asarray((n + 0.5) / (len(scores) + 1))


def _count(counted: tuple[Reals, Reals], threshold: float, above: bool) -> _Counts:
    """Count members called members against others called members.

    Below the threshold, count others called others against members called others.
    """
    members, others = counted
    if above:
        return _Counts(int((members >= threshold).sum()), len(members), int((others >= threshold).sum()), len(others))
    return _Counts(int((others < threshold).sum()), len(others), int((members < threshold).sum()), len(members))


def _least_favorable_rates(counts: _Counts, alpha: float) -> tuple[Reals, Reals]:
    r"""Return pairs (hit rate, false-alarm rate) along the border of what the counts do not reject.

    A pair is rejected when the product of its two p-values is below c, where :math:`c (1 - \log c) = \alpha`, which has
    probability at most alpha for independent p-values. Between neighboring pairs the hit rate is taken from the one
    and the false-alarm rate from the other, whichever is worse: the border lies on the safe side of all pairs.
    """
    c = _fisher_limit(alpha)
    p_hits = np.geomspace(c, 1.0, _PAIRS)
    p_alarms = c / p_hits
    hits = _lower_rate(counts.hits, counts.members, p_hits)
    alarms = _upper_rate(counts.alarms, counts.others, p_alarms)
    return hits[:-1], alarms[1:]


def _fisher_limit(alpha: float) -> float:
    """Return the c below which the product of two independent uniform p-values falls with probability alpha."""
    return float(np.exp(-chdtri(4, alpha) / 2))


def _lower_rate(successes: int, n: int, p_value: Reals) -> Reals:
    """Return the rate at which as many successes or more have this probability: Clopper and Pearson's lower limit."""
    return np.zeros_like(p_value) if successes == 0 else np.asarray(betaincinv(successes, n - successes + 1, p_value))


def _upper_rate(successes: int, n: int, p_value: Reals) -> Reals:
    """Return the rate at which as many successes or fewer have this probability: the upper limit."""
    if successes == n:
        return np.ones_like(p_value)
    return np.asarray(1 - betaincinv(n - successes, successes + 1, p_value))


def _checked(whose: str, scores: ArrayLike) -> Reals:
    values = np.asarray(scores, float)
    if values.ndim != 1 or len(values) < _LEAST_SCORES:
        raise InputError(f"scores_of_{whose}", f"be at least {_LEAST_SCORES} numbers", Said(f"shape {values.shape}"))
    if np.isnan(values).any():
        raise InputError(f"scores_of_{whose}", "be numbers", Said(f"{int(np.isnan(values).sum())} NaN"))
    return values


def _check_options(delta: float, level: float, mechanism: str) -> None:
    if not 0 <= delta < 1:
        raise InputError("delta", "lie in [0, 1)", delta)
    require_level(level)
    if mechanism not in ("any", "gaussian"):
        raise InputError("mechanism", 'be "any" or "gaussian"', mechanism)
    if mechanism == "gaussian" and delta == 0:
        raise InputError("delta", "be positive for a Gaussian release", delta, "Its epsilon at 0 is infinite.")
