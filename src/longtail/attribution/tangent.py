r"""One trained model to first order: how alike it takes two examples to be.

With f the margin :math:`\log p_y / (1 - p_y)` of an example and w the parameters, the tangent kernel of two examples is
:math:`K(x, x') = \langle \nabla_w f(x), \nabla_w f(x') \rangle` [JacotGabrielHongler2018]_: a step of training on x
moves the margin of x' in proportion to it. What attribution needs of a model is this kernel, and how much the model
still doubts each training example.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset

__all__ = ["Slopes", "Tangent", "TangentOf", "slopes_of"]


_LARGEST_MARGIN = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tangent:
    """The kernels of one trained model on the examples.

    Parameters
    ----------
    kernel : (n, n) array
        Tangent kernel of the training examples, members of the model's subset or not.
    cross : (n, n_test) array
        Tangent kernel of training with test examples.
    doubt : (n,) array
        One minus the probability of the label, of each training example.
    margin : (n_test,) array
        Of the test examples, as :class:`longtail.outcomes.Outcomes` defines it.
    """

    kernel: Reals
    cross: Reals
    doubt: Reals
    margin: Reals


TangentOf = Callable[[Any, Dataset, Whole, int], Tangent]
"""Trains a learner on the rows given, under a seed, and returns the tangent of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """The margin of each example at the logits: its slope there, and the label's probability."""

    slope: Reals
    probability: Reals
    margin: Reals


def slopes_of(logits: NDArray[np.floating[Any]], labels: Whole) -> Slopes:
    r"""Differentiate :math:`f = z_y - \log \sum_{c \ne y} e^{z_c}` in the logits z: one at y, minus the softmax of the
    others.

    Parameters
    ----------
    logits : (n, classes) array
        -inf is allowed: a class that the model never saw.
    labels : (n,) int array
        Class codes.
    """
    z = np.array(logits, float)
    everyone = np.arange(len(labels))
    own = z[everyone, labels].copy()
    mass = np.exp(z - z.max(axis=1, keepdims=True))
    probability = mass[everyone, labels] / mass.sum(axis=1)
    z[everyone, labels] = -np.inf
    highest = z.max(axis=1)
    known = np.where(np.isfinite(highest), highest, 0.0)
    others = np.exp(z - known[:, None])
    slope = -others / np.maximum(others.sum(axis=1, keepdims=True), 1e-300)
    slope[everyone, labels] = 1.0
    margin = np.nan_to_num(own - highest, nan=0.0, posinf=_LARGEST_MARGIN, neginf=-_LARGEST_MARGIN)
    return Slopes(slope=slope, probability=probability, margin=margin)
