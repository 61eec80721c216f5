r"""Mixtures of subpopulations: how errors on the examples seen carry over to the rest of their subpopulations.

The test distribution is :math:`D = \sum_i \alpha_i M_i` with disjoint supports, labels constant on each :math:`M_i`,
and :math:`\alpha` from a frequency prior. Over the subpopulations with :math:`\ell` of the n examples,

.. math:: \mathrm{errn}_S(A, \ell) = \sum_{i : |S_i| = \ell} q_i, \qquad
          q_i = \frac1\ell \sum_{x \in S_i} \Pr_{h \sim A(S)}[h(x) \ne y_x].

An algorithm is :math:`\lambda_\ell`-coupled if what it says at an example says what it says on the subpopulation. In
the form that proves :math:`\mathrm{excess} \ge \sum_\ell \lambda_\ell \tau_\ell \mathrm E\,\mathrm{errn}_S(A, \ell)`
(Theorem 3.1 of [Feldman2020]_), coupling holds for each hypothesis:
:math:`\Pr_{x' \sim M_x}[h(x') = h(x)] \ge \lambda_\ell` for every h that A may return. A bound on the total variation
between the laws of h(x) and of h(x') gives that for deterministic algorithms only; for randomized ones it leaves

.. math:: \mathrm{excess} \ge \sum_\ell \tau_\ell\, \mathrm E \sum_{i : |S_i| = \ell} \max(0, q_i - (1 - \lambda_\ell)).

The counter-example to more is in ``docs/derivations/mixtures.md``. Both bounds assume what the averaged theorem does:
that errors at a given count are uncorrelated with the frequency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Bound, Estimate

__all__ = [
    "NearestNeighborCoupling",
    "coupled_excess_bound",
    "nearest_neighbor_coupling",
    "subpopulation_errors",
    "total_variation_coupling",
]


@checked
def subpopulation_errors(subpopulations: ArrayLike, error: ArrayLike) -> dict[int, NDArray[np.float64]]:
    r"""The mean error :math:`q_i` of each subpopulation, by how many examples it has.

    Parameters
    ----------
    subpopulations : array, (n,)
        The subpopulation of each example: any labels that can be compared.
    error : array, (n,)
        The probability that the learner errs on each of its examples, in [0, 1].

    Returns
    -------
    dict
        count -> one :math:`q_i` for each subpopulation with that many examples.

    Examples
    --------
    >>> {count: q.tolist() for count, q in subpopulation_errors(["a", "b", "b"], [0.9, 0.0, 0.5]).items()}
    {1: [0.9], 2: [0.25]}
    """
    error_probability = np.asarray(error, dtype=float)
    ids, index, counts = np.unique(np.asarray(subpopulations), return_inverse=True, return_counts=True)
    if error_probability.shape != index.shape:
        raise InputError("error", f"hold one value for each of {len(index)} examples", error_probability.shape)
    _require_probabilities("error", error_probability)
    mean_error = np.bincount(index, weights=error_probability, minlength=len(ids)) / counts
    return {int(count): mean_error[counts == count] for count in np.unique(counts)}


@checked
def coupled_excess_bound(
    tau: Mapping[int, float],
    errors: Mapping[int, ArrayLike],
    coupling: Mapping[int, float],
    *,
    per_hypothesis: bool,
) -> Bound:
    r"""The excess error that errors on the examples seen imply on their subpopulations.

    Parameters
    ----------
    tau : mapping
        count -> :math:`\tau_\ell`, for every count in ``errors``.
    errors : mapping
        count -> the :math:`q_i` of the subpopulations with that many examples, as from :func:`subpopulation_errors`.
    coupling : mapping
        count -> :math:`\lambda_\ell` in [0, 1].
    per_hypothesis : bool
        True if coupling holds for every hypothesis that may be returned (always so for a deterministic learner);
        False if it is 1 minus a total variation distance, as from :func:`total_variation_coupling`.

    Returns
    -------
    Bound
        On the error above the optimum, for this sample's errors; average it over samples.

    Raises
    ------
    InputError
        If a count lacks its tau or coupling, or a number is no probability.

    Examples
    --------
    >>> q = {1: [0.5, 0.5, 1.0]}
    >>> print(coupled_excess_bound({1: 1e-3}, q, {1: 0.75}, per_hypothesis=True))
    ≥ 0.0015
    >>> print(coupled_excess_bound({1: 1e-3}, q, {1: 0.75}, per_hypothesis=False))
    ≥ 0.00125
    """
    carried_over = 0.0
    for count, at_count in errors.items():
        error = np.atleast_1d(np.asarray(at_count, dtype=float))
        _require_probabilities(f"errors[{count}]", error)
        agreement = _at_count("coupling", coupling, count)
        carried = agreement * error if per_hypothesis else np.maximum(0.0, error - (1 - agreement))
        carried_over += _at_count("tau", tau, count) * float(carried.sum())
    form = "coupling holds for each hypothesis" if per_hypothesis else "coupling in total variation"
    return Bound(
        value=carried_over,
        side="lower",
        reference="Feldman2020, Theorem 3.1" if per_hypothesis else "Feldman2020, Theorem 3.1, weakened",
        condition=f"{form}; errors at a given count are uncorrelated with the frequency",
    )


@checked
def total_variation_coupling(at_example: ArrayLike, at_fresh: ArrayLike) -> float:
    r"""One minus the total variation distance between the predictions at an example and at a fresh point.

    Parameters
    ----------
    at_example, at_fresh : array, (n_classes,)
        The probability of each prediction over the learner's randomness (and over the fresh point).

    Examples
    --------
    >>> total_variation_coupling([0.5, 0.5], [0.75, 0.25])
    0.75
    """
    here, there = np.asarray(at_example, dtype=float), np.asarray(at_fresh, dtype=float)
    for name, law in (("at_example", here), ("at_fresh", there)):
        _require_probabilities(name, law)
        if abs(law.sum() - 1) > 1e-9:
            raise InputError(name, "sum to 1", float(law.sum()))
    if here.shape != there.shape:
        raise InputError("at_fresh", f"have the shape {here.shape} of at_example", there.shape)
    return float(1 - np.abs(here - there).sum() / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestNeighborCoupling:
    """Verdict on the coupling of one-nearest-neighbor on subpopulations seen once, and its constants.

    Parameters
    ----------
    coupling : Estimate
        A lower bound on lambda_1: how often the example nearest to a fresh point is of its own subpopulation. The
        interval is Clopper and Pearson's, conservative over subpopulations that differ [ClopperPearson1934]_.
    diameter : float
        The largest distance from a fresh point to the example of its own subpopulation.
    separation : float
        The smallest distance from a fresh point to an example of another one.
    certified_at : tuple of bool
        Which fresh points are nearest to their own.
    n_fresh : int
        Fresh points whose subpopulation was seen once.
    """

    coupling: Estimate
    diameter: float
    separation: float
    certified_at: tuple[bool, ...]
    n_fresh: int

    @property
    def holds(self) -> bool:
        """Return whether all fresh points are nearer to their own subpopulation than to any other: lambda_1 = 1 on
        them.
        """
        return self.coupling.value == 1.0

    @property
    def text(self) -> str:
        """Verdict in a sentence."""
        verdict = "holds" if self.holds else "fails"
        return (
            f"Nearest-neighbor coupling {verdict} on {self.n_fresh} fresh points: own example within "
            f"{self.diameter:.3g}, others from {self.separation:.3g} on; lambda_1 is at least {self.coupling}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "coupling": self.coupling.to_json(),
            "diameter": self.diameter,
            "separation": self.separation,
            "n_fresh": self.n_fresh,
            "holds": self.holds,
        }


@checked
def nearest_neighbor_coupling(
    points: ArrayLike,
    subpopulations: ArrayLike,
    fresh: ArrayLike,
    fresh_subpopulations: ArrayLike,
    *,
    level: float = 0.95,
) -> NearestNeighborCoupling:
    r"""Check the coupling of one-nearest-neighbor on data.

    If the nearest example of a fresh :math:`x'` is the one example x of its subpopulation, then h(x') = y_x = h(x).

    Parameters
    ----------
    points : array, (n, dimension)
        The training examples.
    subpopulations : array, (n,)
        Theirs.
    fresh : array, (m, dimension)
        New points; those whose subpopulation was not seen exactly once are left out.
    fresh_subpopulations : array, (m,)
        Theirs.
    level : float
        Of the interval.

    Examples
    --------
    >>> check = nearest_neighbor_coupling([[0.0], [10.0]], [0, 1], [[1.0], [6.0], [9.0]], [0, 0, 1])
    >>> check.holds, check.n_fresh, round(check.coupling.value, 3)
    (False, 3, 0.667)
    """
    seen, seen_ids = _points_with_ids("points", points, subpopulations)
    new, new_ids = singletons_among("fresh", seen_ids, *_points_with_ids("fresh", fresh, fresh_subpopulations))
    from scipy.spatial.distance import cdist  # Imported here, because the import takes most of a second.

    distance = cdist(new, seen)
    own = new_ids[:, None] == seen_ids[None, :]
    to_own = np.where(own, distance, np.inf).min(axis=1)
    to_others = np.where(own, np.inf, distance).min(axis=1)
    certified_at = tuple((to_own < to_others).tolist())
    return NearestNeighborCoupling(
        coupling=proportion(sum(certified_at), len(new), level),
        diameter=float(to_own.max()),
        separation=float(to_others.min()),
        certified_at=certified_at,
        n_fresh=len(new),
    )


def proportion(successes: int, trials: int, level: float) -> Estimate:
    """Return a share of independent trials with Clopper and Pearson's interval."""
    from scipy.stats import binomtest  # Imported here, because the import takes most of a second.

    interval = binomtest(successes, trials).proportion_ci(confidence_level=level, method="exact")
    return Estimate(
        value=successes / trials,
        low=float(interval.low),
        high=float(interval.high),
        level=level,
        method="Clopper-Pearson over fresh points",
    )


def singletons_among(
    argument: str, seen_ids: NDArray[Any], fresh: NDArray[np.float64], fresh_ids: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return the fresh points whose subpopulation was seen exactly once, and their subpopulations."""
    ids, counts = np.unique(seen_ids, return_counts=True)
    kept = np.isin(fresh_ids, ids[counts == 1])
    if not kept.any():
        raise InputError(f"{argument}_subpopulations", "hold one that was seen exactly once", np.unique(fresh_ids))
    return fresh[kept], fresh_ids[kept]


def _points_with_ids(argument: str, points: ArrayLike, ids: ArrayLike) -> tuple[NDArray[np.float64], NDArray[Any]]:
    coordinates, labels = np.asarray(points, dtype=float), np.asarray(ids)
    if coordinates.ndim != 2 or not np.isfinite(coordinates).all():
        raise InputError(argument, "be a finite array of shape (points, dimension)", coordinates.shape)
    if labels.shape != coordinates.shape[:1]:
        raise InputError(f"{argument}' subpopulations", f"be {len(coordinates)} in number", labels.shape)
    return coordinates, labels


def _at_count(argument: str, values: Mapping[int, float], count: int) -> float:
    if count not in values:
        raise InputError(argument, f"hold a value for count {count}", dict(values))
    if not 0 <= values[count] <= 1:
        raise InputError(f"{argument}[{count}]", "lie in [0, 1]", values[count])
    return float(values[count])


def _require_probabilities(argument: str, values: NDArray[np.float64]) -> None:
    outside = ~((values >= 0) & (values <= 1))
    if outside.any():
        raise InputError(argument, "lie in [0, 1]", float(values[outside][0]))
