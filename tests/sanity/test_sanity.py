"""Each check on data made to have exactly what it looks for, and on clean data that have not."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binomtest

from longtail.dataset import Dataset, load_dataset
from longtail.sanity import look_over


def clean(n=400, seed=0, **columns):
    """A table of two noisy classes, with more columns."""
    draws = np.random.default_rng(seed)
    label = np.arange(n) % 2
    return {
        "a": label + draws.normal(size=n),
        "b": draws.normal(size=n),
        "y": np.array(["no", "yes"])[label],
        **columns,
    }


def remarks(table, options="--target y", **roles):
    found = look_over(load_dataset(pa.table(table), "y", **roles), options)
    return {remark.name: remark for remark in found.remarks}


def test_nothing_is_said_of_clean_data():
    assert remarks(clean()) == {}


@pytest.mark.parametrize("name", ["digits", "breast-cancer"])
def test_nothing_is_said_of_clean_real_data(name):
    assert look_over(load_dataset(name)).remarks == []


def test_what_is_said_of_iris_and_wine_is_true():
    iris = {remark.name: remark for remark in look_over(load_dataset("iris")).remarks}
    assert set(iris) == {
        "test rows that stand in training",  # rows 101 and 142 of iris are equal
        "columns that tell the target nearly alone",  # the width of petals, on 58 of 60
        "few test rows in a class",
    }
    assert iris["test rows that stand in training"].rows == [142]
    assert all(not remark.voids for remark in iris.values())
    assert [remark.name for remark in look_over(load_dataset("wine")).remarks] == ["few test rows in a class"]


def test_copies_and_contradictions_are_counted():
    table = clean(400)
    for name, column in table.items():
        table[name] = np.concatenate([column, column[:40]])
    table["y"][430:] = np.where(table["y"][430:] == "no", "yes", "no")
    data = load_dataset(pa.table(table), "y")
    X = np.concatenate([data.X, data.X_test])
    by_hand = [np.flatnonzero((row == X).all(axis=1)) for row in X]  # every pair compared
    n = data.n_train
    twins = sum(len(others[others < n]) > 1 for others in by_hand[:n])
    recalled = sum(len(others[others < n]) > 0 for others in by_hand[n:])
    torn = sum(len(set(data.y[others[others < n]])) > 1 for others in by_hand[:n])
    found = remarks(table)
    assert f"{n} training rows {twins} have an exact twin" in found["duplicates within training"].finding
    assert f"{recalled} have an exact copy" in found["test rows that stand in training"].finding
    assert f"{torn} have the features" in found["equal rows with different labels"].finding
    assert found["duplicates within training"].command.endswith("--target y --together duplicates --out NEW_RUN")
    assert found["test rows that stand in training"].voids == ["accuracy", "limits", "learner-tail"]


def test_copies_that_are_tied_hide_nothing():
    table = clean(200)
    doubled = {name: np.concatenate([column, column[:40]]) for name, column in table.items()}
    found = remarks(doubled, together="duplicates")
    assert "duplicates within training" not in found
    assert "test rows that stand in training" not in found


def test_a_column_that_tells_the_target_is_named():
    table = clean()
    found = remarks({**table, "grade": np.where(table["y"] == "yes", "A", "B")})
    remark = found["columns that tell the target nearly alone"]
    assert remark.finding.startswith("'grade' tells")
    assert remark.command == "longtail audit DATA --target y --drop grade --out NEW_RUN"
    assert "accuracy" in remark.voids


def test_identifiers_and_columns_that_order_the_file_are_named():
    n = 400
    names = np.array([f"person {i * 7919 % n // 4}" for i in range(n)])
    when = 1e9 + np.cumsum(np.random.default_rng(1).exponential(size=n))
    found = remarks(clean(n, PassengerId=np.random.default_rng(2).permutation(n), who=names, when=when))
    assert found["identifiers left out"].finding.startswith("'PassengerId'")
    assert found["columns that may be identifiers"].finding.startswith("'who'")
    assert found["columns that order the file"].finding == "'when' orders the file."


def test_a_text_that_no_feature_is_made_of_is_no_memorization_in_waiting():
    """Of 200 names of two rows each nothing is learned; of 100 of four, the frequent ones are features."""
    twice = remarks(clean(400, who=np.array([f"person {i * 7919 % 400 // 2}" for i in range(400)])))
    assert list(twice) == ["identifiers left out"]
    assert twice["identifiers left out"].finding.startswith("'who'")
    assert not twice["identifiers left out"].voids
    assert twice["identifiers left out"].command.endswith("--together who --out NEW_RUN")
    four = remarks(clean(400, who=np.array([f"person {i * 7919 % 400 // 4}" for i in range(400)])))
    assert four["columns that may be identifiers"].voids == ["memorization"]


def test_a_time_that_mostly_rises_orders_the_file_and_one_that_barely_does_is_let_be():
    """Rank correlations of about 0.98 and 0.7: uniform noise of a quarter of the range, and of its whole."""
    n, rising = 400, np.arange(400) / 400
    noise = np.random.default_rng(3).random(n)
    assert remarks(clean(n, when=rising + noise / 4))["columns that order the file"].finding.startswith("'when'")
    assert "columns that order the file" not in remarks(clean(n, when=rising + noise))


def test_an_identifier_that_recurs_suggests_to_keep_its_rows_together():
    found = remarks(clean(400, caseid=np.arange(400) * 7919 % 397 // 2))
    assert found["identifiers left out"].command.endswith("--together caseid --out NEW_RUN")


def test_test_rows_of_another_population_are_told():
    """Seed 5; of rows drawn alike, one data set in a thousand is told."""
    draws = np.random.default_rng(5)

    def split(shift):
        X, held = draws.normal(size=(300, 5)), draws.normal(size=(300, 5)) + shift
        data = Dataset.from_arrays(X, draws.integers(2, size=300), held, draws.integers(2, size=300))
        return [remark.name for remark in look_over(data).remarks]

    assert "test rows unlike training rows" in split(1.5)
    assert "test rows unlike training rows" not in split(0.0)


def test_rare_classes_and_few_test_rows():
    table = clean(600)
    table["y"] = np.array(["common"] * 580 + ["rare"] * 17 + ["once"] + ["twice"] * 2)
    found = remarks(table)
    assert found["one class with nearly all rows"].voids == ["accuracy", "limits"]
    assert "1 of them one alone" in found["classes with hardly any rows"].finding
    assert "Nothing can be said of the 2 without a test row" in found["few test rows in a class"].meaning


def test_the_interval_of_few_test_rows_is_wilsons():
    wine = look_over(load_dataset("wine")).remarks[0]
    low = 100 * binomtest(10, 10).proportion_ci(method="wilson").low
    assert f"[{low:.1f}, 100] %" in wine.meaning


@pytest.mark.parametrize("form", ["number", "date"])
def test_a_target_that_is_a_quantity(form):
    values = np.arange(400) // 8
    table = clean()
    table["y"] = values if form == "number" else np.datetime64("2020-01-01") + values
    found = remarks(table, task="classification" if form == "number" else None)
    assert f"are {form}s" in found["a target that is a quantity"].finding


def test_a_target_that_is_a_number_has_no_class_and_keeps_the_other_checks():
    table = clean(400, who=np.array([f"p{i}" for i in range(400)]), c=np.ones(400))
    table["y"] = np.random.default_rng(0).normal(size=400)
    found = look_over(load_dataset(pa.table(table), "y"), "--target y")
    assert found.classes == []
    assert found.majority_accuracy is None
    assert "columns with one value in every training row" in {remark.name for remark in found.remarks}


def test_one_column_constant_ones_and_empty_ones():
    table = clean()
    del table["b"]
    found = remarks({**table, "c": np.ones(400), "e": np.array([None] * 400)})
    assert found["columns with one value in every training row"].finding.endswith("'c'.")
    assert found["columns without a value"].finding.endswith("'e'.")
    assert found["one column to learn from"].finding == "One column varies, of 3."


def test_a_text_is_more_than_one_column():
    words = ["red apple", "green pear", "blue plum", "red plum"] * 15
    table = {"who": [f"person {i}" for i in range(60)], "said": words, "y": ["no", "yes"] * 30}
    assert "one column to learn from" not in {
        remark.name for remark in look_over(load_dataset(pa.table(table), "y", text="said")).remarks
    }


def test_more_columns_than_rows_and_many_classes():
    draws = np.random.default_rng(0)
    wide = {f"x{i}": draws.normal(size=100) for i in range(500)}
    assert "500 columns" in remarks({**wide, "y": np.arange(100) % 2})["more columns than rows"].finding
    many = clean(1500)
    many["y"] = np.array([f"k{i % 300}" for i in range(1500)])
    assert "300 classes" in remarks(many)["many classes"].finding


def test_every_remark_is_whole():
    table = clean(600, who=np.array([f"p{i // 2}" for i in range(600)]), c=np.ones(600))
    table["y"] = np.array(["common"] * 595 + ["rare"] * 5)
    for remark in remarks(table).values():
        for sentence in filter(None, (remark.finding, remark.meaning, remark.remedy)):
            assert sentence.endswith(".")
        assert set(remark.voids) <= {"accuracy", "memorization", "learner-tail", "limits"}


def test_text_that_gives_no_features_is_not_called_learned_from():
    """Names that all differ are left out when columns are encoded: nothing learns from them."""
    n = 400
    names = np.array([f"person {i}" for i in range(n)])
    half = np.array([f"street {i // 4}" for i in range(n)])
    found = remarks(clean(n, who=names, home=half))
    assert found["columns that may be identifiers"].finding == "'home': text with 100 values in 400 rows."
