"""Every example, gathered: numbers against the scores they come from, neighbors against brute force, looks decoded."""

import base64
import dataclasses
from io import BytesIO

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from longtail.analysis import examples as examples_module
from longtail.analysis import looks as looks_module
from longtail.analysis.analysis import Analysis
from longtail.analysis.examples import examples_of
from longtail.dataset import Dataset, Originals
from longtail.findings.examples import Examples
from longtail.outcomes import Outcomes
from longtail.scores import influence, memorization

N, N_TEST, TRIALS = 60, 20, 40


def outcomes_of(seed: int = 0, confidence: bool = True) -> Outcomes:
    rng = np.random.default_rng(seed)
    inclusion = np.array([rng.permutation(N) < 40 for _ in range(TRIALS)])
    correct = inclusion | (rng.random((TRIALS, N)) < 0.8)
    certain = rng.normal(2 * inclusion, 1) if confidence else None
    return Outcomes.from_arrays(inclusion, correct, test_correct=rng.random((TRIALS, N_TEST)) < 0.7, confidence=certain)


def data(X: np.ndarray, **more: object) -> Dataset:
    labels = np.array(["cat", "dog"] * (len(X) // 2))
    n = len(X) - N_TEST
    return Dataset.from_arrays(X[:n], labels[:n], X[n:], labels[n:], **more)


def table_data(n_columns: int = 3) -> Dataset:
    return data(np.random.default_rng(1).normal(size=(N + N_TEST, n_columns)) * 10.0 ** np.arange(n_columns))


def gathered(dataset: Dataset, outcomes: Outcomes | None = None) -> Examples:
    return examples_of(Analysis(dataset, outcomes_of() if outcomes is None else outcomes))


def test_numbers_are_those_of_the_scores_to_four_decimals():
    outcomes = outcomes_of()
    found, scores = gathered(table_data(), outcomes).train, memorization(outcomes)
    leading, *_ = found.columns
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(getattr(leading, name), getattr(scores, name), atol=5.1e-5)
    np.testing.assert_allclose(found.column("q_value").value, scores.q_value, rtol=0.051)
    np.testing.assert_array_equal(found.column("right_out").value, (outcomes.correct & ~outcomes.inclusion).sum(axis=0))
    np.testing.assert_array_equal(found.column("n_in").value + found.column("n_out").value, TRIALS)
    assert found.column("weight") is None


def test_influences_that_are_shown_are_surely_positive_and_no_such_one_is_missing():
    """Five training examples decide one test example each; all other rightness is chance, and none of it is shown."""
    outcomes = outcomes_of()
    right = outcomes.test_correct.copy()
    right[:, :5] = outcomes.inclusion[:, :5]
    planted = dataclasses.replace(outcomes, test_right=right)
    found, strongest = gathered(table_data(), planted).influences, influence(planted, strongest=5)
    sure = (strongest.value > 0) & (strongest.q_value <= 0.05)
    kept = set(zip(found.train.tolist(), found.test.tolist(), strict=True))
    assert kept == set(zip(strongest.train[sure].tolist(), strongest.test[sure].tolist(), strict=True))
    assert {(i, i) for i in range(5)} <= kept
    assert found.n_pairs == N * N_TEST
    assert not gathered(table_data(), outcomes).influences.train.size, "chance alone is not shown"


def test_without_confidences_there_is_no_exposure():
    assert gathered(table_data(), outcomes_of(confidence=False)).train.column("exposure") is None
    exposed = gathered(table_data()).train.column("exposure")
    assert (exposed.value > 0.5).mean() > 0.9


def brute_force(points: np.ndarray, queries: np.ndarray) -> np.ndarray:
    return np.sqrt(((queries[:, None] - points[None]) ** 2).sum(axis=2))


@pytest.mark.parametrize("most_operations", [1e9, 0])
def test_neighbors_are_the_nearest_in_units_of_spread(monkeypatch, most_operations):
    """Of all examples, or, where all would take too long, of those that matter."""
    monkeypatch.setattr(examples_module, "_NEIGHBOR_OPERATIONS", most_operations)
    monkeypatch.setattr(examples_module, "MOST_PICTURED", 7)
    dataset = table_data()
    found = gathered(dataset)
    scaled = dataset.X / dataset.X.std(axis=0)
    among, across = brute_force(scaled, scaled), brute_force(scaled, dataset.X_test / dataset.X.std(axis=0))
    np.fill_diagonal(among, np.inf)
    for neighbors, distances in ((found.train.neighbors, among), (found.test.neighbors, across)):
        assert len(neighbors.of) == (len(distances) if most_operations else len(neighbors.of)) > 0
        np.testing.assert_array_equal(neighbors.train, np.argsort(distances[neighbors.of], axis=1)[:, :5])
        np.testing.assert_allclose(
            neighbors.distance, np.sort(distances[neighbors.of], axis=1)[:, :5], rtol=1e-3, atol=1e-6
        )
    if not most_operations:
        assert len(found.train.neighbors.of) == 7


def test_of_very_many_examples_as_many_have_neighbors_as_there_is_time_for():
    """4e11 multiplications: of 800,000 examples of 314 features 1,207 have theirs, and a hundred in any case."""
    assert examples_module.neighbors_are_of(800_000, 314, 800_000, 2_000) == 1_207
    assert examples_module.neighbors_are_of(800_000, 314, 1_000, 1_000) == 1_000
    assert examples_module.neighbors_are_of(60_000, 784, 60_000, 2_000) == 2_000
    assert examples_module.neighbors_are_of(10**8, 900, 10**8, 2_000) == 100


def test_duplicates_are_neighbors_but_nobody_is_its_own(monkeypatch):
    """Ten copies: an example need not stand in its own list of equals, and must not be named in it."""
    monkeypatch.setattr(examples_module, "_NEIGHBOR_OPERATIONS", 0)
    X = np.ones((N + N_TEST, 2)) * (np.arange(N + N_TEST)[:, None] // 10)
    neighbors = gathered(data(X)).train.neighbors
    assert neighbors.train.shape == (len(neighbors.of), 5)
    assert (neighbors.train != neighbors.of[:, None]).all()
    assert (neighbors.distance == 0).all()


def pictures_of(dataset: Dataset) -> tuple[np.ndarray, list[Image.Image]]:
    kept = gathered(dataset).train.looks.pictures
    return kept.of, [Image.open(BytesIO(base64.b64decode(each))) for each in kept.webp]


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3)])
def test_pictures_are_those_of_their_examples(shape):
    """Lossy: a quarter of the range at most for one pixel, a twentieth on average, in a smooth picture."""
    rng = np.random.default_rng(2)
    slope = np.linspace(0, 1, 8)[:, None] * rng.random((N + N_TEST, 1, 8)) * 200
    X = np.repeat(slope[..., None], shape[2], axis=3) if len(shape) == 3 else slope
    dataset = data(X)
    of, pictures = pictures_of(dataset)
    np.testing.assert_array_equal(of, np.arange(N))
    low, high = dataset.X.min(), dataset.X.max()
    for example, picture in zip(of.tolist(), pictures, strict=True):
        seen = np.asarray(picture, float)[..., 0].ravel()
        given = 255 * (dataset.X[example].reshape(64, -1)[:, 0] - low) / (high - low)
        assert picture.size == (8, 8)
        assert np.abs(seen - given).max() <= 64
        assert np.abs(seen - given).mean() <= 13


