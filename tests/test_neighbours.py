"""Neighbor lists against a full sort of all distances, and against scikit-learn."""

import numpy as np
import pytest
import threadpoolctl
from sklearn.datasets import load_digits
from sklearn.neighbors import NearestNeighbors

from longtail.errors import InputError
from longtail.neighbours import nearest as neighbours
from longtail.neighbours import nearest_neighbours, neighbours_in_parts, single_precision, units


def by_full_sort(X, n_neighbors, queries=None, exclude_self=True):
    """All distances from the definition; a stable sort keeps ties in the order of the index."""
    X = np.asarray(X, float)
    points = X if queries is None else np.asarray(queries, float)
    squared = ((points[:, None, :] - X[None]) ** 2).sum(axis=2)
    if queries is None and exclude_self:
        np.fill_diagonal(squared, np.inf)
    indices = np.argsort(squared, axis=1, kind="stable")[:, :n_neighbors]
    return indices, np.sqrt(np.take_along_axis(squared, indices, axis=1))


def assert_same_lists(found, expected):
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-12)


@pytest.fixture
def exhaustive_lists(monkeypatch):
    """How many lists had to be made from all examples."""
    made = []
    original = neighbours._by_looking_at_all
    monkeypatch.setattr(neighbours, "_by_looking_at_all", lambda *a: made.append(1) or original(*a))
    return made


@pytest.fixture(params=[7, 2048])
def tile(request, monkeypatch):
    monkeypatch.setattr(single_precision, "TILE", request.param)


@pytest.mark.parametrize("exclude_self", [True, False])
@pytest.mark.parametrize("n_neighbors", [1, 10, 99])
def test_random_points(tile, n_neighbors, exclude_self):
    X = np.random.default_rng(0).normal(size=(100, 4))
    found = nearest_neighbours(X, n_neighbors, exclude_self=exclude_self)
    assert_same_lists(found, by_full_sort(X, n_neighbors, exclude_self=exclude_self))


def test_queries_of_their_own(tile):
    draws = np.random.default_rng(1)
    X, queries = draws.normal(size=(100, 4)), draws.normal(size=(31, 4))
    assert_same_lists(nearest_neighbours(X, 6, queries), by_full_sort(X, 6, queries))


def test_ties_and_duplicates_go_by_index(tile, exhaustive_lists):
    """Points of a small lattice: whole shells at one distance, and many an example several times."""
    X = np.random.default_rng(2).integers(0, 4, size=(300, 3))
    assert_same_lists(nearest_neighbours(X, 5), by_full_sort(X, 5))
    assert exhaustive_lists, "this test must reach the lists that are not proven"


def test_a_far_outlier_and_a_large_offset_lose_no_precision():
    """In single precision the differences would vanish beside the offset, and everything beside the outlier."""
    X = np.random.default_rng(3).normal(size=(80, 2)) + 1e7
    X[40] = 1e12
    assert_same_lists(nearest_neighbours(X, 3), by_full_sort(X, 3))


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_units_do_not_matter(scale):
    X = np.random.default_rng(4).normal(size=(50, 3))
    np.testing.assert_array_equal(nearest_neighbours(scale * X, 4)[0], nearest_neighbours(X, 4)[0])


def test_all_examples_alike():
    indices, distances = nearest_neighbours(np.ones((40, 2)), 3)
    assert indices[0].tolist() == [1, 2, 3]
    assert indices[39].tolist() == [0, 1, 2]
    assert not distances.any()


def test_digits_as_scikit_learn_lists_them(exhaustive_lists):
    X = load_digits().data.astype(np.float32)
    _, distances = nearest_neighbours(X, 20)
    expected, _ = NearestNeighbors(algorithm="brute").fit(X).kneighbors(None, 20)
    np.testing.assert_allclose(distances, expected, rtol=1e-5)
    assert len(exhaustive_lists) < 10, "nearly all lists should be proven from their candidates"


