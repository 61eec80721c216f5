r"""Coupling of linear classifiers: when one example decides what a large-margin classifier says on its subpopulation.

Unit vectors :math:`V = (x_1, \dots, x_n)` are :math:`(\tau, \theta)`-*independent* if

- two of one subpopulation have :math:`\langle x_i, x_j\rangle \ge \tau`, and
- every :math:`x_i` is nearly orthogonal to the whole *span* of the other subpopulations' examples:
  :math:`|\langle x_i, v\rangle| \le \theta |v|`, that is, its projection onto that span has norm at most
  :math:`\theta`. (That all pairs have small inner products is not enough: the projection can be :math:`\sqrt n` times
  larger.)

Let x be the one example of its subpopulation and :math:`x'` fresh from it. If :math:`V + x'` is
:math:`(\tau, \tau^2 / (8 \sqrt n))`-independent and a classifier :math:`w \in \mathrm{span}(V)` has at least half of
the largest margin with respect to its own predictions, which agree within each subpopulation, then
:math:`\mathrm{sign}\langle w, x'\rangle = \mathrm{sign}\langle w, x\rangle` (Theorem 3.5 of [Feldman2020]_; proof in
``docs/derivations/linear-classifiers.md``). If the first holds with probability :math:`1 - \delta` over :math:`x'`,
then :math:`\lambda_1 \ge 1 - \delta`. The condition is sufficient, by a factor of 4 to 25 in the geometries tried.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.theory.mixtures import proportion, singletons_among

__all__ = ["Independence", "LinearCoupling", "independence", "linear_coupling", "max_margin"]

_UNIT_TOLERANCE = 1e-6
_SPAN_TOLERANCE = 1e-6
_RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """The constants with which unit vectors are independent.

    Parameters
    ----------
    similarity : float
        The largest tau: the least inner product within a subpopulation (1 where none has two examples).
    projection : float
        The smallest theta: the largest projection of a point onto the span of the other subpopulations.
    allowed_projection : float
        tau**2 / (8 sqrt(n)), n the number of training examples; 0 where tau is negative.
    """

    similarity: float
    projection: float
    allowed_projection: float

    @property
    def holds(self) -> bool:
        """Return whether theta is small enough for the theorem."""
        return self.projection <= self.allowed_projection


@checked
def independence(points: ArrayLike, subpopulations: ArrayLike, *, n_samples: int | None = None) -> Independence:
    """Compute the constants with which unit vectors are independent.

    Parameters
    ----------
    points : array, (n, dimension)
        Unit vectors.
    subpopulations : array, (n,)
        Theirs.
    n_samples : int, optional
        The n of the theorem, where ``points`` holds more than the training examples; by default their number.

    Raises
    ------
    InputError
        If a point is not of length 1, or the shapes disagree.

    Examples
    --------
    Every pair has an inner product of .6 or 0, yet the last point lies wholly in the span of the first two.

    >>> independence([[1, 0], [0, 1], [0.6, 0.8]], [0, 1, 2]).projection
    1.0
    """
    unit, ids = _unit_vectors(points, subpopulations)
    similarity = _least_similarity_within(unit @ unit.T, ids)
    size = len(unit) if n_samples is None else n_samples
    return Independence(
        similarity=similarity,
        projection=float(_projection_norms(unit, ids).max()),
        allowed_projection=max(0.0, similarity) ** 2 / (8 * math.sqrt(size)),
    )


@checked
def max_margin(points: ArrayLike, predictions: ArrayLike) -> float:
    r"""The largest margin :math:`\max_{|w| = 1} \min_i y_i \langle w, x_i\rangle`, without an intercept.

    Parameters
    ----------
    points : array, (n, dimension)
        Any vectors.
    predictions : array, (n,)
        -1 or 1.

    Returns
    -------
    float
        0 if they cannot be separated.

    Notes
    -----
    The least w with :math:`y_i\langle w, x_i\rangle \ge 1` by non-negative least squares, exact up to rounding
    [LawsonHanson1974]_ (least distance programming).

    Examples
    --------
    >>> round(max_margin([[1.0, 0.0], [0.0, 1.0]], [1, -1]), 6)
    0.707107
    """
    coordinates = np.asarray(points, dtype=float)
    signs = np.asarray(predictions, dtype=float)
    if signs.shape != coordinates.shape[:1] or not np.isin(signs, (-1, 1)).all():
        raise InputError("predictions", f"be {len(coordinates)} values of -1 or 1", signs)
    left, singular, _ = np.linalg.svd(coordinates, full_matrices=False)
    signed = signs[:, None] * (left * singular)
    system = np.vstack([signed.T, np.ones(len(signs))])
    target = np.zeros(len(system))
    target[-1] = 1.0
    from scipy.optimize import nnls  # Imported here, because the import takes a third of a second.

    multipliers, distance = nnls(system, target)
    if distance < 1e-7:
        return 0.0
    residual = system @ multipliers - target
    return float(abs(residual[-1]) / np.linalg.norm(residual[:-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearCoupling:
    """Verdict of the theorem on a linear classifier's coupling on these data, and its constants.

    Parameters
    ----------
    training : Independence
        Of the training examples alone.
    margin, largest_margin : float
        The classifier's margin with respect to its own predictions, and the largest that they allow.
    outside_span : float
        The share of the classifier's norm outside the span of the examples.
    agrees_within : bool
        Whether its predictions agree within each subpopulation.
    certified : Estimate
        A lower bound on lambda_1: the share of fresh points for which every condition holds; 0 where the classifier
        itself breaks one. The interval is Clopper and Pearson's.
    certified_at : tuple of bool
        At which fresh points they hold.
    n_fresh : int
        Fresh points whose subpopulation was seen once.
    """

    training: Independence
    margin: float
    largest_margin: float
    outside_span: float
    agrees_within: bool
    certified: Estimate
    certified_at: tuple[bool, ...]
    n_fresh: int

    @property
    def classifier_qualifies(self) -> bool:
        """Return whether the classifier lies in the span with half of the largest margin and agrees within
        subpopulations.
        """
        wide = self.margin >= self.largest_margin / 2 > 0
        return wide and self.outside_span <= _SPAN_TOLERANCE and self.agrees_within

    @property
    def holds(self) -> bool:
        """Return whether the theorem's conditions hold at every fresh point."""
        return self.certified.value == 1.0

    @property
    def text(self) -> str:
        """Verdict in sentences."""
        constants = self.training
        return (
            f"Linear coupling is {'certified' if self.holds else 'not certified'}: examples of one subpopulation have "
            f"tau = {constants.similarity:.3g}, projections onto the others' span reach theta = "
            f"{constants.projection:.3g} where {constants.allowed_projection:.3g} is allowed; the classifier "
            f"{'qualifies' if self.classifier_qualifies else 'does not qualify'} (margin {self.margin:.3g} of "
            f"{self.largest_margin:.3g}, {self.outside_span:.2g} of it outside the span). lambda_1 is at least "
            f"{self.certified} by {self.n_fresh} fresh points."
        )

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return asdict(self) | {"certified": self.certified.to_json(), "holds": self.holds}


