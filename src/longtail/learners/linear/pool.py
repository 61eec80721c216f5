r"""The examples of a study as linear models of many subsets see them.

All models share one table of features, standardized over the whole study, with a last column of ones. Model
:math:`g` standardizes by its own subset: its weights :math:`a` act on :math:`(x - c_g) / t_g`, so on the shared table
they are the weights :math:`a / t_g` and the intercept :math:`b - c_g^\top (a / t_g)`. That makes its optimum the one of
a model that never saw the other examples, while one matrix product serves all models:

.. math:: f_g(a, b) = \sum_{i \in S_g} L(z_i, y_i) + \frac{\lambda_g}{2} \lVert a \rVert^2
          \quad \left(+ \frac{\lambda_g}{2} b^2\right).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals, Singles

__all__ = ["Pool", "SubsetObjective"]

Loss: TypeAlias = Callable[..., None]

_ROWS_PER_BLOCK = 512  # Number of rows whose scores stay in a core's cache.
_CONSTANT = 1e-12  # A variance below this share of the squared mean is rounding.


@dataclass(frozen=True, eq=False)
class Pool:
    """All examples of a study. Pools of the same content are equal.

    Parameters
    ----------
    features : (n, d + 1) float array
        Standardized, and a last column of ones.
    labels : (n,) int array
    n_classes : int
    center, scale : (d,) arrays
        A raw feature ``x`` is ``(x - center) * scale`` here.
    """

    features: Singles
    labels: NDArray[np.int64]
    n_classes: int
    center: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, X: Singles, y: NDArray[np.int64], n_classes: int, *, standardize: bool) -> "Pool":
        """Make a pool of the raw features."""
        center, scale = np.zeros(X.shape[1]), np.ones(X.shape[1])
        if standardize:
            center, deviation = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
            scale = np.divide(1, deviation, out=np.zeros_like(deviation), where=deviation > 0)
        labels = np.array(y)  # A copy, since kernels are compiled once more for arrays that are read-only.
        return cls(_with_ones(X, center, scale), labels, n_classes, center, scale)

    @property
    def n_examples(self) -> int:
        """Number of examples."""
        return len(self.labels)

    def entered(self, X: Singles) -> Iterator[tuple[slice, Singles]]:
        """Yield blocks of other examples in the pool's features."""
        for start in range(0, len(X), _ROWS_PER_BLOCK):
            rows = slice(start, start + _ROWS_PER_BLOCK)
            yield rows, _with_ones(X[rows], self.center, self.scale)

    @cached_property
    def digest(self) -> bytes:
        """Digest of its content."""
        content = hashlib.blake2b(f"{self.features.shape} {self.n_classes}".encode())
        for part in (self.features, self.labels):
            content.update(part.tobytes())
        return content.digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pool) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetObjective:
    """Regularized losses of linear models on their subsets, with slopes.

    Parameters
    ----------
    pool : Pool
        The examples.
    loss : callable
        A kernel of ``losses.py``.
    inclusion : (n, n_models) bool array
        Who is in which subset.
    present : (n_models, n_classes) bool array
        Which classes a subset holds.
    strength : (n_models,) array
        λ.
    penalize_intercept : bool
        Whether λ acts on the intercept, too.
    center, scale : (d, n_models) arrays
        c and 1 / t; 0 where a feature is constant in the subset.
    """

    pool: Pool
    loss: Loss
    inclusion: NDArray[np.bool_]
    present: NDArray[np.bool_]
    strength: Singles
    penalize_intercept: bool
    center: Singles
    scale: Singles

    @classmethod
    def of(
        cls,
        pool: Pool,
        subsets: Sequence[NDArray[np.integer[Any]]],
        loss: Loss,
        strength: Callable[[NDArray[np.bool_]], Reals],
        *,
        standardize: bool,
        penalize_intercept: bool,
    ) -> "SubsetObjective":
        """Make the objective of subsets given by the numbers of their examples, with the ``strength`` of the classes
        present.
        """
        inclusion = np.zeros((pool.n_examples, len(subsets)), bool)
        present = np.zeros((len(subsets), pool.n_classes), bool)
        for model, members in enumerate(subsets):
            inclusion[members, model] = True
            present[model, pool.labels[members]] = True
        n_features = pool.features.shape[1] - 1
        center, scale = np.zeros((n_features, len(subsets))), np.ones((n_features, len(subsets)))
        if standardize:
            center, scale = _moments(pool.features[:, :-1], inclusion)
        return cls(
            pool=pool,
            loss=loss,
            inclusion=inclusion,
            present=present,
            strength=strength(present).astype(np.float32),
            penalize_intercept=penalize_intercept,
            center=center.astype(np.float32),
            scale=scale.astype(np.float32),
        )

    def __call__(self, points: Singles, numbers: NDArray[np.int64]) -> tuple[Reals, Singles]:
        """Return values and slopes of the numbered models."""
        n_parameters, n_models, n_classes = points.shape
        by_class = self.coefficients(points, numbers).reshape(points.shape).transpose(0, 2, 1)
        coefficients = np.ascontiguousarray(by_class).reshape(n_parameters, -1)  # The kernel needs models side by side,
        inclusion = np.ascontiguousarray(self.inclusion[:, numbers], np.float32)  # here, too.
        present = np.ascontiguousarray(self.present[numbers].T, np.float32)
        losses, slopes = np.zeros(n_models), np.zeros_like(coefficients)
        for start in range(0, self.pool.n_examples, _ROWS_PER_BLOCK):
            rows = slice(start, start + _ROWS_PER_BLOCK)
            block = self.pool.features[rows]
            scores = block @ coefficients
            shaped = scores.reshape(len(block), n_classes, n_models)
            self.loss(shaped, self.pool.labels[rows], inclusion[rows], present, losses)
            slopes += block.T @ scores
        by_model = np.ascontiguousarray(slopes.reshape(n_parameters, n_classes, n_models).transpose(0, 2, 1))
        return self._with_penalty(points, numbers, losses, self._own_slopes(by_model, numbers))

    def coefficients(self, points: Singles, numbers: NDArray[np.int64]) -> Singles:
        """Return coefficients of the pool's features: (d + 1, n_models * n_classes)."""
        weights = points[:-1] * self.scale[:, numbers, None]
        intercepts = points[-1] - np.einsum("dg,dgc->gc", self.center[:, numbers], weights)
        return np.concatenate([weights, intercepts[None]]).reshape(len(points), -1)

    def own_parameters(self, coefficients: Singles) -> Singles:
        """Return the parameters with which every model has the same coefficients (d + 1, 1, n_classes) on the pool."""
        scale = self.scale[:, :, None]
        weights = np.divide(coefficients[:-1], scale, out=np.zeros_like(scale * coefficients[:-1]), where=scale > 0)
        intercepts = coefficients[-1] + np.einsum("dg,dgc->gc", self.center, weights * scale)
        return np.concatenate([weights, intercepts[None]])

    def _own_slopes(self, slopes: Singles, numbers: NDArray[np.int64]) -> Singles:
        """Apply the transpose of ``coefficients``."""
        centered = slopes[:-1] - self.center[:, numbers, None] * slopes[-1]
        return np.concatenate([centered * self.scale[:, numbers, None], slopes[-1:]])

    def _with_penalty(
        self, points: Singles, numbers: NDArray[np.int64], losses: Reals, slopes: Singles
    ) -> tuple[Reals, Singles]:
        last = len(points) if self.penalize_intercept else len(points) - 1
        penalized, strength = points[:last], self.strength[numbers]
        slopes[:last] += strength[:, None] * penalized
        return losses + strength / 2 * np.einsum("dgc,dgc->g", penalized, penalized, dtype=np.float64), slopes


def _moments(features: Singles, inclusion: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and reciprocal standard deviation of each feature in each subset."""
    share = inclusion / inclusion.sum(axis=0)
    mean, square = np.zeros((features.shape[1], inclusion.shape[1])), np.zeros((features.shape[1], inclusion.shape[1]))
    for start in range(0, len(features), _ROWS_PER_BLOCK):
        block = features[start : start + _ROWS_PER_BLOCK].astype(np.float64)
        mean += block.T @ share[start : start + _ROWS_PER_BLOCK]
        square += (block**2).T @ share[start : start + _ROWS_PER_BLOCK]
    variance = square - mean**2
    varies = variance > _CONSTANT * square
    return mean, np.divide(1, np.sqrt(np.maximum(variance, 0)), out=np.zeros_like(variance), where=varies)


def _with_ones(X: Singles, center: NDArray[np.float64], scale: NDArray[np.float64]) -> Singles:
    features = np.ones((len(X), X.shape[1] + 1), np.float32)
    features[:, :-1] = (X - center) * scale
    return features
