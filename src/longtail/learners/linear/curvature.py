r"""An approximate inverse Hessian that all models of a study share.

The Hessian of cross-entropy in the coefficients of all classes, with probabilities :math:`p_i` at one point, is

.. math:: H = \rho \sum_i (\operatorname{diag} p_i - p_i p_i^\top) \otimes x_i x_i^\top + \lambda I

where :math:`\rho` is the share of the examples that a model is trained on: its own curvature differs from this by which
examples those are. Where there are no more coefficients than examples, :math:`H` is inverted whole. Otherwise its
blocks :math:`B_c`, one a class, are inverted, and then put right in the one respect in which they are wrong for every
class: what is added to all classes alike changes no probability, so its curvature is :math:`\lambda` and not that of
the blocks. A step for slopes :math:`g` is the minimizer among steps that sum to zero over classes, and the
slopes' mean by :math:`\lambda`:

.. math:: u_c = B_c^{-1} \Bigl( g_c - \bigl( \sum_e B_e^{-1} \bigr)^{-1} \sum_e B_e^{-1} g_e \Bigr)
                + \frac{1}{\lambda k} \sum_e g_e.

Support vector machines have no curvature between classes: their blocks are all there is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

from longtail.array_types import Reals, Singles
from longtail.learners.linear.losses import cross_entropy
from longtail.learners.linear.pool import SubsetObjective

__all__ = ["InverseHessian", "inverse_hessian"]


_MOST_COUPLED = 4096  # Coefficients whose inverse Hessian takes 64 MiB.
_LEAST_PENALTY = 1e-3  # Of an intercept that is not penalized: it only keeps the inverse within single precision.


@dataclass(frozen=True, slots=True)
class InverseHessian:
    """An approximate inverse Hessian.

    Parameters
    ----------
    blocks : (m, p, p) array
        One inverse for all coefficients, class after class (m = 1), or one for those of each class.
    coupling : (p, p) array, or None
        The inverse of the sum of the blocks of all classes, where what all classes share has a curvature of its own.
    shared : (p,) array
        The inverse of that curvature.
    """

    blocks: Singles
    coupling: Singles | None = None
    shared: Singles | None = None

    def __call__(self, slopes: Singles) -> Singles:
        """Multiply slopes (d + 1, n_models, n_classes) by it."""
        n_parameters, n_models, n_classes = slopes.shape
        by_class = np.ascontiguousarray(slopes.transpose(2, 0, 1))
        steps = self.blocks @ by_class.reshape(len(self.blocks), -1, n_models)
        if self.coupling is not None and self.shared is not None:
            steps -= self.blocks @ (self.coupling @ steps.sum(axis=0))
            steps += self.shared[:, None] * by_class.mean(axis=0)
        return np.ascontiguousarray(steps.reshape(n_classes, n_parameters, n_models).transpose(1, 2, 0))


def inverse_hessian(
    objective: SubsetObjective, point: Singles, share: float, *, coupled: bool = True
) -> InverseHessian:
    """Return the approximate inverse at the ``point`` of a model of all examples, for models of a ``share`` of them.

    Unless it may be ``coupled``, it is made of blocks whatever the number of examples.
    """
    features = objective.pool.features
    n_examples, width = features.shape
    scores = features @ objective.coefficients(point, np.arange(1))
    penalty = np.full(width, objective.strength[0], np.float64)
    if not objective.penalize_intercept:
        penalty[-1] = _LEAST_PENALTY
    if objective.loss is not cross_entropy:
        sides = np.where(np.arange(scores.shape[1]) == objective.pool.labels[:, None], 1, -1)
        return InverseHessian(_blocks(features, share * 2 * (sides * scores < 1), penalty))
    mass = np.exp(scores - scores.max(axis=1, keepdims=True))
    probability = mass / mass.sum(axis=1, keepdims=True)
    if coupled and width * probability.shape[1] <= min(n_examples, _MOST_COUPLED):
        return InverseHessian(_coupled(features, share, probability, penalty)[None])
    blocks = _blocks(features, share * probability * (1 - probability), penalty)
    shared = np.where(np.arange(width) < width - 1, 1 / penalty, 0)  # No slope is common to all intercepts.
    return InverseHessian(blocks, _inverse(blocks.sum(axis=0, dtype=np.float64)), shared.astype(np.float32))


def _coupled(features: Singles, share: float, probability: Singles, penalty: Reals) -> Singles:
    """Invert the Hessian of all classes' coefficients."""
    width, n_classes = features.shape[1], probability.shape[1]
    hessian = np.empty((n_classes, width, n_classes, width))
    for one in range(n_classes):
        for other in range(one + 1):
            curvature = share * probability[:, one] * ((one == other) - probability[:, other])
            product = features.T @ (features * curvature[:, None].astype(np.float32))
            hessian[one, :, other] = product
            hessian[other, :, one] = product
    square = hessian.reshape(n_classes * width, n_classes * width)
    return _inverse(square + np.diag(np.tile(penalty, n_classes)))


def _blocks(features: Singles, curvatures: NDArray[np.floating], penalty: Reals) -> Singles:
    """Invert one class's block after the other, by the curvatures (n, n_classes) of its scores."""
    inverses: list[Singles] = []
    for number, curvature in enumerate(curvatures.T):
        if number > 0 and np.array_equal(curvature, curvatures[:, number - 1]):  # Classes are alike at the start.
            inverses.append(inverses[-1])
            continue
        weighted = features * np.sqrt(curvature)[:, None].astype(np.float32)
        inverses.append(_inverse((weighted.T @ weighted).astype(np.float64) + np.diag(penalty)))
    return np.array(inverses)


def _inverse(hessian: Reals) -> Singles:
    """Invert a positive definite matrix by Cholesky, which is half the work of a general inverse."""
    factor, failed = dpotrf(hessian, lower=True)
    if failed:  # Rounding, where features are many times the penalty: a little of it more.
        return _inverse(hessian + np.diag(np.full(len(hessian), 1e-6 * np.trace(hessian) / len(hessian))))
    lower, _ = dpotri(factor, lower=True)
    inverse: Singles = (np.tril(lower) + np.tril(lower, -1).T).astype(np.float32)
    return inverse