def test_large_pictures_are_reduced_and_few_are_kept_where_room_is_short(monkeypatch):
    monkeypatch.setattr(looks_module, "_PICTURE_BYTES", 6_000)
    rng = np.random.default_rng(3)
    of, pictures = pictures_of(data(rng.random((N + N_TEST, 300, 150))))
    assert 0 < len(pictures) < 20
    assert (np.diff(of) > 0).all()
    assert {picture.size for picture in pictures} == {(48, 96)}


def test_the_most_memorized_and_the_most_exposed_have_pictures(monkeypatch):
    monkeypatch.setattr(examples_module, "MOST_PICTURED", 8)
    dataset = data(np.random.default_rng(4).random((N + N_TEST, 4, 4)))
    found = gathered(dataset).train
    assert len(found.looks.pictures.of) == 8
    assert {int(np.nanargmax(found.columns[0].value)), int(np.argmax(found.column("exposure").low))} <= set(
        found.looks.pictures.of.tolist()
    )


def test_rows_are_all_there_as_features_or_as_they_were_given():
    dataset = table_data()
    rows = gathered(dataset).train.looks.rows
    assert rows.names == list(dataset.feature_names)
    np.testing.assert_allclose(np.array(rows.columns, float).T, dataset.X, rtol=1e-4)
    table = pa.table({"town": [f"town {i}" for i in range(N + N_TEST)], "age": list(range(N + N_TEST))})
    given = data(dataset_features(), originals=Originals(table=table, column_of_feature=(0, 1)))
    found = gathered(given)
    assert found.train.looks.rows.columns[0][7] == "town 7"
    assert found.test.looks.rows.columns[1].tolist() == [str(N + i) for i in range(N_TEST)]


