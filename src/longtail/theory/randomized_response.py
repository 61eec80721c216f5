r"""How often a label-private prediction can be right, sharply, and the channel that attains it.

The label :math:`y` of an example is drawn from a posterior :math:`\rho` and goes through any channel
:math:`Q(h \mid y)` that is :math:`(\varepsilon, \delta)`-label-private. Then

.. math:: \Pr[h = y] \le \delta + (1 - \delta)
          \max_k \frac{e^\varepsilon}{e^\varepsilon + k - 1} \sum_{i \le k} \rho_{(i)},

with :math:`\rho_{(1)} \ge \rho_{(2)} \ge \dots`, and equality is attained: with probability :math:`\delta` tell the
truth, otherwise answer by randomized response [Warner1965]_ on the :math:`k` likeliest labels; for equally likely ones
this is known [KairouzOhViswanath2016]_. The quoted bound,
:math:`e^\varepsilon \lVert\rho\rVert_\infty + \delta` [Feldman2020]_ (Theorem 4.8), is true and not sharp: for ten
equally likely labels and :math:`\varepsilon = \ln 6` it says 0.6 where 0.4 is the truth. The proof is in
``docs/derivations/label-privacy.md``.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.frequencies.checks import distribution_law, epsilon_law, probability_law

__all__ = ["label_private_accuracy", "label_private_accuracy_paper", "randomized_response"]


@checked
def label_private_accuracy(posterior: ArrayLike, epsilon: float, delta: float = 0.0) -> float:
    """The greatest probability that a label-private prediction equals the label it was trained on.

    Parameters
    ----------
    posterior : array_like, shape (n_classes,)
        How likely each label is, given everything else that the learner saw.
    epsilon, delta : float
        The guarantee: changing this one label changes the probability of any set of predictions by at most a factor
        ``exp(epsilon)``, up to ``delta``.

    Returns
    -------
    float
        A sharp upper bound: :func:`randomized_response` attains it.

    Raises
    ------
    InputError
        If the posterior does not sum to one or has fewer than two labels, ``epsilon < 0``, or ``delta`` leaves [0, 1].

    Examples
    --------
    >>> round(label_private_accuracy([0.1] * 10, np.log(6)), 12)
    0.4
    >>> round(label_private_accuracy_paper(0.1, np.log(6)), 12)
    0.6
    """
    delta = probability_law("delta", delta)
    _, accuracy = _best_support(distribution_law("posterior", posterior), epsilon_law(epsilon))
    return delta + (1 - delta) * accuracy


@checked
def label_private_accuracy_paper(guess_probability: float, epsilon: float, delta: float = 0.0) -> float:
    r"""The bound as quoted, :math:`e^\varepsilon \lVert\rho\rVert_\infty + \delta` [Feldman2020]_: true, not sharp."""
    guess = probability_law("guess_probability", guess_probability)
    guarantee = _exp(epsilon_law(epsilon)) * guess if guess else 0.0
    return min(1.0, guarantee + probability_law("delta", delta))


@checked
def randomized_response(posterior: ArrayLike, epsilon: float, delta: float = 0.0) -> NDArray[np.float64]:
    """Return the label-private channel that is right most often.

    Parameters
    ----------
    posterior, epsilon, delta
        As for :func:`label_private_accuracy`.

    Returns
    -------
    ndarray, shape (n_classes, n_classes)
        Row: the label; column: the prediction. Rows sum to one.

    Notes
    -----
    On the k likeliest labels this is k-ary randomized response; a label outside them is answered by one of the k
    uniformly at random, which no row can tell from the others by more than the factor.

    Examples
    --------
    >>> randomized_response([0.5, 0.5], np.log(3))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    rho = distribution_law("posterior", posterior)
    delta = probability_law("delta", delta)
    support, _ = _best_support(rho, epsilon_law(epsilon))
    k, n_classes = len(support), len(rho)
    honest = 1 / (1 + (k - 1) * math.exp(-epsilon))
    channel = np.zeros((n_classes, n_classes))
    channel[:, support] = 1 / k
    channel[np.ix_(support, support)] = (1 - honest) / (k - 1) if k > 1 else 1.0
    channel[support, support] = honest
    return delta * np.eye(n_classes) + (1 - delta) * channel


def _best_support(rho: NDArray[np.float64], epsilon: float) -> tuple[NDArray[np.intp], float]:
    """Return the labels to respond on, likeliest first, and the accuracy at delta = 0."""
    likeliest_first = np.argsort(-rho, kind="stable")
    sizes = np.arange(1, len(rho) + 1)
    accuracies = np.cumsum(rho[likeliest_first]) / (1 + (sizes - 1) * math.exp(-epsilon))
    best = int(np.argmax(accuracies))
    return likeliest_first[: best + 1], min(1.0, float(accuracies[best]))


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf
