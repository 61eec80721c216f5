"""Found subpopulations: against SciPy's hierarchical clustering of the whole distance matrix."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import adjusted_rand_score

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import choose_radii, found_subpopulations, near_duplicates
from longtail.tail.near_lists import near_list
from longtail.tail.single_linkage import connected_at


def clouds(seed=0, n=300, classes=3):
    """Points around a long-tailed number of centers, with exact duplicates among them."""
    stream = generator(seed, "clouds")
    centers = stream.normal(size=(40, 5)) * 4
    which = stream.zipf(1.4, size=n) % 40
    points = centers[which] + stream.normal(size=(n, 5)) * 0.3
    points[10:15] = points[5:10]
    labels = which % classes
    labels[10:15] = labels[5:10]
    return points, labels


def test_components_are_single_linkage_clusters_within_classes():
    X, y = clouds()
    found = found_subpopulations(X, y, n_radii=6)
    for radius, ids in zip(found.radii, found.ids, strict=True):
        for label in range(3):
            mine = y == label
            by_scipy = fcluster(linkage(X[mine], "single"), t=radius, criterion="distance")
            assert adjusted_rand_score(by_scipy, ids[mine]) == pytest.approx(1.0)
            assert len(np.unique(ids[mine])) == by_scipy.max()


def test_ids_are_contiguous_and_never_shared_by_classes():
    X, y = clouds()
    found = found_subpopulations(X, y)
    for ids, number in zip(found.ids, found.n_distinct, strict=True):
        assert np.array_equal(np.unique(ids), np.arange(number))
        assert len(np.unique(ids)) == len(np.unique(np.stack([ids, y]), axis=1).T)


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("tile", [7, 512])
def test_components_are_single_linkage_whatever_the_tiles(tile, offset, monkeypatch):
    """Rows, duplicates among them, in single precision and far from the origin; SciPy clusters the whole matrix."""
    X, y = clouds()
    X = (X @ generator(1, "turned").normal(size=(5, 20)) + offset).astype(np.float32 if not offset else float)
    radii = np.r_[0.0, choose_radii(X, y, n_radii=4), 1e9]
    monkeypatch.setattr("longtail.neighbours.single_precision.TILE", tile)
    for label in range(3):
        mine = X[y == label].astype(float)
        for radius, component in zip(radii, connected_at(X[y == label], radii), strict=True):
            exact = fcluster(linkage(mine, "single"), radius * (1 + 1e-12), "distance")
            assert adjusted_rand_score(component, exact) == 1
            firsts = np.unique(component, return_index=True)[1]
            assert (np.diff(firsts) > 0).all(), "components are numbered in the order of their first rows"


def test_a_pair_at_exactly_the_radius_is_joined():
    """On a lattice whole shells lie at a radius. Single precision alone would put a part of them beyond it."""
    X = np.array([[x, y] for x in range(9) for y in range(9)], np.float32) * np.float32(0.1) + np.float32(1000)
    for radius in np.unique(np.linalg.norm(X[:1].astype(float) - X[1:], axis=1))[:4]:
        below, at = connected_at(X, np.array([np.nextafter(radius, 0), radius]))
        exact = np.linalg.norm(X[:, None].astype(float) - X[None], axis=2)
        for component, within in ((below, exact < radius), (at, exact <= radius)):
            assert np.array_equal(component, connected_components(within)[1])


def test_radii_leave_the_promised_share_alone():
    """At the q-quantile of nearest distances a share 1 - q is alone, by definition of a nearest distance."""
    X, y = clouds(n=500)
    X = X + generator(1, "apart").normal(size=X.shape) * 0.05
    radii = choose_radii(X, y, n_radii=5)
    found = found_subpopulations(X, y, radii=radii)
    alone = [found.counts(place).fingerprint(1) / len(y) for place in range(len(found))]
    assert alone == pytest.approx([0.9, 0.7, 0.5, 0.3, 0.1], abs=0.02)


def test_lone_examples_are_subpopulations_of_one():
    found = found_subpopulations([[0.0], [0.1], [50.0], [90.0]], ["a", "a", "a", "b"], radii=[1.0])
    assert sorted(found.counts(0).counts.tolist()) == [1, 1, 2]
    assert (near_list(np.array([[3.0]]))[1] == np.inf).all()


def test_coarser_radii_only_join_and_stability_says_how_much():
    X, y = clouds()
    found = found_subpopulations(X, y, radii=[0.5, 0.5001, 100.0])
    assert (np.diff(found.n_distinct) <= 0).all()
    assert found.stability[0] == pytest.approx(1.0, abs=0.01)
    assert found.stability[1] < 0.9
    for fine, coarse in zip(found.ids[:-1], found.ids[1:], strict=True):
        assert len(np.unique(np.stack([fine, coarse]), axis=1).T) == fine.max() + 1


def test_near_duplicates_are_grouped_and_the_rest_is_not():
    X, y = clouds()
    groups = near_duplicates(X, y, radius=1e-9)
    assert np.array_equal(groups[5:10], groups[10:15])
    assert (np.bincount(groups[groups >= 0]) == 2).all()
    assert (groups >= 0).sum() == 10


def test_duplicates_are_at_distance_zero_in_many_dimensions_too():
    """Squares of single-precision pixels, subtracted, leave duplicates apart by more than near ones are."""
    X = generator(0, "pixels").uniform(0, 255, size=(80, 700)).astype(np.float32)
    X[40:45] = X[:5]
    groups = near_duplicates(X, np.zeros(80), radius=0.0)
    assert np.array_equal(groups[:5], groups[40:45])
    assert (groups >= 0).sum() == 10


@pytest.mark.parametrize(
    ("X", "y", "radii", "message"),
    [
        ([[1.0], [np.nan]], [0, 1], [1.0], "be finite"),
        ([["a"], ["b"]], [0, 1], [1.0], "hold numbers"),
        ([1.0, 2.0], [0, 1], [1.0], "one row an example"),
        ([[1.0], [2.0]], [0], [1.0], "one entry an example"),
        ([[1.0], [2.0]], [0, 0], [-1.0], "at least 0"),
        ([[1.0], [2.0]], [0, 1], None, "two examples"),
    ],
)
def test_bad_input_is_refused(X, y, radii, message):
    with pytest.raises(InputError, match=message):
        found_subpopulations(X, y, radii=radii)