@checked
def linear_coupling(
    points: ArrayLike,
    subpopulations: ArrayLike,
    w: ArrayLike,
    fresh: ArrayLike,
    fresh_subpopulations: ArrayLike,
    *,
    level: float = 0.95,
) -> LinearCoupling:
    """Check the theorem's conditions for a linear classifier on data.

    Parameters
    ----------
    points : array, (n, dimension)
        The training examples, unit vectors.
    subpopulations : array, (n,)
        Theirs.
    w : array, (dimension,)
        The classifier's normal, of any length; it predicts the sign of the inner product with it, without an intercept.
    fresh : array, (m, dimension)
        New unit vectors; those whose subpopulation was not seen exactly once are left out.
    fresh_subpopulations : array, (m,)
        Theirs.
    level : float
        Of the interval of ``certified``.

    Examples
    --------
    >>> check = linear_coupling([[1, 0, 0], [0, 1, 0]], [0, 1], [1, -1, 0], [[0.8, 0, 0.6]], [0])
    >>> check.holds, check.training.projection, round(check.margin / check.largest_margin, 6)
    (True, 0.0, 1.0)
    """
    unit, ids = _unit_vectors(points, subpopulations)
    new, new_ids = singletons_among("fresh", ids, *_unit_vectors(fresh, fresh_subpopulations))
    normal = _normal(w, unit.shape[1])
    values = unit @ normal
    predictions = np.where(values > 0, 1, -1)
    check = LinearCoupling(
        training=independence(unit, ids),
        margin=float(np.abs(values).min()),
        largest_margin=max_margin(unit, predictions),
        outside_span=_outside_span(normal, unit),
        agrees_within=_agree_within(predictions, ids),
        certified=proportion(0, len(new), level),
        certified_at=(False,) * len(new),
        n_fresh=len(new),
    )
    if not check.classifier_qualifies:
        return check
    certified_at = tuple(
        independence(np.vstack([unit, x]), np.append(ids, own), n_samples=len(unit)).holds
        for x, own in zip(new, new_ids, strict=True)
    )
    return replace(check, certified=proportion(sum(certified_at), len(new), level), certified_at=certified_at)


