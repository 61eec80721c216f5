r"""The statistic that an attack reads of a model: confidences of classifiers, losses of everything else.

LiRA asks a statistic that is nearly normal over models. For the probability p of the truth that is its logit
[Carlini2022]_; and since p is the exponential of minus the cross-entropy, every loss :math:`l` has one,

.. math:: \phi = \log \frac{e^{-l}}{1 - e^{-l}} = -l - \log(1 - e^{-l}):

of a language model's loss a token it is the logit of the geometric mean of its tokens' probabilities; of a squared
error in units of the target's variance it is minus its logarithm where the error is small and minus itself where it is
large. Other performances stand for themselves.

RMIA asks a likelihood between 0 and 1 [Zarifzadeh2024]_: :math:`e^{-l}` of a log loss; of a squared error that of a
normal law, :math:`e^{-l / 2 \sigma^2}`, with the mean squared error on test examples as :math:`\sigma^2`. The farthest
examples of a long tail have likelihoods that no number holds, in every model; since they are compared with each other,
they are given in units of their own largest.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from longtail.arguments import checked
from longtail.array_types import Bits, Floats
from longtail.errors import InputError, Said
from longtail.outcomes import PERFORMANCES, Outcomes, Performance

__all__ = ["Likelihoods", "likelihoods", "statistic_of", "statistics", "statistics_of_tests"]

_FAINT = -60.0  # the logarithm of a likelihood that is nothing beside any other, and that single precision still holds


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


class Likelihoods(NamedTuple):
    """Likelihoods of the truth in each trial, and which examples' are so small that they are in units of their own.

    Such a faint example's largest likelihood is 1 here, and 0 beside those of others.
    """

    train: Floats
    test: Floats
    faint: Bits
    faint_tests: Bits


def likelihoods(outcomes: Outcomes, attack: str) -> Likelihoods:
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
    faint, faint_tests = _raise_faint(train), _raise_faint(test)
    own, own_tests = np.exp(train[:, faint]), np.exp(test[:, faint_tests])  # as far down, a logit is a logarithm
    expit(train, out=train)
    expit(test, out=test)
    train[:, faint], test[:, faint_tests] = own, own_tests
    return Likelihoods(train, test, faint, faint_tests)


def _raise_faint(logarithm: Floats) -> Bits:
    """Raise, in place, what is faint in every trial, so that its largest is 0. Return which examples are."""
    largest = logarithm.max(axis=0, initial=-np.inf)
    faint: Bits = (largest < _FAINT) & np.isfinite(largest)
    logarithm[:, faint] -= largest[faint]
    return faint


def _of_losses(outcomes: Outcomes, attack: str) -> Likelihoods:
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
    own, own_tests = -train.astype(np.float32) / np.float32(scale), -test.astype(np.float64) / scale
    faint, faint_tests = _raise_faint(own), _raise_faint(own_tests)
    return Likelihoods(np.exp(own, out=own), np.exp(own_tests, out=own_tests), faint, faint_tests)
