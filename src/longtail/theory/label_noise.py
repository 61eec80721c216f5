r"""The cost of not fitting noisy labels: an example is worth fitting as far as its label can be trusted.

The observed label :math:`y` of a point seen once is the true one passed through noise; error is measured against the
truth. With the posterior :math:`\rho` of the true label given everything seen, the confidence

.. math:: \mathrm{conf} = \rho_y - \max_{y' \ne y} \rho_{y'}

is what misfitting the observed label costs at least, in units of the point's frequency (it is negative where the label
is likelier wrong than right, and then misfitting is better). So, with the condition of the averaged bound,

.. math:: \mathrm{err} - \mathrm{opt}
          \ge \tau_1\, \mathbb E \sum_{i \text{ seen once}} \mathrm{conf}_i \Pr[h(x_i) \ne y_i]

[Feldman2020]_ (Theorem 2.4). Points seen more often are not covered: with copies that disagree there is no "observed
label". For memorization-limited learners the confidence may not stay inside the expectation, as quoted in Corollary
4.6: it depends on the label that is drawn. The safe form uses its least value over labels. See
``docs/derivations/label-noise.md``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Bound
from longtail.frequencies.checks import distribution_law, n_classes_law, probability_law
from longtail.theory.excess_error import AVERAGED_CONDITION
from longtail.theory.privacy import least_error_memorization_limited

__all__ = [
    "confidence",
    "confidences",
    "least_confidence",
    "noisy_cost_of_memorization_limit",
    "noisy_excess_error",
    "observed_labels",
    "random_classification_noise",
]


@checked
def confidence(posterior: ArrayLike, observed: int) -> float:
    """Difference of the probability that the observed label is the true one and that of the likeliest other label. It
    may be negative.

    Parameters
    ----------
    posterior : array_like, shape (n_classes,)
        The probability of each true label, given everything seen, the observed label included.
    observed : int
        The observed label.

    Examples
    --------
    >>> round(confidence([0.7, 0.2, 0.1], observed=0), 12)
    0.5
    >>> round(confidence([0.7, 0.2, 0.1], observed=1), 12)
    -0.5
    """
    rho = distribution_law("posterior", posterior)
    if observed not in range(len(rho)):
        raise InputError("observed", f"be a label from 0 to {len(rho) - 1}", observed)
    return float(rho[observed] - np.delete(rho, observed).max())


@checked
def random_classification_noise(n_classes: int, kappa: float) -> NDArray[np.float64]:
    """The noise that keeps a label with probability ``kappa`` and otherwise replaces it by a uniform one.

    Returns
    -------
    ndarray, shape (n_classes, n_classes)
        Row: the true label; column: the observed one.

    Examples
    --------
    >>> random_classification_noise(2, 0.5)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    kappa, m = probability_law("kappa", kappa), n_classes_law(n_classes)
    return kappa * np.eye(m) + (1 - kappa) / m


@checked
def observed_labels(guess: ArrayLike, noise: ArrayLike) -> NDArray[np.float64]:
    """The distribution of the label that will be observed at a point.

    Parameters
    ----------
    guess : array_like, shape (n_classes,)
        The probability of each true label, given everything but the point.
    noise : array_like, shape (n_classes, n_classes)
        Row: the true label; column: the observed one.
    """
    rho = distribution_law("guess", guess)
    return rho @ _channel(noise, len(rho))


@checked
def confidences(guess: ArrayLike, noise: ArrayLike) -> NDArray[np.float64]:
    """Return the confidence in each label that could be observed, NaN for a label that never is.

    Notes
    -----
    Under :func:`random_classification_noise` all of them equal ``kappa`` if and only if ``guess`` is uniform.

    Examples
    --------
    >>> confidences([0.5, 0.5], random_classification_noise(2, 0.6)).round(12)
    array([0.6, 0.6])
    >>> confidences([0.7, 0.3], random_classification_noise(2, 0.6)).round(4)
    array([0.8065, 0.2632])
    """
    rho = distribution_law("guess", guess)
    joint = rho[:, None] * _channel(noise, len(rho))
    observed = joint.sum(axis=0)
    return np.array(
        [confidence(joint[:, y] / observed[y], y) if observed[y] > 0 else np.nan for y in range(len(observed))]
    )


