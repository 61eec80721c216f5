r"""LiRA, the likelihood-ratio attack: is this confidence what models trained on the example show, or the others?

With :math:`\phi` the logit of the true label's probability, and normal laws fitted to the shadow models,

.. math:: \Lambda_{\text{online}} = \log \frac{\mathcal N(\phi; \mu_{\text{in}}, \sigma^2_{\text{in}})}
          {\mathcal N(\phi; \mu_{\text{out}}, \sigma^2_{\text{out}})}, \qquad
          \Lambda_{\text{offline}} = -\log \Pr[\mathcal N(\mu_{\text{out}}, \sigma^2_{\text{out}}) > \phi]

[Carlini2022]_. Offline needs no model trained on the example. *Pooled* variances, one for IN and one for OUT over all
examples, serve where there are few models (fewer than 64, say); the demo that came with the paper takes the spread of
all confidences about one grand mean, and the IN spread for OUT, which is another attack: here both are the spread about
each example's own mean, and are kept apart.

Targets are the study's own trials, each attacked by all others. A variance is never below that of the rounding with
which confidences are stored.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import log_ndtr

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.membership.attack_scores import AttackScores, Candidates, candidates, within_range
from longtail.membership.shadow_moments import Moments, targets
from longtail.outcomes import Outcomes

__all__ = ["Mode", "Variance", "lira", "lira_of_model"]

Mode = Literal["online", "offline"]
Variance = Literal["per_example", "pooled"]


@checked
def lira(
    outcomes: Outcomes, mode: Mode = "online", variance: Variance = "per_example", *, matched: bool = True
) -> AttackScores:
    """Attack every trial with all the others as shadow models.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences, or of losses and other performances (:mod:`longtail.membership.signals`).
    mode : {"online", "offline"}
        See the module.
    variance : {"per_example", "pooled"}
        See the module.
    matched : bool
        Leave a partner of the opposite side out with each target, so that members and non-members are judged by
        equally many models. The published attack does not; it is then biased at few models.

    Returns
    -------
    AttackScores

    Raises
    ------
    InputError
        If no example can be attacked.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inclusion = rng.random((40, 30)) < 0.5
    >>> confidence = rng.normal(size=(40, 30)) + 3 * inclusion
    >>> scores = lira(Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence))
    >>> bool(scores.score[inclusion].mean() > 1 > -1 > scores.score[~inclusion].mean())
    True
    """
    attack = _name(mode, variance)
    known = candidates(outcomes, attack)
    score = np.full(known.confidence.shape, np.nan, np.float32)
    for target in targets(known.confidence, outcomes.inclusion, matched):
        score[target.trial] = _judged(target.confidence, target.inside, target.outside, known, mode, variance)
    note = "" if matched else "unmatched: where an example is in equally many trials, scores of members are biased"
    return AttackScores(attack=attack, score=score, inclusion=outcomes.inclusion, refused=known.refused, note=note)


def lira_of_model(outcomes: Outcomes, confidence: Reals, mode: Mode = "online", variance: Variance = "pooled") -> Reals:
    """Attack one model that is no trial, with all trials as its shadows.

    Parameters
    ----------
    outcomes, mode, variance
        As above.
    confidence : (n,) float array
        The model's, on each training example.

    Returns
    -------
    (n,) float array
        NaN where an example cannot be attacked.
    """
    known = candidates(outcomes, _name(mode, variance))
    inside, outside = Moments.in_and_out(known.confidence, outcomes.inclusion)
    return _judged(within_range(confidence, of_losses=outcomes.of_numbers), inside, outside, known, mode, variance)


def _judged(
    confidence: Reals, inside: Moments, outside: Moments, known: Candidates, mode: Mode, variance: Variance
) -> Reals:
    spread_in, spread_out = (_variance(side, variance, known) for side in (inside, outside))
    judged = _JUDGES[mode](confidence, inside.mean, spread_in, outside.mean, spread_out)
    return np.where(known.attackable, judged, np.nan)


def _online(x: Reals, mean_in: Reals, variance_in: Reals, mean_out: Reals, variance_out: Reals) -> Reals:
    return _log_density(x, mean_in, variance_in) - _log_density(x, mean_out, variance_out)


def _offline(x: Reals, _mean_in: Reals, _variance_in: Reals, mean_out: Reals, variance_out: Reals) -> Reals:
    log_survival: Reals = log_ndtr((mean_out - x) / np.sqrt(variance_out))
    return -log_survival


_JUDGES: dict[Mode, Callable[[Reals, Reals, Reals, Reals, Reals], Reals]] = {"online": _online, "offline": _offline}


def _log_density(x: Reals, mean: Reals, variance: Reals) -> Reals:
    """Log-density of a normal law, except for a constant that cancels in a ratio."""
    density: Reals = -0.5 * ((x - mean) ** 2 / variance + np.log(variance))
    return density


def _variance(side: Moments, variance: Variance, known: Candidates) -> Reals:
    pooled = variance == "pooled"
    own = np.full(len(side.n), side.pooled_variance(known.attackable)) if pooled else side.variance()
    return np.maximum(own, known.rounding_variance)


def _name(mode: str, variance: str) -> str:
    """Return the attack's name, if there is such an attack."""
    if mode not in _JUDGES:
        raise InputError("mode", 'be "online" or "offline"', mode)
    if variance not in ("per_example", "pooled"):
        raise InputError("variance", 'be "per_example" or "pooled"', variance)
    return f"LiRA, {mode}" + (", pooled variance" if variance == "pooled" else "")
