r"""Memorization and influence of k-nearest-neighbor classifiers, exactly: no training, no sampling error.

Over uniformly random subsets :math:`S` of :math:`m = \mathrm{round}(q n)` of the :math:`n` training examples, the
probability that a vote of the :math:`k` nearest is right has a closed form, given that example :math:`i` is in or out.
Of the :math:`L = n - 1` others, :math:`m' = m - 1` or :math:`m` are then drawn, and the rank of the :math:`k`-th drawn
is negative hypergeometric,

.. math:: \Pr[r] = \binom{r-1}{k-1} \binom{L-r}{m'-k} \Big/ \binom{L}{m'};

the vote given :math:`r` is in :mod:`longtail.scores.knn_vote`. Ranks are followed until less than :math:`10^{-10}` of
this distribution is left, and a probability is too small by no more than that.

Two rules decide ties: among equally frequent labels the smallest wins, and of equally distant examples the one that
comes first in the data is the nearer, so that a duplicate that comes first ranks before the example itself. For one
neighbor these are the rules of ``KNeighborsClassifier(1, algorithm="brute")``, up to rounding of its distances, and the
values are its values. For more neighbors they are, too, wherever no tie of distance decides who is the k-th: there its
heap keeps any of those, and its trees, which ``algorithm="auto"`` takes in low dimension, break every tie in an order
of their own. Where many examples are equally far, on a grid for instance, the memorization of these is another.

An example too far to vote still has an influence, a little one: when it is in, only :math:`m - 1` of the others are.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError, Said
from longtail.neighbours import nearest_neighbours
from longtail.scores.knn_vote import election, influence_of_listed, memorization_of_listed

__all__ = ["ExactInfluence", "ExactMemorization", "exact_knn_influence", "exact_knn_memorization", "n_ranks_needed"]

Lists: TypeAlias = tuple[Whole, Reals]

_NEGLECTED = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactMemorization:
    """Memorization of every training example, known and not estimated.

    Parameters
    ----------
    value : (n,) float array
        ``correct_in - correct_out``.
    correct_in, correct_out : (n,) float arrays
        Probabilities that the example is classified right by models that have it, and that have it not.
    neglected : float
        No probability is off by more than this (rounding apart).
    estimand : str
        In words.
    """

    value: Reals
    correct_in: Reals
    correct_out: Reals
    neglected: float
    estimand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactInfluence:
    """Influence of every training example on every test example, known and not estimated.

    Parameters
    ----------
    train : (n_test, n_listed) int array
        For each test example its nearest training examples, nearest first.
    value : (n_test, n_listed) float array
        Their influence on it.
    elsewhere : (n_test,) float array
        The influence of any one of the other training examples; NaN where all are listed.
    n_train : int
        Number of training examples.
    neglected : float
        No probability is off by more than this (rounding apart).
    estimand : str
        In words.
    """

    train: Whole
    value: Reals
    elsewhere: Reals
    n_train: int
    neglected: float
    estimand: str

    def dense(self) -> Reals:
        """Return all of it as an ``(n_train, n_test)`` array."""
        table = np.repeat(self.elsewhere[:, None], self.n_train, axis=1)
        np.put_along_axis(table, self.train, self.value, axis=1)
        return table.T


@checked
def exact_knn_memorization(
    X: ArrayLike, y: ArrayLike, n_neighbors: int = 5, fraction: float = 0.7, *, lists: Lists | None = None
) -> ExactMemorization:
    """Memorization of every training example by scikit-learn's ``KNeighborsClassifier(n_neighbors)``.

    Parameters
    ----------
    X : (n, d) array
        Training examples; distances are Euclidean.
    y : (n,) array
        Their labels.
    n_neighbors : int
        How many vote.
    fraction : float
        Share of the examples in a subset, strictly between 0 and 1.
    lists : pair of arrays, optional
        ``nearest_neighbours(X, R)`` for an ``R`` of at least ``n_ranks_needed(n, n_neighbors, fraction)``, where it has
        been made already.

    Raises
    ------
    InputError
        If the arrays do not fit together, or subsets are too small for ``n_neighbors``.

    Notes
    -----
    Time: the neighbor lists, and then some microseconds an example. A subset's size is ``round(fraction * n)``.

    Examples
    --------
    >>> exact = exact_knn_memorization([[0.0], [0.1], [5.0]], ["a", "a", "b"], n_neighbors=1, fraction=0.7)
    >>> exact.correct_in.tolist(), exact.correct_out.tolist()
    ([1.0, 1.0, 1.0], [1.0, 1.0, 0.0])
    """
    labels, codes = np.unique(np.asarray(y), return_inverse=True)
    n_examples = _n_rows(X, "y", codes)
    n_included = _n_included(n_examples, n_neighbors, fraction)
    n_ranks = n_ranks_needed(n_examples, n_neighbors, fraction)
    indices, distances = _checked_lists(lists, n_examples, n_ranks) or nearest_neighbours(X, n_ranks)
    is_earlier_duplicate = (distances == 0) & (indices < np.arange(n_examples)[:, None])
    correct_in, correct_out = memorization_of_listed(
        election(n_neighbors, len(labels), n_ranks, _tilt(fraction)),
        np.ascontiguousarray(indices),
        1 + is_earlier_duplicate.sum(axis=1),
        codes,
        _rank_distribution(n_examples - 1, n_included - 1, n_neighbors, n_ranks),
        _rank_distribution(n_examples - 1, n_included, n_neighbors, n_ranks),
    )
    return ExactMemorization(
        value=correct_in - correct_out,
        correct_in=correct_in,
        correct_out=correct_out,
        neglected=_neglected(n_examples - 1, n_included - 1, n_neighbors, n_ranks),
        estimand=_estimand("memorization", n_neighbors, n_included, n_examples),
    )


@checked
def exact_knn_influence(
    X: ArrayLike,
    y: ArrayLike,
    X_test: ArrayLike,
    y_test: ArrayLike,
    n_neighbors: int = 5,
    fraction: float = 0.7,
    *,
    lists: Lists | None = None,
) -> ExactInfluence:
    """Influence of every training example on every test example, as :func:`exact_knn_memorization` defines it.

    Parameters
    ----------
    X, y, n_neighbors, fraction
        As there.
    X_test, y_test : (n_test, d) and (n_test,) arrays
        Test examples and their labels.
    lists : pair of arrays, optional
        ``nearest_neighbours(X, min(R + 1, n), X_test)``, for ``R`` as there.

    Raises
    ------
    InputError
        As there.

    Examples
    --------
    >>> X, y = [[0.0], [0.2], [5.0]], ["a", "b", "b"]
    >>> exact_knn_influence(X, y, [[0.05]], ["a"], n_neighbors=1, fraction=0.7).dense().tolist()
    [[1.0], [-0.5], [-0.5]]
    """
    y, y_test = np.asarray(y), np.asarray(y_test)
    labels, codes = np.unique(np.concatenate([y, y_test]), return_inverse=True)
    n_examples, n_test = _n_rows(X, "y", y), _n_rows(X_test, "y_test", y_test)
    n_included = _n_included(n_examples, n_neighbors, fraction)
    n_ranks = n_ranks_needed(n_examples, n_neighbors, fraction)
    indices, _ = _checked_lists(lists, n_test, n_ranks + 1) or nearest_neighbours(X, n_ranks + 1, X_test)
    value, elsewhere = influence_of_listed(
        election(n_neighbors, len(labels), n_ranks, _tilt(fraction)),
        np.ascontiguousarray(indices),
        codes[:n_examples],
        codes[n_examples:],
        _rank_distribution(n_examples - 1, n_included - 1, n_neighbors, n_ranks),
        _rank_distribution(n_examples - 1, n_included, n_neighbors, n_ranks),
    )
    return ExactInfluence(
        train=indices,
        value=value,
        elsewhere=elsewhere if indices.shape[1] < n_examples else np.full(n_test, np.nan),
        n_train=n_examples,
        neglected=_neglected(n_examples - 1, n_included - 1, n_neighbors, n_ranks),
        estimand=_estimand("influence", n_neighbors, n_included, n_examples),
    )


@checked
def n_ranks_needed(n_examples: int, n_neighbors: int, fraction: float) -> int:
    """Return the length that neighbor lists need, so that the k-th drawn example lies beyond with probability below
    1e-10.

    Examples
    --------
    >>> n_ranks_needed(60_000, 5, 0.7)
    31
    """
    n_others, n_drawn = n_examples - 1, _n_included(n_examples, n_neighbors, fraction) - 1
    enough, too_few = n_others, min(n_neighbors, n_others) - 1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _neglected(n_others, n_drawn, n_neighbors, middle) < _NEGLECTED:
            enough = middle
        else:
            too_few = middle
    return enough


def _neglected(n_others: int, n_drawn: int, n_neighbors: int, n_ranks: int) -> float:
    """The probability that fewer than ``n_neighbors`` of the drawn are among the first ``n_ranks`` of the others."""
    if n_ranks >= n_others:
        return 0.0
    from scipy.stats import hypergeom  # Imported here, because the import takes most of a second.

    return float(hypergeom.cdf(n_neighbors - 1, n_others, n_drawn, n_ranks))


def _rank_distribution(n_others: int, n_drawn: int, n_neighbors: int, n_ranks: int) -> Reals:
    """Return the distribution of the rank of the k-th drawn, from 1.

    If fewer than k are drawn at all, that rank is ``n_others + 1``.
    """
    if n_drawn < n_neighbors:
        return np.concatenate([np.zeros(n_others), [1.0]])
    before = np.arange(n_ranks)
    from scipy.stats import hypergeom

    are_nearer = hypergeom.pmf(n_neighbors - 1, n_others, n_drawn, before)
    return np.asarray(are_nearer * (n_drawn - n_neighbors + 1) / (n_others - before), np.float64)


def _tilt(fraction: float) -> float:
    """Return a tilt. Any number in (0, 1) is right, and one near the drawn share keeps the table far from underflow."""
    return min(max(fraction, 0.01), 0.99)


def _estimand(what: str, n_neighbors: int, n_included: int, n_examples: int) -> str:
    subset = f"uniformly random subsets of {n_included} of {n_examples} examples"
    return f"{what} of 0/1 correctness by {n_neighbors} nearest neighbors over {subset}, exact"


def _n_rows(X: ArrayLike, argument: str, labels: NDArray[np.generic]) -> int:
    if labels.shape != np.shape(X)[:1]:
        raise InputError(argument, f"hold one label for each of {len(np.asarray(X))} rows", labels.shape)
    return len(labels)


def _n_included(n_examples: int, n_neighbors: int, fraction: float) -> int:
    if not 0 < fraction < 1:
        raise InputError("fraction", "lie strictly between 0 and 1", fraction)
    n_included = round(fraction * n_examples)
    if not 0 < n_included < n_examples:
        law = "leave at least one example in and one out"
        raise InputError("fraction", law, Said(f"{fraction} of {n_examples} examples"))
    if isinstance(n_neighbors, bool) or not isinstance(n_neighbors, int | np.integer) or n_neighbors < 1:
        raise InputError("n_neighbors", "be a whole number of at least 1", n_neighbors)
    if n_neighbors > n_included:
        raise InputError("n_neighbors", f"not exceed the {n_included} examples of a subset", n_neighbors)
    return n_included


def _checked_lists(lists: Lists | None, n_queries: int, n_ranks: int) -> Lists | None:
    if lists is None:
        return None
    indices, distances = np.asarray(lists[0], np.int64), np.asarray(lists[1], np.float64)
    if indices.shape != distances.shape or indices.ndim != 2 or len(indices) != n_queries:
        raise InputError("lists", f"be two tables of {n_queries} rows", (indices.shape, distances.shape))
    if indices.shape[1] < n_ranks:
        raise InputError("lists", f"hold at least {n_ranks} neighbors", indices.shape[1])
    return indices[:, :n_ranks], distances[:, :n_ranks]