@checked
def least_confidence(guess: ArrayLike, noise: ArrayLike) -> float:
    """The confidence that holds whichever label is observed, at least 0. It is the safe ``kappa``.

    Examples
    --------
    >>> least_confidence([0.95, 0.05], random_classification_noise(2, 0.8))  # a rare label is likelier noise
    0.0
    """
    return max(0.0, float(np.nanmin(confidences(guess, noise))))


@checked
def noisy_excess_error(tau_1: float, confidences: ArrayLike, misfits: ArrayLike) -> Bound:
    """The averaged bound under label noise.

    Parameters
    ----------
    tau_1 : float
        The posterior mean frequency of a point seen once.
    confidences : array_like, shape (n_singletons,)
        The confidence in each singleton's observed label.
    misfits : array_like, shape (n_singletons,)
        The probability that each observed label is misfitted.

    Returns
    -------
    Bound
        On expected error against the true labels, above the optimum. It is an equality if confidences are not negative,
        whatever is predicted instead of the observed label is the likeliest other one, and everything else is
        predicted optimally.

    Examples
    --------
    >>> print(noisy_excess_error(1e-3, [0.6, -0.2], [1.0, 0.5]))
    ≥ 0.0005
    """
    trust, wrong = np.asarray(confidences, dtype=float), np.asarray(misfits, dtype=float)
    if trust.shape != wrong.shape:
        raise InputError("misfits", f"have the shape of confidences, {trust.shape}", wrong.shape)
    if not np.all(np.abs(trust) <= 1):
        raise InputError("confidences", "lie in [-1, 1]", confidences)
    if not np.all((wrong >= 0) & (wrong <= 1)):
        raise InputError("misfits", "lie in [0, 1]", misfits)
    value = probability_law("tau_1", tau_1) * float(np.sum(trust * wrong))
    return Bound(value=value, side="lower", reference="Feldman2020, Theorem 2.4", condition=AVERAGED_CONDITION)


@checked
def noisy_cost_of_memorization_limit(
    singleton_mass: float, gamma: float, guess: ArrayLike, noise: ArrayLike | None = None
) -> Bound:
    r"""Cost of a memorization limit under label noise, in the form that is safe.

    Parameters
    ----------
    singleton_mass : float
        The mass of the points seen once: tau_1 times their expected number.
    gamma : float
        The limit on memorization.
    guess : array_like, shape (n_classes,)
        The probability of each true label at a singleton, given everything but the singleton.
    noise : array_like, shape (n_classes, n_classes), optional
        Row: the true label; column: the observed one. Without it labels are true.

    Returns
    -------
    Bound
        :math:`\tau_1 \mathbb E\#\text{singletons} \cdot \kappa (1 - \lVert\rho\rVert_\infty - \gamma)_+` with the least
        confidence :math:`\kappa` and the distribution :math:`\rho` of the observed label.

    Notes
    -----
    Deviates from [Feldman2020]_ (Corollary 4.6), which as quoted averages the confidence over the drawn label: for true
    labels (0.95, 0.05) flipped with probability 0.1, "always the first" has gamma = 0 and no excess error, while that
    expression is 0.112 times the singleton mass.

    Examples
    --------
    >>> print(noisy_cost_of_memorization_limit(0.08, 0.5, [0.1] * 10))
    ≥ 0.032
    """
    rho = distribution_law("guess", guess)
    channel = np.eye(len(rho)) if noise is None else noise
    error = least_error_memorization_limited(float(observed_labels(rho, channel).max()), gamma)
    value = probability_law("singleton_mass", singleton_mass) * least_confidence(rho, channel) * error
    return Bound(value=value, side="lower", reference="Feldman2020, Corollary 4.6", condition=AVERAGED_CONDITION)


def _channel(noise: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    channel = np.asarray(noise, dtype=float)
    if channel.shape != (n_classes, n_classes):
        raise InputError("noise", f"have the shape {(n_classes, n_classes)}", channel.shape)
    return np.stack([distribution_law("noise", row) for row in channel])