def dataset_features() -> np.ndarray:
    return np.random.default_rng(5).normal(size=(N + N_TEST, 2))


@pytest.mark.parametrize("given", [False, True])
def test_wide_rows_keep_the_most_unusual_columns(monkeypatch, given):
    monkeypatch.setattr(looks_module, "_MOST_CELLS", 100)
    X = np.random.default_rng(6).normal(size=(N + N_TEST, 40)) * 0.01
    X[np.arange(N + N_TEST), np.arange(N + N_TEST) % 40] += 5  # one unusual column each
    table = pa.table({f"c{column}": X[:, column] for column in range(40)})
    originals = Originals(table=table, column_of_feature=tuple(range(40))) if given else None
    wide = gathered(data(X, originals=originals)).train.looks.wide_rows
    assert wide.columns.shape == (N, 12)
    for example in range(N):
        names = [wide.names[column] for column in wide.columns[example]]
        assert names == sorted(names, key=lambda name: int(name[1:]))
        place = names.index(f"{'c' if given else 'x'}{example % 40}")
        assert float(wide.values[example][place]) == pytest.approx(X[example, example % 40], rel=1e-4)


def test_of_several_features_of_a_column_the_farthest_counts_and_columns_that_none_shows_are_not_named(monkeypatch):
    """Forty columns of two features; the unusual one is the second. Twelve of forty are shown by any one example."""
    monkeypatch.setattr(looks_module, "_MOST_CELLS", 100)
    monkeypatch.setattr(looks_module, "_AT_A_TIME", 300)
    X = np.zeros((N + N_TEST, 80))
    X[:, 1::2] = np.random.default_rng(7).normal(size=(N + N_TEST, 40)) * (np.arange(40) < 20)
    table = pa.table({f"c{column}": [f"{i} {column}" for i in range(N + N_TEST)] for column in range(40)})
    wide = gathered(
        data(X, originals=Originals(table=table, column_of_feature=tuple(np.arange(80) // 2)))
    ).train.looks.wide_rows
    assert wide.names == [f"c{column}" for column in range(20)]
    for example in (0, 31, N - 1):
        farthest = np.sort(
            np.argsort(-np.abs(X[example, 1:40:2] - X[:N, 1:40:2].mean(axis=0)) / X[:N, 1:40:2].std(axis=0))[:12]
        )
        assert [wide.names[column] for column in wide.columns[example]] == [f"c{column}" for column in farthest]
        assert wide.values[example].tolist() == [f"{example} {column}" for column in farthest]


@pytest.mark.parametrize(("room", "longest"), [(10**6, 120), (N * 100, 60), (1, 8)])
def test_long_cells_are_cut_as_far_as_the_page_needs(monkeypatch, room, longest):
    monkeypatch.setattr(looks_module, "_IN_ALL_CELLS", room)
    table = pa.table({"name": [f"{i} " + "x" * 300 for i in range(N + N_TEST)], "age": list(range(N + N_TEST))})
    rows = gathered(data(dataset_features(), originals=Originals(table=table))).train.looks.rows
    assert {len(cell) for cell in rows.columns[0]} == {longest}
    assert rows.columns[1].tolist() == [str(i) for i in range(N)]


def test_texts_are_whole_for_those_that_matter_and_cut_for_the_others(monkeypatch):
    monkeypatch.setattr(examples_module, "MOST_PICTURED", 3)
    monkeypatch.setattr(looks_module, "_IN_ALL_TEXTS", 50 * (N + N_TEST))
    table = pa.table({"letter": [f"{i} " + "x" * 300 for i in range(N + N_TEST)], "age": list(range(N + N_TEST))})
    given = data(dataset_features(), originals=Originals(table=table, text="letter"))
    looks = gathered(given).train.looks
    assert looks.rows.names == ["age"]
    assert sorted(map(len, looks.texts))[:-3] == [50] * (N - 3)
    assert sum(len(text) > 300 for text in looks.texts) == 3
    assert [text.split()[0] for text in looks.texts] == [str(i) for i in range(N)]


def test_the_same_outcomes_give_the_same_bytes():
    assert gathered(table_data()).packed() == gathered(table_data()).packed()


def test_without_test_examples_there_is_nothing_to_influence():
    whole = table_data()
    alone = Dataset.from_arrays(whole.X, whole.y, np.zeros((0, 3)), [])
    outcomes = outcomes_of()
    untested = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct)
    found = gathered(alone, untested)
    assert len(found.influences.train) == len(found.test.label) == 0
    assert Examples.unpacked(found.packed()).test.neighbors is None
