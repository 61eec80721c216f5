r"""Nearest neighbors on many subsets at once: distances are found once a data set, and every model reads its own lists.

A model of a subset votes with the :math:`k` nearest examples that are in it. Which examples are near does not depend on
the subset. So the list of the nearest of all examples is made once for each example that is evaluated; a model goes
along it until :math:`k` of its own are met. Lists are as long as all but one model in :math:`10^6` needs, and where one
ends too early, the model's own examples are searched anew: no answer depends on the length of the lists.

Ties are settled as :mod:`longtail.scores.exact_knn` settles them: of equally distant examples the first in the data is
the nearer, and of equally frequent labels the smallest wins. So the trials sample what is exact there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Floats
from longtail.compilation import compiled
from longtail.errors import InputError, LongtailError
from longtail.learners.kept import Kept, content_of
from longtail.learners.learner import Predictions, batch_of_one, fitting_arrays
from longtail.learners.mlp.training_rounds import check_count
from longtail.neighbours import nearest_neighbours

__all__ = ["NearestNeighbors"]

_TOO_SHORT = 1e-6
_LEAST_SHARE = 1e-12


_lists: Kept[NDArray[np.int32]] = Kept()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestNeighbors:
    """The vote of the nearest training examples by Euclidean distance, as the module's text describes it.

    Parameters
    ----------
    n_neighbors : int
        How many vote; all of them, where a subset has fewer.
    trials_per_batch : int
        Models in one call. Not part of the identity: no model depends on it.
    feature_units : tuple of float
        What each feature is divided by. Told before a run by the data: of a table the standard deviation of each
        feature over the training examples; empty for pictures, texts and embeddings, whose features have one unit. Not
        part of the identity, as the data are.

    Raises
    ------
    InputError
        If a number is not positive.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [5.0], [6.0]], dtype=np.float32)
    >>> y = np.array([0, 0, 1, 1])
    >>> NearestNeighbors().fit_predict(X, y, X + 0.4, n_classes=2, seed=0).labels
    array([0, 0, 1, 1])
    """

    name: ClassVar[str] = "knn"
    version: ClassVar[str] = "1"
    executor: ClassVar[Literal["threads"]] = "threads"

    n_neighbors: int = 1
    trials_per_batch: int = 8
    feature_units: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_count("n_neighbors", self.n_neighbors)
        check_count("trials_per_batch", self.trials_per_batch)
        if not all(math.isfinite(unit) and unit > 0 for unit in self.feature_units):
            raise InputError("feature_units", "be positive finite numbers", self.feature_units)

    def describe(self) -> dict[str, Any]:
        """Return its settings."""
        return {"name": self.name, "n_neighbors": self.n_neighbors}

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train on ``(X, y)`` alone, then predict ``X_eval``, see :class:`~longtail.learners.Learner`.

        Raises
        ------
        InputError
            If the arrays do not fit together, or hold a number that is not finite.
        """
        return batch_of_one(self, X, y, X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],  # noqa: ARG002
    ) -> list[Predictions | LongtailError]:
        """See :class:`~longtail.learners.BatchLearner`. Seeds change nothing."""
        X, y, X_eval = fitting_arrays(X, y, X_eval, n_classes)
        units = np.array(self.feature_units or [1.0])
        if len(units) not in (1, X.shape[1]):
            raise InputError("feature_units", f"hold a number for each of the {X.shape[1]} features", len(units))
        points, queries = (X / units, X_eval / units) if self.feature_units else (X, X_eval)
        length = _length(len(X), min((len(rows) for rows in subsets), default=0), self.n_neighbors)
        key = (content_of(X), content_of(X_eval), self.feature_units, length)
        lists = _lists.get(key, lambda: _searched(points, queries, length))
        return [self._voted(lists, points, queries, y, np.asarray(rows, np.int64), n_classes) for rows in subsets]

    def _voted(
        self,
        lists: NDArray[np.int32],
        points: Floats,
        queries: Floats,
        y: NDArray[np.int64],
        rows: NDArray[np.int64],
        n_classes: int,
    ) -> Predictions | LongtailError:
        if not len(rows):
            return InputError("a subset", "have at least one row", 0, "Use a larger fraction.")
        wanted = min(self.n_neighbors, len(rows))
        label = np.full(len(y), -1, np.int64)
        label[rows] = y[rows]
        votes = np.zeros((len(queries), n_classes), np.float32)
        short = _vote(lists, label, wanted, votes)
        if len(short):
            ordered = np.sort(rows)
            near, _ = nearest_neighbours(points[ordered], wanted, queries[short])
            votes[short] = 0
            np.add.at(votes, (short[:, None], y[ordered[near]]), 1)
        share = np.maximum(votes / np.float32(wanted), np.float32(_LEAST_SHARE))
        return Predictions(labels=votes.argmax(axis=1), logits=np.log(share))


@compiled
def _vote(lists: NDArray[np.int32], label: NDArray[np.int64], wanted: int, votes: NDArray[np.float32]) -> Any:
    """Add the votes of each query, and return the queries whose list ended before all had voted.

    Labels of examples outside the subset are -1.
    """
    short = []
    for query in range(len(lists)):
        met = 0
        for place in range(lists.shape[1]):
            voted = label[lists[query, place]]
            if voted >= 0:
                votes[query, voted] += 1
                met += 1
                if met == wanted:
                    break
        if met < wanted:
            short.append(query)
    return np.array(short, np.int64)


def _length(n: int, fewest: int, n_neighbors: int) -> int:
    """Return the length of lists, such that about one in 10^6 ends before ``n_neighbors`` of a subset are met.

    The number met is binomial, in the same family for sizes that are near, so that batches share their lists.
    """
    share = fewest / n
    if not 0 < share < 1:
        return min(n, n_neighbors)
    length = n_neighbors
    while length < n and _few_met(length, share, n_neighbors) > _TOO_SHORT:
        length = math.ceil(1.25 * length) + 4
    return min(length, n)


def _few_met(length: int, share: float, n_neighbors: int) -> float:
    """Return the probability that of ``length`` examples, each in with chance ``share``, too few are in."""
    return sum(
        math.comb(length, met) * share**met * (1 - share) ** (length - met)
        for met in range(min(n_neighbors, length + 1))
    )


def _searched(points: Floats, queries: Floats, length: int) -> NDArray[np.int32]:
    """Return the nearest of ``points`` of each query, nearest first.

    Where the queries begin with the points, half of the distances among these are spared.
    """
    n = len(points)
    if len(queries) < n or not np.array_equal(queries[:n], points):
        return nearest_neighbours(points, length, queries)[0].astype(np.int32)
    among, _ = nearest_neighbours(points, length, exclude_self=False)
    if len(queries) == n:
        return among.astype(np.int32)
    others, _ = nearest_neighbours(points, length, queries[n:])
    return np.concatenate([among, others]).astype(np.int32)
