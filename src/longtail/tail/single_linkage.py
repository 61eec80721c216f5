"""Single linkage at every radius at once: the minimum spanning forest of the graph of near neighbors.

Two examples are connected at a radius if a chain of examples joins them whose steps are no longer than the radius. An
edge of a minimum spanning forest is the longest step of the best chain between its sides, so the forest's edges up to a
radius give the components at that radius, for all radii together; an example without a near neighbor is a component of
its own. The graph is never in memory: the neighbors of one block of examples are merged into the forest at a time,
since a minimum spanning forest of a union is one of the union of forests.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from threadpoolctl import threadpool_limits

from longtail.neighbours import nearest_neighbours

__all__ = ["SpanningForest", "nearest_distances", "spanning_forest"]

_BLOCK = 1 << 22
"""How many candidate pairs are held at a time: 64 MB of distances and places at the very most."""
_EDGES = 1 << 12
_FEW_OPERATIONS = 10**9
"""Up to so many multiplications, threads cost more than they save."""
_SMALLEST = float(np.finfo(np.float64).tiny)
"""Stands for distance 0, which a sparse matrix would take for no edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanningForest:
    """The edges that join examples first as the radius grows.

    Parameters
    ----------
    n : int
        The number of examples.
    first, second : arrays of int
        The ends of each edge.
    length : array of float
        The distance between them.
    """

    n: int
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    length: NDArray[np.float64]

    def components(self, radius: float) -> NDArray[np.int64]:
        """Return the component of each example at a radius, numbered from 0."""
        short = self.length <= radius
        graph = sparse.coo_array(
            (np.ones(int(short.sum()), dtype=np.int8), (self.first[short], self.second[short])), shape=(self.n, self.n)
        )
        return connected_components(graph, directed=False)[1].astype(np.int64)


def nearest_distances(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return the distance from each row to the nearest other row, infinite if there is none."""
    if len(X) < 2:
        return np.full(len(X), np.inf)
    return nearest_neighbours(X, 1)[1][:, 0]


def spanning_forest(X: NDArray[Any], largest_radius: float) -> SpanningForest:
    """Return the minimum spanning forest of the pairs of rows no farther apart than ``largest_radius``."""
    n = len(X)
    forest = sparse.csr_array((n, n), dtype=np.float64)
    if n > 1:
        slack = 1e-6 * (largest_radius + float(np.abs(X).max()) * np.sqrt(X.shape[1]))
        from sklearn.neighbors import NearestNeighbors  # Importing it takes a second.

        neighbors = NearestNeighbors(radius=largest_radius + slack).fit(X)
        step = max(1, _BLOCK // n)
        few = n * n * X.shape[1] <= _FEW_OPERATIONS
        for start in range(0, n, step):
            with threadpool_limits(1 if few else None):
                graph = neighbors.radius_neighbors_graph(X[start : start + step], mode="distance").tocoo()
            row, column = graph.row + start, graph.col
            upper = row < column
            forest = _merged(forest, row[upper], column[upper], np.maximum(graph.data[upper], _SMALLEST))
    edges = forest.tocoo()
    first, second = edges.row.astype(np.int64), edges.col.astype(np.int64)
    return SpanningForest(n=n, first=first, second=second, length=_lengths(X, first, second))


def _lengths(X: NDArray[Any], first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute lengths from the differences themselves.

    The search subtracts squares, which leaves duplicates a little apart.
    """
    lengths = np.empty(len(first))
    for start in range(0, len(first), _EDGES):
        here = slice(start, start + _EDGES)
        lengths[here] = np.linalg.norm(X[first[here]].astype(np.float64) - X[second[here]], axis=1)
    return lengths


def _merged(
    forest: sparse.csr_array, row: NDArray[Any], column: NDArray[Any], distance: NDArray[np.float64]
) -> sparse.csr_array:
    """Return the minimum spanning forest of a forest and more edges. No pair occurs in both."""
    old = forest.tocoo()
    graph = sparse.coo_array(
        (np.r_[old.data, distance], (np.r_[old.row, row], np.r_[old.col, column])), shape=forest.shape
    )
    return sparse.csr_array(minimum_spanning_tree(graph.tocsr()))