def test_candidates_that_miss_a_neighbor_are_noticed(monkeypatch, exhaustive_lists):
    """The fault planted: single-precision products that are wrong by more than the stated error would be missed, but
    too few candidates never are."""
    monkeypatch.setattr(neighbours, "_SPARE", 0)
    monkeypatch.setattr(neighbours, "_MANY_SPARE", 0)
    X = np.random.default_rng(5).normal(size=(60, 2))
    assert_same_lists(nearest_neighbours(X, 3), by_full_sort(X, 3))
    assert exhaustive_lists


@pytest.mark.parametrize(
    ("argument", "X", "n_neighbors", "queries"),
    [
        ("X", np.ones(3), 1, None),
        ("X", [[np.nan], [0.0]], 1, None),
        ("queries", np.ones((3, 2)), 1, np.ones((3, 1))),
        ("n_neighbors", np.ones((3, 2)), 3, None),
        ("n_neighbors", np.ones((3, 2)), 0, None),
        ("n_neighbors", np.ones((3, 2)), 1.5, None),
    ],
)
def test_refuses_by_name(argument, X, n_neighbors, queries):
    with pytest.raises(InputError, match=f"^{argument} must"):
        nearest_neighbours(X, n_neighbors, queries)


@pytest.mark.parametrize("n_distinct", [3, 40, 10**6])
@pytest.mark.parametrize("part", [7, 10**6])
def test_lists_of_some_are_those_rows_of_all_lists(n_distinct, part, monkeypatch):
    """With many duplicates, few, and none: an example may stand behind so many of its copies that its list lacks it."""
    rng = np.random.default_rng(0)
    monkeypatch.setattr(units, "_ROWS_OF_A_PART", part)
    monkeypatch.setattr(units, "_ROWS_AT_A_TIME", 5)
    X = rng.normal(size=(n_distinct, 2)).astype(np.float32)[rng.integers(n_distinct, size=120)]
    some, spread = np.array([119, 3, 60]), np.array([0.5, 3.0])
    scaled = (X / spread).astype(np.float32)
    found = neighbours_in_parts(X, 4, X[some], spread, some)
    for mine, all_of in zip(found, nearest_neighbours(scaled, 4), strict=True):
        np.testing.assert_array_equal(mine, all_of[some])
    held = rng.normal(size=(9, 2)).astype(np.float32)
    for mine, all_of in zip(neighbours_in_parts(X, 4, held, None), nearest_neighbours(X, 4, held), strict=True):
        np.testing.assert_array_equal(mine, all_of)


def test_a_list_from_all_is_not_made_by_sorting_all(monkeypatch):
    """The fault planted: sorting 4,000 examples for each of 4,000 ties. What is sorted are the ties themselves."""
    X = np.repeat(np.arange(40.0), 100)[:, None]
    sorted_at_once = []
    monkeypatch.setattr(np, "argsort", lambda a, **how: sorted_at_once.append(len(a)) or np.lexsort((a,)))
    indices, squared = neighbours._by_looking_at_all(X, X[250], 250, 5)
    assert indices.tolist() == [200, 201, 202, 203, 204]
    assert not squared.any()
    assert sorted_at_once == [99]


@pytest.mark.parametrize(("columns", "threads"), [(3, {1}), (200, {2})])
def test_many_tiles_of_few_columns_are_left_to_one_thread(columns, threads):
    """A second one would wait between them: that took twenty times the processor on a busy machine."""
    libraries = threadpoolctl.ThreadpoolController().select(user_api="blas")
    points = np.ones((1025, columns), np.float32)
    with libraries.limit(limits=2):
        for tiles in (single_precision.tiles(points, points[:1]), single_precision.tiles_among_themselves(points)):
            for _ in tiles:
                assert {library["num_threads"] for library in libraries.info()} == threads
        assert {library["num_threads"] for library in libraries.info()} == {2}