def _least_similarity_within(gram: NDArray[np.float64], ids: NDArray[Any]) -> float:
    pairs = (ids[:, None] == ids[None, :]) & ~np.eye(len(ids), dtype=bool)
    return float(gram[pairs].min()) if pairs.any() else 1.0


def _projection_norms(unit: NDArray[np.float64], ids: NDArray[Any]) -> NDArray[np.float64]:
    """The norm of each point's projection onto the span of the other subpopulations.

    Where the points are linearly independent, the block of the inverse Gram matrix that belongs to a subpopulation is
    the inverse of the Gram matrix of what the others leave of it.
    """
    gram = unit @ unit.T
    groups = [np.flatnonzero(ids == group) for group in np.unique(ids)]
    norms = np.empty(len(unit))
    if np.linalg.eigvalsh(gram)[0] > _RANK_TOLERANCE:
        inverse = np.linalg.inv(gram)
        for group in groups:
            left_over = np.diag(np.linalg.inv(inverse[np.ix_(group, group)]))
            norms[group] = np.sqrt(np.clip(1 - left_over, 0.0, 1.0))
        return norms
    for group in groups:
        norms[group] = np.linalg.norm(unit[group] @ _basis(np.delete(unit, group, axis=0)).T, axis=1)
    return norms


def _basis(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return orthonormal rows with the same span."""
    _, singular, rows = np.linalg.svd(vectors, full_matrices=False)
    return rows[: int((singular > _RANK_TOLERANCE).sum())]


def _outside_span(normal: NDArray[np.float64], unit: NDArray[np.float64]) -> float:
    basis = _basis(unit)
    return float(np.linalg.norm(normal - basis.T @ (basis @ normal)))


def _agree_within(predictions: NDArray[np.int64], ids: NDArray[Any]) -> bool:
    return all(len(np.unique(predictions[ids == group])) == 1 for group in np.unique(ids))


def _normal(w: ArrayLike, dimension: int) -> NDArray[np.float64]:
    direction = np.asarray(w, dtype=float)
    if direction.shape != (dimension,) or not np.isfinite(direction).all() or not direction.any():
        raise InputError("w", f"be a finite vector of {dimension} numbers, not all 0", direction)
    return direction / float(np.linalg.norm(direction))


def _unit_vectors(points: ArrayLike, ids: ArrayLike) -> tuple[NDArray[np.float64], NDArray[Any]]:
    unit, labels = np.asarray(points, dtype=float), np.asarray(ids)
    if unit.ndim != 2 or len(unit) == 0:
        raise InputError("points", "be an array of shape (points, dimension)", unit.shape)
    if labels.shape != unit.shape[:1]:
        raise InputError("subpopulations", f"hold one for each of {len(unit)} points", labels.shape)
    lengths = np.linalg.norm(unit, axis=1)
    off = ~(np.abs(lengths - 1) <= _UNIT_TOLERANCE)
    if off.any():
        raise InputError("points", "be unit vectors", Said(f"one of length {lengths[off][0]:.6g}"))
    return unit, labels
