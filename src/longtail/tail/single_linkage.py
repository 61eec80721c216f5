"""Single linkage at every radius at once: the minimum spanning forest of the graph of near neighbors.

Two examples are connected at a radius if a chain of examples joins them whose steps are no longer than the radius. An
edge of a minimum spanning forest is the longest step of the best chain between its sides, so the forest's edges up to a
radius give the components at that radius, for all radii together; an example without a near neighbor is a component of
its own. The graph is never in memory: the neighbors of one block of examples are merged into the forest at a time,
since a minimum spanning forest of a union is one of the union of forests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["SpanningForest", "nearest_distances", "spanning_forest"]

Pairs = tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]
"""Two rows each, and the distance between them."""

_BLOCK = 1 << 22
"""How many candidate pairs are held at a time: 64 MB of distances and places at the very most."""
_FEWEST_MERGED = 1 << 18
"""How many pairs are merged into the forest at once, at least."""
_MOST_COLUMNS_OF_A_TREE = 15
"""Up to which scikit-learn searches through a tree; beyond it compares all pairs."""
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
        graph = scipy.sparse.coo_array(
            (np.ones(int(short.sum()), dtype=np.int8), (self.first[short], self.second[short])), shape=(self.n, self.n)
        )
        return scipy.sparse.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)


def nearest_distances(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return the distance from each row to the nearest other row, infinite if there is none."""
    if len(X) < 2:
        return np.full(len(X), np.inf)

    # Imported here, because the compiler's import takes a third of a second.
    from longtail.neighbours import nearest_neighbours

    return nearest_neighbours(X, 1)[1][:, 0]


def spanning_forest(X: NDArray[Any], largest_radius: float) -> SpanningForest:
    """Return the minimum spanning forest of the pairs of rows no farther apart than ``largest_radius``."""
    n = len(X)
    slack = 1e-6 * (largest_radius + float(np.abs(X).max(initial=0)) * np.sqrt(X.shape[1]))
    near = _few_near_pairs if n * n <= _BLOCK and n * n * X.shape[1] <= _FEW_OPERATIONS else _near_pairs
    forest = scipy.sparse.csr_array((n, n), dtype=np.float64)
    # A merge sorts the whole forest, so it is worth while for as many pairs as that has.
    for first, second, distance in _gathered(near(X, largest_radius + slack), max(n, _FEWEST_MERGED)):
        forest = _merged(forest, first, second, np.maximum(distance, _SMALLEST))
    edges = forest.tocoo()
    first, second = edges.row.astype(np.int64), edges.col.astype(np.int64)
    return SpanningForest(n=n, first=first, second=second, length=_lengths(X, first, second))


def _few_near_pairs(X: NDArray[Any], radius: float) -> Iterator[Pairs]:
    """Yield all pairs of a few rows no farther apart than the radius, found by one matrix product."""
    if len(X) < 2:
        return
    centered = X.astype(np.float64) - X.mean(axis=0, dtype=np.float64)
    norms = (centered**2).sum(axis=1)
    squared = norms[:, None] + norms - 2 * centered @ centered.T
    first, second = np.nonzero(np.triu(squared <= radius**2, 1))
    yield first, second, _lengths(X, first, second)


def _near_pairs(X: NDArray[Any], radius: float) -> Iterator[Pairs]:
    """Yield the pairs of rows no farther apart than the radius, those of a block of rows at a time.

    Where the search compares all pairs, a block is compared with itself and the rows after it alone.
    """
    from sklearn.neighbors import NearestNeighbors  # Imported here, because the import takes most of a second.

    n = len(X)
    of_all = X.shape[1] > _MOST_COLUMNS_OF_A_TREE
    neighbors = NearestNeighbors(radius=radius, algorithm="brute" if of_all else "auto")
    step = max(1, _BLOCK // n)
    threads = 1 if n * n * X.shape[1] <= _FEW_OPERATIONS else None
    libraries = ThreadpoolController()  # Once, since it looks through all that is loaded.
    for start in range(0, n, step):
        first = start if of_all else 0
        if of_all or start == 0:
            neighbors.fit(X[first:])
        with libraries.limit(limits=threads):
            graph = neighbors.radius_neighbors_graph(X[start : start + step], mode="distance").tocoo()
        row, column = graph.row + start, graph.col + first
        upper = row < column
        yield row[upper], column[upper], graph.data[upper]


def _gathered(blocks: Iterator[Pairs], n_pairs: int) -> Iterator[Pairs]:
    """Yield the same pairs, at least so many at a time but for the last."""
    held: list[Pairs] = []
    for block in blocks:
        held.append(block)
        if sum(len(first) for first, _, _ in held) >= n_pairs:
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def _joined(blocks: list[Pairs]) -> Pairs:
    first, second, distance = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return first, second, distance


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
    forest: "sparse.csr_array", row: NDArray[Any], column: NDArray[Any], distance: NDArray[np.float64]
) -> "sparse.csr_array":
    """Return the minimum spanning forest of a forest and more edges. No pair occurs in both."""
    old = forest.tocoo()
    graph = scipy.sparse.coo_array(
        (np.r_[old.data, distance], (np.r_[old.row, row], np.r_[old.col, column])), shape=forest.shape
    )
    return scipy.sparse.csr_array(scipy.sparse.csgraph.minimum_spanning_tree(graph.tocsr()))
