r"""The statistic that an attack reads of a model: confidences of classifiers, losses of everything else.

LiRA asks a statistic that is nearly normal over models. For the probability p of the truth that is its logit
[Carlini2022]_; and since p is the exponential of minus the cross-entropy, every loss :math:`l` has one,

.. math:: \phi = \log \frac{e^{-l}}{1 - e^{-l}} = -l - \log(1 - e^{-l}):

of a language model's loss a token it is the logit of the geometric mean of its tokens' probabilities; of a squared
error in units of the target's variance it is minus its logarithm where the error is small and minus itself where it is
large. Other performances stand for themselves.

RMIA asks a likelihood between 0 and 1 [Zarifzadeh2024]_: :math:`e^{-l}` of a log loss; of a squared error that of a
normal law, :math:`e^{-l / 2 \sigma^2}`, with the mean squared error on test examples as :math:`\sigma^2`.
"""

import numpy as np
from scipy.special import expit

from longtail.arguments import checked
from longtail.array_types import Floats
from longtail.errors import InputError, Said
from longtail.outcomes import PERFORMANCES, Outcomes, Performance

__all__ = ["likelihoods", "statistic_of", "statistics", "statistics_of_tests"]


def statistics(outcomes: Outcomes) -> Floats | None:
    """Return the statistic of each training example in each trial. None where trials hold no confidences."""
    if outcomes.performance is None:
        return outcomes.confidence
    return statistic_of(outcomes.performance, outcomes.kind)


def statistics_of_tests(outcomes: Outcomes) -> Floats | None:
    """Return the same of test examples. None where trials hold none."""
    if outcomes.performance is None:
        return outcomes.test_confidence
    return None if outcomes.test_performance is None else statistic_of(outcomes.test_performance, outcomes.kind)


@checked
def statistic_of(performance: Floats, kind: Performance) -> Floats:
    """Return the statistic of performances of one kind.

    Examples
    --------
    >>> statistic_of(np.log([3.0, 4.0]), PERFORMANCES["log_loss"]).round(6).tolist()  # of 1/3 and 1/4
    [-0.693147, -1.098612]
    """
    if not kind.is_loss:
        return kind.sign * performance
    with np.errstate(divide="ignore"):  # No loss at all is the largest statistic, and is cut where attacks cut.
        statistic: Floats = -performance - np.log(-np.expm1(-performance))
    return statistic


def likelihoods(outcomes: Outcomes, attack: str) -> tuple[Floats, Floats]:
    """Return likelihoods of the truth between 0 and 1, of training and of test examples.

    Raises
    ------
    InputError
        If the trials hold none, or there are no test examples.
    """
    if outcomes.of_numbers:
        return _of_losses(outcomes, attack)
    if outcomes.confidence is None or outcomes.test_confidence is None or not outcomes.n_test:
        remedy = "They are the population that an example is compared with."
        raise InputError("test_confidence", f"be stored with the trials for {attack}", Said("none"), remedy)
    train, test = outcomes.confidence.astype(np.float32), outcomes.test_confidence.astype(np.float64)
    return expit(train, out=train), expit(test, out=test)


def _of_losses(outcomes: Outcomes, attack: str) -> tuple[Floats, Floats]:
    train, test = outcomes.numbers()
    scales = {
        PERFORMANCES["log_loss"]: 1.0,
        PERFORMANCES["squared_error"]: 2 * float(test.mean()) if test.size else 1.0,
    }
    if outcomes.kind not in scales:
        law = f"be a log loss or a squared error for {attack}, which compares likelihoods"
        raise InputError("performance", law, Said(outcomes.kind.title))
    if not outcomes.n_test:
        raise InputError("outcomes", f"hold test examples for {attack}", Said("none"))
    scale = max(scales[outcomes.kind], float(np.finfo(np.float32).tiny))
    return np.exp(-train.astype(np.float32) / np.float32(scale)), np.exp(-test.astype(np.float64) / scale)
