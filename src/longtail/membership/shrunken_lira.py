r"""LiRA with shrunken moments: the attack where there are few shadow models, and hardly worse where there are many.

.. math:: \Lambda = \log \frac{t_{\nu}(\phi; \mu_{\text{in}}, \tilde\sigma^2_{\text{in}})}
          {t_{\nu}(\phi; \mu_{\text{out}}, \tilde\sigma^2_{\text{out}})},

Student's laws in the place of normal ones, with the moments of ``shrunken_moments.py``. A variance of eight models is
off by a factor of two, and one variance for all examples is wrong for each; variances and means shrunken to those of
examples alike, with the heavier tails that their doubt gives, are neither. The same idea, with one prior for all
examples, is BaVarIA [Brannvall2026]_. Where there are test examples, what follows the level of each model is taken out
first (``model_levels.py``). An example can be attacked with three models on each side.

Of at most 128 models of classes, the score is :math:`\Lambda + \frac13 \log \frac{r}{1 - r}` with r the share of test
examples that gain less from this model than the example does, which is RMIA's score (``rmia.py``). It reads
probabilities, not their logits, and assumes no law, so that it errs elsewhere than :math:`\Lambda`. The weight was
chosen on other networks than it was measured on.
"""

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.membership.attack_scores import AttackScores, candidates
from longtail.membership.model_levels import levelled
from longtail.membership.rmia import shares_below
from longtail.membership.shadow_moments import Moments, targets
from longtail.membership.shrunken_moments import shrunken
from longtail.outcomes import Outcomes

__all__ = ["shrunken_lira"]

_LEAST_MODELS = 3
"""Models on each side: a target leaves with a partner of the other side, and two are left for a variance."""

_MOST_WITH_SHARES = 128
_WEIGHT = 1 / 3


@checked
def shrunken_lira(outcomes: Outcomes) -> AttackScores:
    """Attack every trial with all the others as shadow models.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences.

    Raises
    ------
    InputError
        If no example can be attacked.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inclusion = np.argsort(rng.random((8, 90)), axis=0) < 4
    >>> table = Outcomes.from_arrays(inclusion, inclusion, confidence=rng.normal(size=(8, 90)) + 3 * inclusion)
    >>> scores = shrunken_lira(table)
    >>> bool(scores.score[inclusion].mean() > 1 > -1 > scores.score[~inclusion].mean())
    True
    """
    attack = "LiRA, shrunken"
    known = candidates(outcomes, attack, _LEAST_MODELS)
    chosen = known.attackable
    confidence, inclusion = levelled(known.confidence[:, chosen], outcomes), outcomes.inclusion[:, chosen]
    score = np.full(outcomes.inclusion.shape, np.nan, np.float32)
    for target in targets(confidence, inclusion):
        score[target.trial, chosen] = _judged(target.confidence, target.inside, target.outside, known.rounding_variance)
    del confidence, inclusion  # As large as the scores, and shares take as much.
    if _has_shares(outcomes):
        for trial, share in shares_below(outcomes, attack):
            score[trial, chosen] += _WEIGHT * _log_odds(share[chosen], outcomes.n_test)
    return AttackScores(attack=attack, score=score, inclusion=outcomes.inclusion, refused=known.refused)


def _has_shares(outcomes: Outcomes) -> bool:
    of_classes = not outcomes.of_numbers and outcomes.test_confidence is not None
    return of_classes and outcomes.n_test > 1 and outcomes.n_trials <= _MOST_WITH_SHARES


def _log_odds(share: Reals, n: int) -> Reals:
    """Return the log odds of a share of n, with half of one added on both sides."""
    return np.asarray(np.log((share * n + 0.5) / (n - share * n + 0.5)))


def _judged(x: Reals, inside: Moments, outside: Moments, least_variance: float) -> Reals:
    law = shrunken(inside, outside, least_variance)
    return _log_density(x, law.mean_in, law.spread_in, law.freedom) - _log_density(
        x, law.mean_out, law.spread_out, law.freedom
    )


def _log_density(x: Reals, mean: Reals, spread: Reals, freedom: Reals) -> Reals:
    """Student's log-density, except for a constant that cancels in a ratio."""
    tail = (freedom + 1) / 2 * np.log1p((x - mean) ** 2 / (freedom * spread))
    return np.asarray(-0.5 * np.log(spread) - tail)
