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
from numpy.typing import NDArray
from scipy.special import log_ndtr

from longtail.errors import InputError
from longtail.membership.attack_scores import AttackScores, candidates
from longtail.membership.shadow_moments import Moments, targets
from longtail.outcomes import Outcomes

__all__ = ["lira"]

Reals = NDArray[np.float64]
Mode = Literal["online", "offline"]
Variance = Literal["per_example", "pooled"]


def lira(
    outcomes: Outcomes, mode: Mode = "online", variance: Variance = "per_example", *, matched: bool = True
) -> AttackScores:
    """Attack every trial with all the others as shadow models.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences.
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
    _check(mode, variance)
    attack = f"LiRA, {mode}" + (", pooled variance" if variance == "pooled" else "")
    known = candidates(outcomes, attack)
    judge = _JUDGES[mode]
    score = np.full(known.confidence.shape, np.nan, np.float32)
    rounding = _rounding_variance(known.confidence)
    attackable = known.attackable
    for target in targets(known.confidence, outcomes.inclusion, matched):
        spreads = [_variance(side, variance, attackable, rounding) for side in (target.inside, target.outside)]
        judged = judge(target.confidence, target.inside.mean, spreads[0], target.outside.mean, spreads[1])
        score[target.trial, attackable] = judged[attackable]
    note = "" if matched else "unmatched: where an example is in equally many trials, scores of members are biased"
    return AttackScores(attack=attack, score=score, inclusion=outcomes.inclusion, refused=known.refused, note=note)


def _online(x: Reals, mean_in: Reals, variance_in: Reals, mean_out: Reals, variance_out: Reals) -> Reals:
    return _log_density(x, mean_in, variance_in) - _log_density(x, mean_out, variance_out)


def _offline(x: Reals, _mean_in: Reals, _variance_in: Reals, mean_out: Reals, variance_out: Reals) -> Reals:
    log_survival: Reals = log_ndtr((mean_out - x) / np.sqrt(variance_out))
    return -log_survival


_JUDGES: dict[Mode, Callable[[Reals, Reals, Reals, Reals, Reals], Reals]] = {"online": _online, "offline": _offline}


def _log_density(x: Reals, mean: Reals, variance: Reals) -> Reals:
    """Of a normal law, but for a constant that cancels in a ratio."""
    density: Reals = -0.5 * ((x - mean) ** 2 / variance + np.log(variance))
    return density


def _variance(side: Moments, variance: Variance, examples: NDArray[np.bool_], rounding: float) -> Reals:
    own = side.variance() if variance == "per_example" else np.full(len(side.n), side.pooled_variance(examples))
    return np.maximum(own, rounding)


def _rounding_variance(confidence: NDArray[np.floating]) -> float:
    """Of storing a typical confidence: a twelfth of its squared spacing."""
    size = float(np.nanmedian(np.abs(confidence)).clip(min=1.0))
    return (float(np.finfo(confidence.dtype).eps) * size) ** 2 / 12


def _check(mode: str, variance: str) -> None:
    if mode not in _JUDGES:
        raise InputError("mode", 'be "online" or "offline"', mode)
    if variance not in ("per_example", "pooled"):
        raise InputError("variance", 'be "per_example" or "pooled"', variance)
